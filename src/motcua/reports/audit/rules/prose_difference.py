"""Before and after: `từ a còn b, giảm c`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
    r"(?:\btừ|[Ss]ắp xếp|[Hh]ợp nhất|[Ss]áp nhập|[Tt]ổ chức lại|[Kk]iện toàn|[Tt]inh gọn|[Cc]ơ cấu lại|trước đây(?: là)?)[^;.]{0,60}$"
)
_SHARE_OF = re.compile(r"(?:tương đương|tương ứng|tỷ lệ|bằng|đạt|chiếm)[^;.]{0,25}$|\($")
_BRACKETS = re.compile(r"\([^()]*\)")
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
            if share := _share_of(change, figures):
                yield from _judge_percent(share)


def _changes(figures: tuple[ProseFigure, ...]) -> Iterator[_Change]:
    for before, after, moved in _triples(figures):
        if before.is_percent or after.is_percent or before.role or after.role:
            continue
        step, last = (
            _BRACKETS.sub(" ", reading.between(*pair)) for pair in ((before, after), (after, moved))
        )
        if not _may_be_alike(before, after) or ";" in step + last or len(step) > 90 or len(last) > 90:
            continue
        connected = reading.matches(_TO_FEWER, step) or reading.matches(_TO_MORE, step)
        if connected and reading.matches(_FROM, before.lead) and reading.matches(_MOVED, last):
            yield _Change(before, after, moved)
    yield from _told_first(figures)


def _told_first(figures: tuple[ProseFigure, ...]) -> Iterator[_Change]:
    """`giảm 35 người (từ 120 người xuống 85 người)`: the change first, then before and after in a bracket."""
    for moved, before, after in zip(figures, figures[1:], figures[2:], strict=False):
        inside = before.depth == after.depth == moved.depth + 1
        if not (inside and moved.direction) or moved.is_percent or before.is_percent or after.is_percent:
            continue
        gap, step = reading.between(moved, before), reading.between(before, after)
        connected = reading.matches(_TO_FEWER, step) or reading.matches(_TO_MORE, step)
        if connected and re.search(r"\(\s*(?:giảm |tăng )?từ\s*$", gap) and len(gap) < 60 and len(step) < 60:
            yield _Change(before, after, moved)


def _share_of(change: _Change, figures: tuple[ProseFigure, ...]) -> _Change | None:
    """`giảm 81 đơn vị (tương đương 64,29%)`: the change said again as a share of what was before."""
    following = next((f for f in figures if f.start > change.moved.end), None)
    if change.moved.is_percent or following is None or not following.is_percent:
        return None
    gap = reading.between(change.moved, following)
    if len(gap) > 50 or not _SHARE_OF.search(gap):
        return None
    return _Change(change.before, change.after, replace(following, direction=change.moved.direction))


def _triples(figures: tuple[ProseFigure, ...]) -> Iterator[tuple[ProseFigure, ProseFigure, ProseFigure]]:
    """Three figures in a row at one depth of brackets, or the last just inside a bracket: `còn b (giảm c)`."""
    for position, before in enumerate(figures):
        level = [f for f in figures[position + 1 :] if f.depth == before.depth]
        if not level:
            continue
        after = level[0]
        inside = next((f for f in figures if f.start > after.end), None)
        if inside is not None and inside.depth == after.depth + 1 and inside.direction:
            yield before, after, inside
        elif len(level) > 1:
            yield before, after, level[1]


def _may_be_alike(before: ProseFigure, after: ProseFigure) -> bool:
    """The same unit, or `từ 45 còn 12`, where the unit stands elsewhere."""
    return reading.kindred_unit(before, after)


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
