"""Before and after: `từ a còn b, giảm c`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from motcua.kernel.intervals import Agreement, Interval, agreement
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.difference"
_TO_FEWER = re.compile(r"(?:xuống còn|xuống|thành|còn lại|còn|lại còn)(?: khoảng)?\s*$")
_TO_MORE = re.compile(r"(?:lên thành|lên đến|lên tới|lên)(?: khoảng)?\s*$")
_FROM = re.compile(
    r"(?:\btừ|[Ss]ắp xếp|[Hh]ợp nhất|[Ss]áp nhập|[Tt]ổ chức lại|trước đây(?: là)?)[^;.]{0,60}$"
)
_MOVED = re.compile(r"(?:giảm|tăng)(?: được| thêm| đi)?\s*$")


@dataclass(frozen=True, slots=True)
class _Change:
    before: ProseFigure
    after: ProseFigure
    moved: ProseFigure


@rule(
    code=_CODE,
    title="Số trước, số sau và mức tăng, giảm",
    checks="“từ a còn b, giảm c”, “sắp xếp a … thành b …, giảm c”, “từ a lên b, tăng c” (c là số hoặc tỷ lệ phần trăm).",
    excludes="Các số khác đơn vị tính; câu không nêu đủ ba số; số ước lượng được hạ mức nghiêm trọng.",
    severity=Severity.DEFINITE,
)
def difference(context: AuditContext) -> Iterable[Finding | Check]:
    """Every triple of before, after and change."""
    for _, figures in reading.readable(context):
        for change in _changes(figures):
            yield from _judge_percent(change) if change.moved.is_percent else _judge_count(change)


def _changes(figures: tuple[ProseFigure, ...]) -> Iterator[_Change]:
    for before, after, moved in zip(figures, figures[1:], figures[2:], strict=False):
        if before.is_percent or after.is_percent or before.role or after.role:
            continue
        step, last = reading.between(before, after), reading.between(after, moved)
        if not _may_be_alike(before, after) or ";" in step + last or len(step) > 90 or len(last) > 90:
            continue
        connected = reading.matches(_TO_FEWER, step) or reading.matches(_TO_MORE, step)
        if connected and reading.matches(_FROM, before.lead) and reading.matches(_MOVED, last):
            yield _Change(before, after, moved)


def _may_be_alike(before: ProseFigure, after: ProseFigure) -> bool:
    """The same unit, or `từ 45 còn 12`, where the unit stands elsewhere."""
    return reading.same_unit(before, after) or before.unit is None or after.unit is None


def _judge_count(change: _Change) -> Iterator[Finding | Check]:
    if not reading.kindred_unit(change.before, change.moved):
        return
    wanted = change.after.value - change.before.value
    if change.moved.direction is Direction.DECREASE:
        wanted = -wanted
    figures = [change.before, change.after, change.moved]
    if wanted.meets(change.moved.value):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    value = wanted.middle
    word = "giảm" if change.moved.direction is Direction.DECREASE else "tăng"
    slip = typing_slip(change.moved.printed.value, value) if value > 0 else ""
    hint = f" Có thể gõ nhầm ({slip})." if slip else ""
    yield reading.finding(
        _CODE,
        reading.softened(Severity.DEFINITE, figures),
        Outcome.INCONSISTENT,
        [change.moved],
        f"Từ {change.before.printed.text} còn {change.after.printed.text} thì {word} {reading.number(value)}, "
        f"không phải {change.moved.printed.text}.{hint}"
        if word == "giảm"
        else f"Từ {change.before.printed.text} lên {change.after.printed.text} thì {word} {reading.number(value)}, "
        f"không phải {change.moved.printed.text}.{hint}",
        printed=f"{change.before.printed.text} → {change.after.printed.text}, {word} {change.moved.printed.text}",
        computed=reading.number(value),
        suggested=reading.number(value) if value > 0 else "",
    )


def _judge_percent(change: _Change) -> Iterator[Finding | Check]:
    if change.before.printed.value <= 0:
        return
    moved = change.after.value - change.before.value
    if change.moved.direction is Direction.DECREASE:
        moved = -moved
    share: Interval = moved / change.before.value * 100
    printed = change.moved.printed
    found = agreement(printed.value, printed.places, share)
    figures = [change.before, change.after, change.moved]
    if found in (Agreement.EQUAL, Agreement.POSSIBLE):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    cut = found is Agreement.TRUNCATED
    computed = f"{reading.number(Fraction(share.middle), max(2, printed.places))}%"
    yield reading.finding(
        _CODE,
        Severity.ARGUABLE if cut else reading.softened(Severity.DEFINITE, figures),
        Outcome.ROUNDING_ONLY if cut else Outcome.INCONSISTENT,
        [change.moved],
        f"Từ {change.before.printed.text} thành {change.after.printed.text} là thay đổi {computed}, "
        f"báo cáo in {printed.text}%.",
        printed=f"{change.before.printed.text} → {change.after.printed.text}: {printed.text}%",
        computed=computed,
        suggested=f"{reading.number(share.middle, printed.places)}%",
    )
