"""A figure, its change and the earlier figure in brackets: `B lượt, tăng C lượt so với năm trước (A lượt)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from motcua.kernel.intervals import Agreement, Interval, agreement
from motcua.kernel.units import Dimension
from motcua.reports.audit.extraction.figures import Direction, ProseFigure
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import rule

_CODE = "prose.compared"
_BACK_TO = re.compile(
    r"(?:so với|cùng kỳ|thời điểm|lần|năm)(?: [^();]{0,70})?\(\s*(?:(?:từ|đạt|là|có|năm \d{4}:?)\s*)?$",
    re.IGNORECASE,
)
_SHARE_OF_EARLIER = re.compile(r"\bbằng(?: khoảng)?\s*$", re.IGNORECASE)
_TIMES = re.compile(r"(?:gấp|tăng|bằng)(?: hơn| gần| khoảng)?\s*$", re.IGNORECASE)
_FROM = re.compile(r"[,(]\s*từ(?: mức)?\s*$")
_TO = re.compile(r"(?:lên|xuống|còn|lên mức|lên tới|lên đến|xuống còn)(?: mức| tới| đến)?\s*$")
_REFERENCE = re.compile(r"so với", re.IGNORECASE)
_NEAR = 150
_LONGEST_STEP = 110


@dataclass(frozen=True, slots=True)
class _Comparison:
    """`now` and `earlier` with what is said of the way between: a count, a share, points or times."""

    now: ProseFigure
    said: ProseFigure
    earlier: ProseFigure


@rule(
    code=_CODE,
    title="Tăng, giảm so với số nêu trong ngoặc",
    checks="“B, tăng C so với năm trước (A)”: C phải bằng B − A; “tăng c%”, “gấp c lần”, “bằng c%” so với A cũng vậy; "
    "“đạt b%, tăng c điểm phần trăm so với … (a%)”: c phải bằng b − a.",
    excludes="Số khác đơn vị tính; kỳ trước không nêu số; số ước lượng được hạ mức nghiêm trọng.",
    severity=Severity.DEFINITE,
)
def compared(context: AuditContext) -> Iterable[Finding | Check]:
    """Each figure with its change and the earlier figure that the sentence puts in brackets."""
    for _, figures in reading.readable(context):
        for comparison in (*_comparisons(figures), *_from_to(figures), *_bracket_first(figures)):
            yield from _judge(comparison)


def _comparisons(figures: tuple[ProseFigure, ...]) -> Iterator[_Comparison]:
    for index, earlier in enumerate(figures):
        if index < 2 or earlier.role or not _opens_bracket(figures[index - 1], earlier):
            continue
        before = figures[:index]
        said = [f for f in before if earlier.start - f.end <= _NEAR and _is_said(f, earlier)]
        now = _now(before, said, earlier)
        if now is None:
            continue
        yield from (_Comparison(now, change, earlier) for change in said if change.start > now.end)


def _from_to(figures: tuple[ProseFigure, ...]) -> Iterator[_Comparison]:
    """`tăng 22,6 điểm phần trăm, từ 48,9% cuối năm trước lên 71,5%`: the change first."""
    for said, earlier, now in zip(figures, figures[1:], figures[2:], strict=False):
        gap, step = reading.between(said, earlier), reading.between(earlier, now)
        told = said.direction is not Direction.NONE and not (earlier.role or now.role)
        level = said.depth == earlier.depth == now.depth
        joined = len(step) <= _LONGEST_STEP and _FROM.search(gap) and _TO.search(step)
        if told and level and joined and _alike(now, earlier):
            yield _Comparison(now, said, earlier)


def _bracket_first(figures: tuple[ProseFigure, ...]) -> Iterator[_Comparison]:
    """`…; so với năm 2015 (1.388 đơn vị) giảm 431 đơn vị`: the earlier figure, then the change."""
    for index in range(1, len(figures) - 1):
        earlier, said = figures[index], figures[index + 1]
        gap = reading.between(earlier, said)
        if (
            said.direction is Direction.NONE
            or earlier.role
            or not _opens_bracket(figures[index - 1], earlier)
        ):
            continue
        if not re.search(r"^[^();.]{0,40}\)\s*,?\s*(?:thì |đã )?(?:giảm|tăng)\s*$", gap):
            continue
        now = _nearest_alike(figures[:index], earlier)
        if now is not None:
            yield _Comparison(now, said, earlier)


def _opens_bracket(previous: ProseFigure, earlier: ProseFigure) -> bool:
    """`… so với năm 2024 (` stands between the figure before and this one."""
    gap = reading.between(previous, earlier)
    return earlier.depth == 1 and bool(_BACK_TO.search(gap)) and len(gap) <= _LONGEST_STEP


def _is_said(figure: ProseFigure, earlier: ProseFigure) -> bool:
    """A movement (`tăng 12`, `giảm 5%`), a multiple (`gấp 1,2 lần`) or a share (`bằng 85%`)."""
    gap = reading.between(figure, earlier)
    if figure.role or ";" in gap or len(_REFERENCE.findall(gap)) > 1:
        return (
            False  # `giảm 9 so với đầu năm và giảm 17% so với năm 2015 (711)`: the nine is told of the first
        )
    multiple = figure.unit is not None and figure.unit.dimension is Dimension.TIMES
    share = figure.is_percent and bool(_SHARE_OF_EARLIER.search(figure.lead)) and not earlier.is_percent
    return figure.direction is not Direction.NONE or share or (multiple and bool(_TIMES.search(figure.lead)))


def _now(
    before: tuple[ProseFigure, ...], said: list[ProseFigure], earlier: ProseFigure
) -> ProseFigure | None:
    """The nearest figure before the change that measures what the earlier one does."""
    if not said:
        return None
    return _nearest_alike(tuple(f for f in before if f.end <= said[0].start), earlier)


def _nearest_alike(before: tuple[ProseFigure, ...], earlier: ProseFigure) -> ProseFigure | None:
    for figure in reversed(before):
        if figure.direction is Direction.NONE and figure.depth == 0 and _alike(figure, earlier):
            return figure if figure.role != "part" and not figure.planned else None
    return None


def _alike(now: ProseFigure, earlier: ProseFigure) -> bool:
    if now.is_percent or earlier.is_percent:
        return now.is_percent and earlier.is_percent
    if now.unit is not None and now.unit.dimension is Dimension.TIMES:
        return False
    if reading.same_unit(now, earlier):
        return True
    counted = now.unit is not None and now.unit.dimension is Dimension.COUNT
    return counted and earlier.unit is None and not earlier.noun


def _judge(comparison: _Comparison) -> Iterator[Finding | Check]:
    now, said, earlier = comparison.now, comparison.said, comparison.earlier
    wanted = _wanted(comparison)
    if wanted is None:
        return
    figures = [now, said, earlier]
    outcome = agreement(said.printed.value, said.printed.places, wanted)
    counted = not said.is_percent and now.value.is_point and earlier.value.is_point and said.value.is_point
    if counted and outcome is Agreement.TRUNCATED:
        outcome = Agreement.DIFFERENT
    if outcome in (Agreement.EQUAL, Agreement.POSSIBLE) or _is_near(said, wanted):
        yield reading.check(_CODE, Outcome.HOLDS, figures)
        return
    yield _finding(comparison, wanted, outcome is Agreement.TRUNCATED)


def _wanted(comparison: _Comparison) -> Interval | None:
    """What the change should be; None where the words do not say which way it is counted."""
    now, said, earlier = comparison.now, comparison.said, comparison.earlier
    sign = -1 if said.direction is Direction.DECREASE else 1
    if said.unit is not None and said.unit.dimension is Dimension.TIMES:
        return now.value / earlier.value if earlier.value.low > 0 else None
    if not said.is_percent:
        same = reading.kindred_unit(said, now) or now.is_percent
        moved = (now.value - earlier.value) * sign if same else None
        return moved if moved is not None and _on_scale(said, now) else None
    if now.is_percent:
        return (now.value - earlier.value) * sign
    if earlier.value.low <= 0:
        return None
    if said.direction is Direction.NONE:
        return now.value / earlier.value * 100
    return (now.value - earlier.value) * sign / earlier.value * 100


def _on_scale(said: ProseFigure, now: ProseFigure) -> bool:
    """Both in tỷ đồng, or both counted; points and percent go together."""
    if said.unit is None or now.unit is None or now.is_percent:
        return True
    return said.unit.factor == now.unit.factor


def _is_near(said: ProseFigure, wanted: Interval) -> bool:
    """`gần 1,5 lần`, `hơn 5%`: within one in the last printed place."""
    distance = abs(wanted.middle - Fraction(said.printed.value))
    return not said.exact and distance <= 2 * Fraction(said.printed.unit_in_last_place)


def _finding(comparison: _Comparison, wanted: Interval, cut: bool) -> Finding:
    now, said, earlier = comparison.now, comparison.said, comparison.earlier
    places = said.printed.places if said.printed.places or said.is_percent else None
    value = reading.number(wanted.middle, places)
    shown = reading.shown(said)
    slip = typing_slip(said.printed.value, wanted.middle) if wanted.middle > 0 else ""
    computed = reading.number(wanted.middle, max(2, said.printed.places)) if said.is_percent else value
    return reading.finding(
        _CODE,
        Severity.ARGUABLE if cut else reading.softened(Severity.DEFINITE, [now, said, earlier]),
        Outcome.ROUNDING_ONLY if cut else Outcome.INCONSISTENT,
        [said],
        f"Nay là {reading.shown(now)}, kỳ so sánh là {reading.shown(earlier)}: tính ra {computed}, báo cáo in {shown}."
        + (f" Có thể gõ nhầm ({slip})." if slip else ""),
        printed=f"{now.printed.text} so với {earlier.printed.text}: {shown}",
        computed=computed,
        suggested=value if wanted.middle > 0 else "",
    )
