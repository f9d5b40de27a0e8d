"""`Measures` over the facts of a province: what the index sets read in production.

One scan a fact and window gives every figure of every unit; a unit counts its own rows and those of the units whose files
it keeps. Facts not built yet give nothing: their figures are missing, not 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property

from motcua.engine.facts.api import FactsError, Part, measure_figures, open_records, sources, whole_province
from motcua.engine.figures.api import (
    REGISTRY,
    UNIT,
    Figure,
    FigureError,
    Filter,
    Measured,
    Operator,
    Value,
    failing_filters,
    nothing,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reference.organisations.api import UnitInfo, keepers_of, latest_by_code, units_on
from motcua.reports.indices.data import Failing
from motcua.reports.indices.measures import Weights

# Why a record of a fact failed, where it says so.
CAUSES: Mapping[str, str] = {"dossiers": "late_reason"}
_PAGE = 1_000
_ByKey = Mapping[tuple[object, ...], Measured]


class CountedMeasures:
    """Asks each fact once a window; made anew for each question, so that one page tells of one moment."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._scope = whole_province(province)
        self._counted: dict[tuple[str, Window], dict[str, _ByKey]] = {}
        self._below: dict[str, frozenset[str] | None] = {}
        self._known: dict[date, list[UnitInfo]] = {}

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        definition = self._figure(figure, window)
        groups = self._groups(definition, window) if definition else None
        if definition is None or groups is None:
            return {}
        return {unit: self._of(definition, groups, unit, window).value for unit in units}

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        definition = self._figure(figure, window)
        column = _cause_column(definition) if definition else None
        if definition is None:
            return {}
        if column is None:
            groups = self._groups(definition, window) or {}
            return {unit: _weights([("", self._of(definition, groups, unit, window))]) for unit in units}
        try:
            counted = measure_figures(self._province, [definition], window, (UNIT, column), scope=self._scope)
        except FactsError:
            return {}
        groups = counted.of(definition)
        return {
            unit: _weights(
                (str(cause or ""), one)
                for (code, cause), one in groups.items()
                if self._counts_for(str(code or ""), unit, window)
            )
            for unit in units
        }

    def failing(
        self, figure: str, unit: str, window: Window, *, cause: str | None = None, limit: int | None = None
    ) -> Sequence[Failing]:
        definition = self._figure(figure, window)
        if definition is None:
            return ()
        column = _cause_column(definition)
        filters: tuple[Filter, ...] = ()
        if cause is not None:
            if column is None and cause:
                return ()
            filters = (Filter(column, Operator.EQUAL, cause),) if column else ()
        try:
            keys = self._failing_keys(definition, unit, window, filters, limit)
        except FactsError:
            return ()
        return [Failing(key, Fraction(1), cause or "") for key in keys]

    # -- reading ------------------------------------------------------------------------------------

    def _figure(self, code: str, window: Window) -> Figure | None:
        try:
            found = REGISTRY.figure(code, window.last)
        except FigureError:
            return None
        known = {source.name for source in sources()}
        return found if {part.fact for part in found.selections()} <= known else None

    def _groups(self, figure: Figure, window: Window) -> _ByKey | None:
        """The figure by the code of the unit then: with it every figure of the same fact, in one scan."""
        kept = self._counted.get((_fact(figure), window))
        if kept is None:
            alike = [
                each
                for each in REGISTRY.figures(window.last)
                if {part.fact for part in each.selections()} == {_fact(figure)} and not each.counts_distinct
            ]
            wanted = alike if figure in alike else [figure]
            try:
                counted = measure_figures(self._province, wanted, window, (UNIT,), scope=self._scope)
            except FactsError:
                return None
            kept = {each.code: counted.of(each) for each in wanted}
            if figure in alike:
                self._counted[(_fact(figure), window)] = kept
        if figure.code not in kept:
            try:
                counted = measure_figures(self._province, [figure], window, (UNIT,), scope=self._scope)
            except FactsError:
                return None
            kept[figure.code] = counted.of(figure)
        return kept[figure.code]

    def _of(self, figure: Figure, groups: _ByKey, unit: str, window: Window) -> Measured:
        below, total = self._codes_below(unit, window), nothing(figure)
        parts = [one for (code,), one in groups.items() if below is None or code in below]
        if figure.counts_distinct and len(parts) > 1:
            return measure_figures(self._province, [figure], window, units=below, scope=self._scope).at(
                figure
            )
        return sum(parts, total)

    def _counts_for(self, code: str, unit: str, window: Window) -> bool:
        below = self._codes_below(unit, window)
        return below is None or code in below

    def _codes_below(self, unit: str, window: Window) -> frozenset[str] | None:
        if unit not in self._below:
            self._below[unit] = self._codes(unit, window)
        return self._below[unit]

    def _codes(self, unit: str, window: Window) -> frozenset[str] | None:
        """The codes whose records count for a unit; None: all, for the province itself."""
        known = next((each for each in self._units(window) if each.code == unit), None)
        if known is None:
            return None if unit == self._province.agency_code else frozenset({unit})
        if known.kind == "province_committee":
            return None
        return frozenset(code for code, path in self._homes.items() if path.startswith(known.path))

    def _units(self, window: Window) -> list[UnitInfo]:
        if window.last not in self._known:
            self._known[window.last] = units_on(self._province, window.last)
        return self._known[window.last]

    @cached_property
    def _homes(self) -> dict[str, str]:
        """Where the files of every code are kept today, as a path."""
        known = latest_by_code(self._province)
        keepers = keepers_of(self._province, known.keys())
        return {code: (keepers.get(code) or unit).path for code, unit in known.items()}

    def _failing_keys(
        self, figure: Figure, unit: str, window: Window, filters: tuple[Filter, ...], limit: int | None
    ) -> list[str]:
        short = failing_filters(figure)
        if figure.count is not None:
            return self._keys(figure, "count", unit, window, filters, limit)
        if short is not None:
            return self._keys(figure, "denominator", unit, window, short + filters, limit)
        kept = set(self._keys(figure, "numerator", unit, window, filters, None))
        every = self._keys(figure, "denominator", unit, window, filters, None)
        return [key for key in every if key not in kept][:limit]

    def _keys(
        self,
        figure: Figure,
        part: Part,
        unit: str,
        window: Window,
        filters: tuple[Filter, ...],
        limit: int | None,
    ) -> list[str]:
        quantity, below = getattr(figure, part), self._codes_below(unit, window)
        found: list[str] = []
        for term in range(len(quantity.terms)):
            after = ""
            while limit is None or len(found) < limit:
                most = _PAGE if limit is None else min(_PAGE, limit - len(found))
                opening = open_records(
                    self._province, figure, part, window, filters, below, after, most,
                    scope=self._scope, term=term,
                )  # fmt: skip
                found += [key for key, _number in opening.records]
                after = opening.next
                if not after:
                    break
        return found


def _cause_column(figure: Figure) -> str | None:
    """Where its records say why they failed; different values are of many records and say nothing."""
    return None if figure.counts_distinct else CAUSES.get(_fact(figure))


def _fact(figure: Figure) -> str:
    return figure.selections()[0].fact


def _weights(groups: object) -> dict[str, Fraction]:
    """By cause what the denominator has beyond the numerator; of a count all that it counts."""
    weights: dict[str, Fraction] = {}
    for cause, one in groups:  # type: ignore[attr-defined]
        above, below = one.numerator or Fraction(), one.denominator
        lacking = above if below is None else below - above
        if lacking > 0:
            weights[cause] = weights.get(cause, Fraction()) + lacking
    return weights
