"""Before and after told in two clauses: `trước sắp xếp có A đơn vị; sau sắp xếp còn B đơn vị, giảm C đơn vị`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.before_after"
_BEFORE = re.compile(
    r"\b[Tt]rước (?:khi )?(?:sắp xếp|sáp nhập|hợp nhất|kiện toàn|tinh gọn|đây|ngày|thời điểm)[^.;]{0,70}$"
)
_AFTER = re.compile(
    r"^[^.]{0,70}[;,]\s*(?:và )?(?:sau|đến nay|hiện|nay|từ ngày)[^.;]{0,50}?(?:còn|có|là|thành|sắp xếp|sáp nhập|hợp nhất|kiện toàn)(?: lại)?\s*$"
)
_MOVED = re.compile(r"^[^.;]{0,60}[,(]\s*(?:đã )?(?:giảm|tăng)(?: được| thêm| đi)?\s*$")


@rule(
    code=_CODE,
    title="Trước và sau khi sắp xếp",
    checks="“trước sắp xếp có A đơn vị; sau sắp xếp còn B đơn vị, giảm C đơn vị”: C phải bằng A − B.",
    excludes="Các số khác đơn vị tính; câu nêu “từ a còn b, giảm c” (quy tắc khác); số ước lượng được hạ mức.",
    severity=Severity.DEFINITE,
)
def before_and_after(context: AuditContext) -> Iterable[Finding | Check]:
    for _, figures in reading.readable(context):
        for before, after, moved in zip(figures, figures[1:], figures[2:], strict=False):
            if _is_change(before, after, moved):
                yield from _judge(before, after, moved)


def _is_change(before: ProseFigure, after: ProseFigure, moved: ProseFigure) -> bool:
    figures = (before, after, moved)
    if any(figure.is_percent or figure.role for figure in figures) or moved.direction is Direction.NONE:
        return False
    alike = _same_kind(before, after) and _same_kind(before, moved)
    return (
        alike
        and bool(_BEFORE.search(before.lead))
        and bool(_AFTER.match(reading.between(before, after)))
        and bool(_MOVED.match(reading.between(after, moved)))
    )


def _same_kind(first: ProseFigure, later: ProseFigure) -> bool:
    """The same unit, its short name, or none said again."""
    return later.unit is None or reading.part_unit(first, later)


def _judge(before: ProseFigure, after: ProseFigure, moved: ProseFigure) -> Iterator[Finding | Check]:
    figures = [before, after, moved]
    fewer = moved.direction is Direction.DECREASE
    wanted = before.value - after.value if fewer else after.value - before.value
    if wanted.meets(moved.value):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    value, word = wanted.middle, "giảm" if fewer else "tăng"
    slip = typing_slip(moved.printed.value, value) if value > 0 else ""
    yield reading.finding(
        _CODE,
        reading.softened(Severity.DEFINITE, figures),
        Outcome.INCONSISTENT,
        [moved],
        f"Trước là {before.printed.text}, sau là {after.printed.text} thì {word} {reading.number(value)}, "
        f"không phải {moved.printed.text}." + (f" Có thể gõ nhầm ({slip})." if slip else ""),
        printed=f"{before.printed.text} → {after.printed.text}, {word} {moved.printed.text}",
        computed=reading.number(value),
        suggested=reading.number(value) if value > 0 else "",
    )
