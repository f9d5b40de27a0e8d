"""The numbers of a screen: one unit's big ones, and a line for each unit below it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

from motcua.engine.facts.api import Scope, measure_figures
from motcua.engine.figures.api import REGISTRY, UNIT, Figure, Measured, Tally, format_value, nothing
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.periods import PeriodKind, Window, period_of
from motcua.reports.explorer.api import places

STOCKS = ("dossiers.open", "displays.due-today", "dossiers.open-overdue")
FLOWS = ("dossiers.on-time", "feedback.ratings.satisfied")
OLD_AFTER = dt.timedelta(minutes=10)
Tallies = tuple[Tally, ...]
KEPT = 20  # seconds for which all screens of a province share what was counted


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: what is shown of each figure, by code."""

    name: str
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wall:
    """`total` and `lines` of units; `as_of` the cut-off, `old` when it lies too far back."""

    as_of: dt.datetime | None
    old: bool
    total: Line
    lines: tuple[Line, ...]


def wall(province: Province, scope: Scope, unit_path: str, name: str) -> Wall:
    """What a screen shows of the units under a path, within a scope. Raises FactsError while facts are not built."""
    day = today()
    codes = "all" if scope.codes is None else ",".join(sorted(scope.codes))
    key = f"displays.wall:{province.pk}:{hashlib.sha256(codes.encode()).hexdigest()[:24]}:{day}"
    kept = cache.get(key)
    if kept is None:
        kept = _count(province, scope, day)
        cache.set(key, kept, KEPT)
    as_of, counted = kept
    known = places(province, "now", day)
    figures = [REGISTRY.figure(code, day) for code in (*STOCKS, *FLOWS)]
    total = {each.code: nothing(each) for each in figures}
    lines: dict[str, dict[str, Measured]] = {}
    for code, groups in counted.items():
        for then, tallies in groups.items():
            owner = known.owner_of(then)
            if unit_path != "/" and not (
                owner in known.units and known.units[owner].path.startswith(unit_path)
            ):
                continue
            measured = Measured(total[code].figure, tallies)
            total[code] += measured
            line = lines.setdefault(owner, {each.code: nothing(each) for each in figures})
            line[code] += measured
    shown = [
        Line(unit.short_name or unit.name, _shown(figures, lines[unit.code]))
        for unit in known.in_order(lines)
        if lines[unit.code]["dossiers.open"].numerator
    ]
    old = as_of is None or now() - as_of > OLD_AFTER
    return Wall(as_of, old, Line(name, _shown(figures, total)), tuple(shown) if len(shown) > 1 else ())


def _count(
    province: Province, scope: Scope, day: dt.date
) -> tuple[dt.datetime | None, dict[str, dict[str, Tallies]]]:
    month = period_of(PeriodKind.MONTH, day).window()
    found: dict[str, dict[str, Tallies]] = {}
    moments = []
    for codes, window in ((STOCKS, Window(day, day)), (FLOWS, Window(month.first, day))):
        figures = [REGISTRY.figure(code, day) for code in codes]
        measured = measure_figures(province, figures, window, (UNIT,), scope=scope)
        moments.append(measured.snapshot.as_of if measured.snapshot else None)
        for figure in figures:
            found[figure.code] = {str(key[0] or ""): one.tallies for key, one in measured.of(figure).items()}
    known = [each for each in moments if each is not None]
    return min(known, default=None), found


def _shown(figures: list[Figure], one: Mapping[str, Measured]) -> dict[str, str]:
    """Keys as a template can say them: the last part of the code."""
    return {each.code.rpartition(".")[2].replace("-", "_"): _text(each, one[each.code]) for each in figures}


def _text(figure: Figure, one: Measured) -> str:
    if not one.value.is_known:
        return "–"
    text = format_value(one.value, figure)
    return f"{text}%" if figure.unit.code == "percent" else text
