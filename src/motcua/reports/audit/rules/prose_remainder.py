"""What is left: `giao a, có mặt b, còn thiếu c`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.remainder"
_DONE = re.compile(r"(?:đã|hiện|có mặt|hoàn thành|thực hiện|trong đó|xong)[^.]{0,60}$", re.IGNORECASE)
_LEFT = re.compile(
    r"(?:\bcòn(?: lại| thiếu)?(?: là| có)?|\bđang (?:giải quyết|xử lý|xem xét|thực hiện))\s*$", re.IGNORECASE
)
_LACKING = re.compile(r"còn thiếu(?: là)?\s*$", re.IGNORECASE)
_LEFT_AFTER = re.compile(r"\S+(?: \S+){0,3} còn lại\b")
_DONE_AFTER = re.compile(r"(?:được|đã)(?: được)? (?:khắc phục|xử lý|giải quyết|hoàn thành|thực hiện)")
_MOVED_ON = re.compile(
    r"kỳ trước|chuyển (?:sang|tiếp)|năm trước|tồn|lũy kế|luỹ kế|trả lại|rút hồ sơ", re.IGNORECASE
)
_LONGEST_GAP = 110


@rule(
    code=_CODE,
    title="Số còn lại",
    checks="“giao a, có mặt b, còn thiếu c”; “a kiến nghị, đã xử lý b, còn c”: c phải bằng a − b.",
    excludes="Câu có số kỳ trước chuyển sang, lũy kế, hồ sơ trả lại; các số khác đơn vị tính.",
    severity=Severity.DEFINITE,
)
def remainder(context: AuditContext) -> Iterable[Finding | Check]:
    """Every whole, part done and part left that stand in a row."""
    for sentence, figures in reading.readable(context):
        if _MOVED_ON.search(sentence.text):
            continue
        counts = [
            figure for figure in figures if not figure.is_percent and not figure.role and not _is_time(figure)
        ]
        for whole, done, left in zip(counts, counts[1:], counts[2:], strict=False):
            if _is_remainder(whole, done, left):
                yield from _judge(whole, done, left)


def _is_remainder(whole: ProseFigure, done: ProseFigure, left: ProseFigure) -> bool:
    first, second = reading.between(whole, done), reading.between(done, left)
    alike = reading.same_unit(whole, done) and reading.kindred_unit(done, left)
    level = whole.depth == done.depth == left.depth
    still = all(figure.direction is Direction.NONE for figure in (whole, done, left))
    near = len(first) <= _LONGEST_GAP and len(second) <= _LONGEST_GAP
    finished = _DONE.search(first) or _DONE_AFTER.search(done.noun)
    return alike and level and still and near and bool(finished and _is_left(second, left))


def _is_left(gap: str, left: ProseFigure) -> bool:
    """`còn 25 vấn đề`, or `25 vấn đề còn lại`."""
    return bool(_LEFT.search(gap) or _LEFT_AFTER.match(left.noun))


def _is_time(figure: ProseFigure) -> bool:
    return figure.unit is not None and figure.unit.dimension is Dimension.TIME


def _judge(whole: ProseFigure, done: ProseFigure, left: ProseFigure) -> Iterator[Finding | Check]:
    figures = [whole, done, left]
    wanted = whole.value - done.value
    if wanted.meets(left.value):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    lacking = bool(_LACKING.search(reading.between(done, left)))
    value = wanted.middle
    slip = typing_slip(left.printed.value, value) if value > 0 else ""
    yield reading.finding(
        _CODE,
        reading.softened(Severity.DEFINITE if lacking else Severity.LIKELY, figures),
        Outcome.INCONSISTENT,
        [left],
        f"{whole.printed.text} − {done.printed.text} = {reading.number(value)}, báo cáo viết còn {left.printed.text}."
        + (f" Có thể gõ nhầm ({slip})." if slip else ""),
        printed=f"{whole.printed.text} − {done.printed.text}: còn {left.printed.text}",
        computed=reading.number(value),
        suggested=reading.number(Fraction(value)) if value >= 0 else "",
    )
