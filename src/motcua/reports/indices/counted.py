"""`Measures` over the facts of a province: what the index sets read in production.

What will be asked together (`expect`) is counted together, one scan a fact for all units, each code's rows counted for
the unit that answers for them. Facts not built yet give nothing: their figures are missing, not 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from heapq import merge
from itertools import islice

from motcua.engine.facts.api import (
    FactsError,
    Part,
    measure_apart,
    measure_figures,
    open_records,
    sources,
    whole_province,
)
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
from motcua.reports.indices.measures import Pools, Weights

# Why a record failed, where the fact says so: figure → column.
_LATE, _CHANNEL = "late_reason", "channel"
CAUSES: Mapping[str, str] = {
    "dossiers.open": _LATE, "dossiers.on-time": _LATE, "dossiers.early": _LATE, "dossiers.open-overdue": _LATE,
    "dossiers.index-on-time": _LATE, "dossiers.online-on-time": _LATE, "dossiers.online": _CHANNEL,
    "records.digitised-rate": _CHANNEL, "records.electronic-results-rate": _CHANNEL, "records.reuse-rate": _CHANNEL,
    "records.papers-and-result": _CHANNEL,
    "feedback.index.on-time": "kind", "feedback.index.handling-satisfaction": "kind", "feedback.not-dragging": "kind",
}  # fmt: skip
_PAGE = 1_000
_ByKey = Mapping[tuple[object, ...], Measured]
_Wanted = tuple[Window, str]  # a window, and "" or the column of causes


class CountedMeasures:
    """Counts what is asked for once; made anew for each question, so that one page tells of one moment."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._scope = whole_province(province)
        self._expected: dict[Window, dict[str, None]] = {}
        self._asked: dict[str, None] = {}
        self._counted: dict[tuple[_Wanted, str], dict[str, dict[str, Measured]] | None] = {}
        self._kept_by: dict[date, tuple[dict[str, str], dict[str, str]]] = {}
        self._lacking: dict[tuple[str, str, Window], list[str]] = {}
        self._below: dict[str, frozenset[str] | None] = {}
        self._known: dict[date, list[UnitInfo]] = {}

    def expect(self, figures: Iterable[str], units: Sequence[str], window: Window) -> None:
        if not set(units) <= self._asked.keys():
            self._asked |= dict.fromkeys(units)
            self._counted.clear()
            self._kept_by.clear()
        self._expected.setdefault(window, {}).update(dict.fromkeys(figures))

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        definition = self._figure(figure, window)
        if definition is None:
            return {}
        counted = self._by_unit(definition, units, (window, ""))
        if counted is None:
            return {}
        return {unit: counted.get(unit, {}).get("", nothing(definition)).value for unit in units}

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        definition = self._figure(figure, window)
        if definition is None:
            return {}
        if len(units) == 1 and definition.counts_distinct and not is_nested(definition):
            return {units[0]: self._listed(definition, units[0], window)}
        counted = self._by_unit(definition, units, (window, CAUSES.get(figure, "")))
        return {} if counted is None else {unit: _weights(counted.get(unit, {})) for unit in units}

    def pools(self, figure: str, unit: str, window: Window) -> Pools:
        found = self.causes(figure, [unit], window).get(unit, {})
        return {(Fraction(1), cause): int(weight) for cause, weight in found.items() if weight >= 1}

    def by_column(
        self, figures: Iterable[str], column: str, unit: str, window: Window
    ) -> dict[str, dict[str, Value]]:
        """The figures of one unit by each value of a column that their facts have; facts not built give nothing."""
        known = [one for code in figures if (one := self._figure(code, window)) is not None]
        below = self._codes_below(unit, window)
        measured = measure_apart(self._province, known, window, (column,), units=below, scope=self._scope)
        found: dict[str, dict[str, Value]] = {}
        for code, counted in measured.items():
            for (value,), one in counted.of(code).items():
                found.setdefault(str(value or ""), {})[code] = one.value
        empty = {one.code: nothing(one).value for one in known}
        return {value: empty | values for value, values in found.items()}

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
        definition = self._figure(figure, window)
        if definition is None:
            return ()
        column = CAUSES.get(figure, "")
        filters: tuple[Filter, ...] = ()
        if cause is not None:
            if not column and cause:
                return ()
            filters = (_of_cause(definition, column, cause),) if column else ()
        if among is not None and not definition.counts_distinct:
            filters = (*filters, Filter(_key_column(definition), Operator.AMONG, tuple(among)))
        try:
            most = None if among is not None else limit
            keys = list(islice(self._failing_keys(definition, unit, window, filters, after, most), most))
        except FactsError:
            return ()
        wanted = keys if among is None else [key for key in keys if key in among]
        return [Failing(key, Fraction(1), cause or "") for key in wanted]

    # -- counting -----------------------------------------------------------------------------------

    def _listed(self, figure: Figure, unit: str, window: Window) -> Weights:
        """How many fail where the numerator is of other records than the denominator: only listing them tells."""
        try:
            found = len(self._lacking_values(figure, unit, window))
        except FactsError:
            return {}
        return {"": Fraction(found)} if found else {}

    def _lacking_values(self, figure: Figure, unit: str, window: Window) -> list[str]:
        """Of a share of different values those that the numerator has not, in order: read by value, in one go."""
        place = figure.code, unit, window
        if place not in self._lacking:
            column = figure.selections()[0].measure.column
            below = self._codes_below(unit, window)
            counted = measure_figures(
                self._province, [figure], window, (column,), units=below, scope=self._scope
            )
            self._lacking[place] = sorted(
                str(value)
                for (value,), one in counted.of(figure).items()
                if value and one.denominator and not one.numerator
            )
        return self._lacking[place]

    def _figure(self, code: str, window: Window) -> Figure | None:
        try:
            found = REGISTRY.figure(code, window.last)
        except FigureError:
            return None
        known = {source.name for source in sources()}
        return found if {part.fact for part in found.selections()} <= known else None

    def _by_unit(
        self, figure: Figure, units: Sequence[str], wanted: _Wanted
    ) -> Mapping[str, Mapping[str, Measured]] | None:
        """Unit → cause ("" where causes are not asked for) → what was counted; None where facts are not built."""
        if not set(units) <= self._asked.keys():
            if len(units) == 1:
                return self._alone(figure, units[0], wanted)
            self.expect((figure.code,), units, wanted[0])
        if (wanted, figure.code) not in self._counted and not self._add_up(figure, wanted):
            self._count(figure, wanted)
        return self._counted[wanted, figure.code]

    def _add_up(self, figure: Figure, wanted: _Wanted) -> bool:
        """The whole from what was counted by cause already, if it was."""
        window, column = wanted
        by_cause = self._counted.get(((window, CAUSES.get(figure.code, "")), figure.code))
        if column or by_cause is None or figure.counts_distinct:
            return False
        self._counted[wanted, figure.code] = {
            unit: {"": sum(causes.values(), nothing(figure))} for unit, causes in by_cause.items()
        }
        return True

    def _count(self, figure: Figure, wanted: _Wanted) -> None:
        """The figure, and with it all expected that are cut alike and not counted yet."""
        window, column = wanted
        together = {figure.code: figure}
        for code in self._expected.get(window, ()):
            other = self._figure(code, window)
            alike = CAUSES.get(code, "") == column if column else True
            if other is None or not alike or (wanted, code) in self._counted:
                continue
            if column or not self._add_up(other, wanted):
                together[code] = other
        try:
            found = self._read(list(together.values()), wanted)
        except FactsError:
            for code, one in together.items():
                try:
                    self._counted[wanted, code] = self._read([one], wanted)[code]
                except FactsError:
                    self._counted[wanted, code] = None
            return
        for code, by_unit in found.items():
            self._counted[wanted, code] = by_unit

    def _read(self, figures: Sequence[Figure], wanted: _Wanted) -> dict[str, dict[str, dict[str, Measured]]]:
        window, column = wanted
        cuts = (UNIT, column) if column else (UNIT,)
        homes, parents = self._homes_of(window)
        counted = measure_figures(self._province, figures, window, cuts, scope=self._scope, homes=homes)
        found = {each.code: _summed(each, counted.of(each), parents) for each in figures}
        distinct = [each for each in figures if each.counts_distinct]
        for unit in self._asked:
            below = self._codes_below(unit, window)
            if below is None:
                for each in figures:
                    if not each.counts_distinct:
                        found[each.code][unit] = _all_together(counted.of(each))
            if distinct and (below is None or unit in parents.values()):
                whole = measure_figures(
                    self._province, distinct, window, cuts[1:], units=below, scope=self._scope
                )
                for each in distinct:
                    found[each.code][unit] = {_text(key): one for key, one in whole.of(each).items()}
        return found

    def _alone(self, figure: Figure, unit: str, wanted: _Wanted) -> dict[str, dict[str, Measured]] | None:
        """One unit by itself reads only its own rows."""
        window, column = wanted
        below = self._codes_below(unit, window)
        try:
            counted = measure_figures(
                self._province, [figure], window, (column,) if column else (), units=below, scope=self._scope
            )
        except FactsError:
            return None
        return {unit: {_text(key): value for key, value in counted.of(figure).items()}}

    # -- units --------------------------------------------------------------------------------------

    def _homes_of(self, window: Window) -> tuple[dict[str, str], dict[str, str]]:
        if window.last not in self._kept_by:
            self._kept_by[window.last] = self._find_homes(window)
        return self._kept_by[window.last]

    def _find_homes(self, window: Window) -> tuple[dict[str, str], dict[str, str]]:
        """Code → the unit asked for, nearest above it; and unit asked for → the one asked for above it."""
        paths = {
            each.path: each.code
            for each in self._units(window)
            if each.code in self._asked and self._codes_below(each.code, window) is not None
        }
        homes = {code: home for code, path in self._homes.items() if (home := _nearest(path, paths))}
        parents = {
            code: above
            for path, code in paths.items()
            if (above := _nearest(path.rstrip("/").rpartition("/")[0] + "/", paths))
        }
        return homes, parents

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

    # -- records ------------------------------------------------------------------------------------

    def _failing_keys(
        self,
        figure: Figure,
        unit: str,
        window: Window,
        filters: tuple[Filter, ...],
        after: str,
        limit: int | None,
    ) -> Iterator[str]:
        """Keys in order, read page by page as far as they are taken."""
        if figure.counts_distinct and figure.is_ratio:
            return iter([key for key in self._lacking_values(figure, unit, window) if key > after])
        short = failing_filters(figure)
        page = _PAGE if limit is None else min(_PAGE, limit)
        if figure.count is not None:
            return self._merged(figure, "count", unit, window, filters, after, page)
        if short is not None:
            return self._merged(figure, "denominator", unit, window, short + filters, after, page)
        every = self._merged(figure, "denominator", unit, window, filters, after, _PAGE)
        kept = self._merged(figure, "numerator", unit, window, filters, after, _PAGE)
        return _without(every, kept)

    def _merged(
        self,
        figure: Figure,
        part: Part,
        unit: str,
        window: Window,
        filters: tuple[Filter, ...],
        after: str,
        page: int,
    ) -> Iterator[str]:
        """The keys of all terms of a part, in order, each once."""
        quantity = getattr(figure, part)
        terms = [
            self._keys(figure, part, term, unit, window, filters, after, page)
            for term in range(len(quantity.terms))
        ]
        last = None
        for key in merge(*terms):
            if key != last:
                yield key
            last = key

    def _keys(
        self,
        figure: Figure,
        part: Part,
        term: int,
        unit: str,
        window: Window,
        filters: tuple[Filter, ...],
        after: str,
        page: int,
    ) -> Iterator[str]:
        below = self._codes_below(unit, window)
        while True:
            opening = open_records(
                self._province,
                figure,
                part,
                window,
                filters,
                below,
                after,
                page,
                scope=self._scope,
                term=term,
            )
            yield from (key for key, _number in opening.records)
            after, page = opening.next, _PAGE
            if not after:
                return


def is_nested(figure: Figure) -> bool:
    """Whether its numerator takes none but records of its denominator: then the rest of it is what fails."""
    if figure.denominator is None or figure.numerator is None:
        return True
    return all(
        factor == 1
        and any(
            (whole.fact, whole.unit, whole.measure) == (part.fact, part.unit, part.measure)
            and all(_is_implied(each, part.filters) for each in whole.filters)
            for _factor, whole in figure.denominator.terms
        )
        for factor, part in figure.numerator.terms
    )


def _is_implied(wanted: Filter, given: Sequence[Filter]) -> bool:
    """Whether rows that pass the given filters pass this one too: it is among them, or they name a value for it."""
    if wanted.operator is Operator.PRESENT:
        return any(each.column == wanted.column and each.operator is Operator.EQUAL for each in given)
    return wanted in given


def _nearest(path: str, paths: Mapping[str, str]) -> str:
    """The code of the longest of the paths that this one begins with; "" for none."""
    while len(path) > 1:
        if path in paths:
            return paths[path]
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return ""


def _summed(figure: Figure, groups: _ByKey, parents: Mapping[str, str]) -> dict[str, dict[str, Measured]]:
    """By unit and cause; a unit has what the units below it have. What counts different values is set right after."""
    found: dict[str, dict[str, Measured]] = {}
    for (code, *cause), one in groups.items():
        unit: str | None = str(code or "")
        while unit:
            _add(found.setdefault(unit, {}), _text(cause), one)
            unit = None if figure.counts_distinct else parents.get(unit)
    return found


def _all_together(groups: _ByKey) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for (_code, *cause), one in groups.items():
        _add(found, _text(cause), one)
    return found


def _add(found: dict[str, Measured], cause: str, one: Measured) -> None:
    found[cause] = found[cause] + one if cause in found else one


def _text(key: Sequence[object]) -> str:
    """The cause of a group; the figure is not always cut by one, and it may be blank."""
    return str(key[0]) if key and key[0] is not None else ""


def _key_column(figure: Figure) -> str:
    """What the keys of its failing records are values of."""
    first = figure.selections()[0]
    return first.measure.column if figure.counts_distinct else REGISTRY.fact(first.fact).key


def _of_cause(figure: Figure, column: str, cause: str) -> Filter:
    if REGISTRY.fact(figure.selections()[0].fact).columns[column] == "text":
        return Filter(column, Operator.EQUAL, cause)
    return Filter(column, Operator.EQUAL, int(cause)) if cause else Filter(column, Operator.MISSING)


def _without(every: Iterator[str], kept: Iterator[str]) -> Iterator[str]:
    """The keys of one ordered list that another has not."""
    other = next(kept, None)
    for key in every:
        while other is not None and other < key:
            other = next(kept, None)
        if key != other:
            yield key


def _weights(groups: Mapping[str, Measured]) -> dict[str, Fraction]:
    """By cause what the denominator has beyond the numerator; of a count all that it counts."""
    weights: dict[str, Fraction] = {}
    for cause, one in groups.items():
        above, below = one.numerator or Fraction(), one.denominator
        lacking = above if below is None else below - above
        if lacking > 0:
            weights[cause] = lacking
    return weights
