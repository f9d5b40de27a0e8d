"""Percentages whose base is said after the part: `A hồ sơ, chiếm c% trên tổng số B hồ sơ`, `A trên tổng số B, đạt c%`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from motcua.kernel.intervals import Agreement, agreement
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.percent_on_total"
_ON_TOTAL = re.compile(r"^[^,;.]{0,12}\b(?:trên|trong|của|so với)(?: tổng(?: số| cộng)?)\s*$")
_OVER = re.compile(r"^[^,;.()]{0,110}\btrên(?: tổng(?: số)?)?\s*$")
_SAID_OF = re.compile(r"(?:chiếm|đạt|bằng|tỷ lệ|tỉ lệ|tương ứng|tương đương)[^;.]{0,40}$")
_MOVED = re.compile(r"tăng|giảm|vượt|cao hơn|thấp hơn|cùng kỳ")
_LONGEST = 60


@rule(
    code=_CODE,
    title="Tỷ lệ trên tổng số nêu sau",
    checks="“A hồ sơ, chiếm c% trên tổng số B hồ sơ”; “A dịch vụ trên tổng số B dịch vụ, đạt c%”: c phải bằng A/B × 100.",
    excludes="Hai số khác đơn vị tính; mức tăng, giảm; phân số a/b (quy tắc khác).",
    severity=Severity.DEFINITE,
)
def percent_on_total(context: AuditContext) -> Iterable[Finding | Check]:
    for _, figures in reading.readable(context):
        for first, second, third in zip(figures, figures[1:], figures[2:], strict=False):
            if _base_last(first, second, third):
                yield from _judge(first, third, second)
            elif _base_between(first, second, third):
                yield from _judge(first, second, third)


def _plain(*figures: ProseFigure) -> bool:
    """Counts or sums told as they stand: no share, no ratio's half, no movement, one depth of brackets."""
    level = len({figure.depth for figure in figures}) == 1
    return level and not any(f.is_percent or f.role or f.direction is not Direction.NONE for f in figures)


def _base_last(part: ProseFigure, percent: ProseFigure, whole: ProseFigure) -> bool:
    """`A hồ sơ, chiếm c% trên tổng số B hồ sơ`."""
    if not percent.is_percent or not _plain(part, whole) or not reading.same_unit(part, whole):
        return False
    said = reading.between(part, percent)
    return (
        len(said) <= _LONGEST
        and ";" not in said
        and bool(_SAID_OF.search(said))
        and not _MOVED.search(said)
        and bool(_ON_TOTAL.match(reading.between(percent, whole)))
    )


def _base_between(part: ProseFigure, whole: ProseFigure, percent: ProseFigure) -> bool:
    """`A dịch vụ trên tổng số B dịch vụ, đạt c%`."""
    if not percent.is_percent or not _plain(part, whole) or not reading.kindred_unit(part, whole):
        return False
    said, over = reading.between(whole, percent), reading.between(part, whole)
    surely_whole = "tổng" in over or reading.same_unit(part, whole)
    return (
        surely_whole
        and not whole.value.lies_below(part.value)
        and bool(_OVER.match(over))
        and len(said) <= _LONGEST
        and ";" not in said
        and bool(_SAID_OF.search(said) or said.rstrip().endswith("("))
        and not _MOVED.search(said)
    )


def _judge(part: ProseFigure, whole: ProseFigure, percent: ProseFigure) -> Iterator[Finding | Check]:
    figures = [percent, part, whole]
    if whole.printed.value == 0:
        yield reading.check(_CODE, Outcome.NOT_CHECKABLE, figures, "Mẫu số bằng 0.")
        return
    share = part.value / whole.value * 100
    stands = agreement(percent.printed.value, percent.printed.places, share)
    if stands in (Agreement.EQUAL, Agreement.POSSIBLE):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    cut = stands is Agreement.TRUNCATED
    places = max(2, percent.printed.places)
    computed = f"{part.printed.text}/{whole.printed.text} = {reading.number(share.middle, places)}%"
    yield reading.finding(
        _CODE,
        Severity.ARGUABLE if cut else reading.softened(Severity.DEFINITE, figures),
        Outcome.ROUNDING_ONLY if cut else Outcome.INCONSISTENT,
        [percent],
        f"Tỷ lệ in là {percent.printed.text}% nhưng tính từ các số trong câu được {computed}.",
        printed=f"{part.printed.text}/{whole.printed.text}: {percent.printed.text}%",
        computed=computed,
        suggested=f"{reading.number(share.middle, percent.printed.places)}%",
    )
