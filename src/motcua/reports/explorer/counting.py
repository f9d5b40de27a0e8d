"""Figures over facts, for people: by unit, by month, by a cut. Sums climb; ratios are made anew from added parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from motcua.engine.facts.api import Scope, Snapshot, measure_figures
from motcua.engine.figures.api import UNIT, Figure, Filter, Measured, nothing
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reports.explorer.places import Places


@dataclass(frozen=True, slots=True)
class ByUnit:
    """A figure of every unit that has any, and of all of them together."""

    lines: Mapping[str, Measured]
    total: Measured
    snapshot: Snapshot | None

    def ranked(self, *, least_first: bool = False) -> list[tuple[int, str, Measured]]:
        """As `ranked` of the lines."""
        return ranked(self.lines, least_first=least_first)


def ranked(lines: Mapping[str, Measured], *, least_first: bool = False) -> list[tuple[int, str, Measured]]:
    """(place, unit, measured) by value, ties sharing a place; units without a value come last, without a place (0)."""
    known = [(value, code) for code, one in lines.items() if (value := one.value.exact(1)) is not None]
    known.sort(key=lambda each: (each[0] if least_first else -each[0], each[1]))
    found, place, before = [], 0, None
    for number, (value, code) in enumerate(known, start=1):
        if value != before:
            place, before = number, value
        found.append((place, code, lines[code]))
    there = {code for _place, code, _one in found}
    return found + [(0, code, one) for code, one in sorted(lines.items()) if code not in there]


def by_unit(
    province: Province,
    figure: Figure,
    window: Window,
    known: Places,
    *,
    scope: Scope,
    filters: Sequence[Filter] = (),
) -> ByUnit:
    """The figure by the unit each record counts for; the empty code holds records of no unit known."""
    counted = measure_figures(province, [figure], window, (UNIT,), filters=filters, scope=scope)
    parts: dict[str, dict[str, Measured]] = {}
    for (code,), one in counted.of(figure).items():
        parts.setdefault(known.owner_of(code), {})[code] = one

    def together(codes: frozenset[str] | None, ones: Sequence[Measured]) -> Measured:
        if figure.counts_distinct and len(ones) > 1:
            return one_value(province, figure, window, scope=scope, units=codes, filters=filters)
        return sum(ones, nothing(figure))

    lines = {owner: together(frozenset(ones) - {None}, list(ones.values())) for owner, ones in parts.items()}
    return ByUnit(lines, together(None, list(counted.of(figure).values())), counted.snapshot)


def one_value(
    province: Province,
    figure: Figure,
    window: Window,
    *,
    scope: Scope,
    units: frozenset[str] | None = None,
    filters: Sequence[Filter] = (),
) -> Measured:
    """The figure over the units whose records have these codes (None: all in scope)."""
    counted = measure_figures(province, [figure], window, units=units, filters=filters, scope=scope)
    return counted.at(figure)


def by_cut(
    province: Province,
    figure: Figure,
    window: Window,
    column: str,
    *,
    scope: Scope,
    units: frozenset[str] | None = None,
) -> dict[Any, Measured]:
    """The figure by the values of a column, the largest part first."""
    counted = measure_figures(province, [figure], window, (column,), units=units, scope=scope)
    groups = {key[0]: one for key, one in counted.of(figure).items()}
    return dict(sorted(groups.items(), key=lambda each: (-_size(each[1]), str(each[0]))))


def _size(one: Measured) -> Fraction:
    whole = one.denominator if one.figure.is_ratio else one.numerator
    return whole or Fraction()


def by_month(
    province: Province,
    figure: Figure,
    windows: Sequence[Window],
    *,
    scope: Scope,
    units: frozenset[str] | None = None,
) -> list[Measured]:
    """The figure of each window, in order."""
    return [one_value(province, figure, window, scope=scope, units=units) for window in windows]
