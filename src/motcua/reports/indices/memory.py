"""Measures over rows in memory, by the reference evaluation of the figure language.

For tests, for small installations and for what-if tables; the engine of facts must equal it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from motcua.engine.figures.api import (
    Figure,
    MeasureKind,
    Quantity,
    Registry,
    Selection,
    Value,
    chosen_rows,
    measure,
)
from motcua.kernel.periods import Window
from motcua.reports.indices.data import Failing
from motcua.reports.indices.measures import Pools, Weights

Row = Mapping[str, Any]


class MemoryMeasures:
    """`rows`: fact → its rows. `below`: unit → the units whose rows it counts (itself when left out).

    `causes`: fact → the column that says why a record failed.
    """

    def __init__(
        self,
        registry: Registry,
        rows: Mapping[str, Sequence[Row]],
        *,
        below: Mapping[str, Iterable[str]] | None = None,
        causes: Mapping[str, str] | None = None,
    ) -> None:
        self._registry = registry
        self._rows = rows
        self._below = {unit: frozenset(units) for unit, units in (below or {}).items()}
        self._cause_columns = dict(causes or {})

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        if figure not in self._registry:
            return {}
        definition = self._registry.figure(figure, window.last)
        return {unit: self._value(definition, unit, window) for unit in units}

    def expect(self, figures: Iterable[str], units: Sequence[str], window: Window) -> None:
        """Rows in memory are counted as they are asked for."""

    def pools(self, figure: str, unit: str, window: Window) -> Pools:
        found: dict[tuple[Fraction, str], int] = {}
        for record in self.failing(figure, unit, window):
            found[record.weight, record.cause] = found.get((record.weight, record.cause), 0) + 1
        return found

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        found: dict[str, dict[str, Fraction]] = {}
        for unit in units:
            weights = found.setdefault(unit, {})
            for record in self.failing(figure, unit, window):
                weights[record.cause] = weights.get(record.cause, Fraction()) + record.weight
        return found

    def failing(
        self,
        figure: str,
        unit: str,
        window: Window,
        *,
        cause: str | None = None,
        limit: int | None = None,
        after: str = "",
        among: Collection[str] | None = None,
    ) -> Sequence[Failing]:
        if figure not in self._registry:
            return ()
        definition = self._registry.figure(figure, window.last)
        weights: dict[str, Fraction] = {}
        causes: dict[str, str] = {}
        for sign, quantity in _lacking(definition):
            for factor, selection in quantity.terms:
                for key, row in self._keyed(selection, unit, window):
                    weights[key] = weights.get(key, Fraction()) + sign * factor * _amount(selection, row)
                    causes.setdefault(
                        key, str(row.get(self._cause_columns.get(selection.fact, ""), "") or "")
                    )
        records = [
            Failing(key, weight, causes[key])
            for key, weight in sorted(weights.items())
            if weight > 0 and key > after and (among is None or key in among) and cause in (None, causes[key])
        ]
        return records[:limit]

    def _value(self, definition: Figure, unit: str, window: Window) -> Value:
        if definition.count is not None:
            total = self._measured(definition.count, unit, window)
            return Value.blank() if total is None else Value.of(total)
        parts = [
            self._measured(each, unit, window)
            for each in (definition.numerator, definition.denominator)
            if each
        ]
        if None in parts:
            return Value.blank()
        return Value.ratio(*(part for part in parts if part is not None))

    def _measured(self, quantity: Quantity, unit: str, window: Window) -> Fraction | None:
        total = Fraction()
        for factor, selection in quantity.terms:
            rows = self._of_unit(selection, unit)
            part = measure(Quantity(((factor, selection),)), lambda _fact, rows=rows: rows, window)  # type: ignore[misc]
            if part is None:
                return None
            total += part
        return total

    def _chosen(self, selection: Selection, unit: str, window: Window) -> list[Row]:
        stated = selection.measure.kind is MeasureKind.DECLARED
        if stated or not self._registry.fact(selection.fact).key:
            return []  # values people state have no records behind them
        return chosen_rows(selection, self._of_unit(selection, unit), window)

    def _keyed(self, selection: Selection, unit: str, window: Window) -> list[tuple[str, Row]]:
        """The records with their keys; where different values are counted each value with one record of it."""
        rows = self._chosen(selection, unit, window)
        if selection.measure.kind is MeasureKind.DISTINCT:
            column = selection.measure.column
            return list({str(row[column]): row for row in rows if row[column]}.items())
        key = self._registry.fact(selection.fact).key
        return [(str(row[key]), row) for row in rows]

    def _of_unit(self, selection: Selection, unit: str) -> list[Row]:
        column = selection.unit or self._registry.fact(selection.fact).unit
        units = self._below.get(unit) or frozenset({unit})
        return [row for row in self._rows.get(selection.fact, ()) if row[column] in units]


def _lacking(definition: Figure) -> list[tuple[int, Quantity]]:
    """What fails: of a ratio its denominator without its numerator, of a count all that it counts."""
    if definition.numerator is not None and definition.denominator is not None:
        return [(1, definition.denominator), (-1, definition.numerator)]
    return [(1, definition.count)] if definition.count is not None else []


def _amount(selection: Selection, row: Row) -> Fraction:
    if selection.measure.kind in (MeasureKind.COUNT, MeasureKind.DISTINCT):
        return Fraction(1)
    return Fraction(row[selection.measure.column] or 0)
