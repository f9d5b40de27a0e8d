"""Figures compiled to SQL text: one scan of a fact for all figures that count the same way, grouped by the cuts.

Nothing is ever negated: as in SQL, a missing cell passes no comparison, and NOT_BY says itself that a missing day
passes. Conditions that all terms share narrow the scan; every other distinct condition is reckoned once a row. Texts are
kept by definition, cuts and engine; values are bound parameters, named, so that a text serves every period and scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import Any

from motcua.engine.figures.dialects import Dialect, read_key
from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.fitting import check_filter, check_selection
from motcua.engine.figures.grouping import Key, Measured, ShapeOf, Tally, cut_columns, nothing, unit_column
from motcua.engine.figures.language import (
    Bound,
    Column,
    Figure,
    Filter,
    Measure,
    MeasureKind,
    Operator,
    Selection,
)
from motcua.engine.figures.registry import FactShape
from motcua.kernel.periods import Window

FACTS = "/*facts*/"  # where a statement names the table or sub-select it reads
_COMPARED = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "<>",
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.GREATER: ">",
    Operator.AT_LEAST: ">=",
}
_NEVER = "FALSE"
Place = tuple[int, int, int]
# Bits of one mask, and from how many aggregates on rows are first put together by what they fulfil.
_BITS, _WORTH_FOLDING = 62, 8


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled text over one fact, with FACTS in the place of what it reads.

    `values`: parameters by name; a Bound stands for a day of the window. `units`: how many unit codes it takes, as
    parameters u0, u1, ... (None: none). `kinds`: types of the key columns. `places`: by number of the term among those
    asked for, the columns of its rows, of its numbers and of their sum (-1: it only counts). `adds`: whether results over
    parts of the rows add up to the result over all.
    """

    fact: str
    text: str
    values: Mapping[str, Any]
    units: int | None
    kinds: tuple[str, ...]
    places: Mapping[int, Place]
    adds: bool = False

    def on(self, relation: str) -> str:
        """The text reading a table or a sub-select in brackets."""
        return self.text.replace(FACTS, relation)

    def parameters(self, window: Window | None = None, units: Sequence[str] | None = None) -> dict[str, Any]:
        """The parameters by name. Raises FIG-PERIOD when days are asked for and no window is given."""
        given = {name: _bound(value, window) for name, value in self.values.items()}
        return given | {f"u{number}": code for number, code in enumerate(units or ())}

    def balanced(
        self, base: Sequence[Sequence[Any]], changes: Sequence[Sequence[Any]]
    ) -> list[Sequence[Any]]:
        """The result over rows some of which changed, from that over the rows before and those over what went and came:
        their rows behind -1 or 1. Only where it `adds`."""
        width = len(self.kinds)
        found: dict[Any, Sequence[Any]] = {tuple(row[:width]): row for row in base}
        for sign, *row in changes:
            key = tuple(row[:width])
            held = found.get(key, key + (0,) * (len(row) - width))
            pairs = zip(held[width:], row[width:], strict=True)
            found[key] = key + tuple(_exact(mine or 0) + sign * _exact(theirs or 0) for mine, theirs in pairs)
        return list(found.values())

    def key(self, row: Sequence[Any]) -> Key:
        """The key of one row of the result."""
        return tuple(read_key(kind, value) for kind, value in zip(self.kinds, row, strict=False))

    def tally(self, row: Sequence[Any], place: Place) -> Tally:
        """What a term took, from one row of the result."""
        width = len(self.kinds)
        taken, present, total = place
        rows = row[width + taken] or 0
        if total < 0:
            return Tally(rows, 0, rows)
        numbers = row[width + present] or 0
        return Tally(rows, rows - numbers, _exact(row[width + total]) if numbers else 0)


def _exact(number: Any) -> int | Fraction:
    return number if isinstance(number, int) else Fraction(number)


def _bound(value: Any, window: Window | None) -> Any:
    if not isinstance(value, Bound):
        return value
    if window is None:
        raise FigureError("FIG-PERIOD", "Chỉ tiêu tính trong kỳ: hãy nêu kỳ hoặc ngày.")
    return window.first if value is Bound.START else window.last


def compiled(
    figures: Sequence[Figure],
    dialect: Dialect,
    shape_of: ShapeOf,
    *,
    cuts: Sequence[str] = (),
    filters: Sequence[Filter] = (),
    units: int | None = None,
) -> tuple[Statement, ...]:
    """The statements that measure the figures; terms are numbered through all figures in order.

    `units`: how many unit codes narrow the rows (None: all rows). Raises FIG-CUT, FIG-COLUMN, FIG-OPERAND.
    """
    terms = tuple(selection for figure in figures for selection in figure.selections())
    shapes = tuple(shape_of(selection.fact) for selection in terms)
    return _compiled(terms, _Shapes(shapes), dialect, tuple(cuts), tuple(filters), units)


class _Shapes(tuple[FactShape, ...]):
    """Shapes as part of a key: mappings have no hash, and a shape's name stands for it until it is another."""

    def __hash__(self) -> int:
        return hash(tuple(shape.name for shape in self))


@lru_cache(maxsize=1024)
def _compiled(
    terms: tuple[Selection, ...],
    shapes: _Shapes,
    dialect: Dialect,
    cuts: tuple[str, ...],
    filters: tuple[Filter, ...],
    units: int | None,
) -> tuple[Statement, ...]:
    asked = [
        _Asked(
            number, selection, shape, cut_columns(selection, shape, cuts), _unit_of(selection, shape, units)
        )
        for number, (selection, shape) in enumerate(zip(terms, shapes, strict=True))
    ]
    asked.sort(key=lambda one: (one.scan, one.number))
    scans = [list(group) for _scan_key, group in groupby(asked, key=lambda one: one.scan)]
    return tuple(_scan(part, dialect, filters, units) for scan in scans for part in _parted(scan))


def _parted(scan: list[_Asked]) -> Iterator[list[_Asked]]:
    """The terms of a scan in parts whose distinct conditions fit one mask."""
    part: list[_Asked] = []
    known: set[Filter] = set()
    for one in scan:
        more = known | set(one.selection.filters)
        if part and len(more) > _BITS:
            yield part
            part, more = [], set(one.selection.filters)
        part.append(one)
        known = more
    yield part


def _unit_of(selection: Selection, shape: FactShape, units: int | None) -> str:
    return "" if units is None else unit_column(selection, shape)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A term to measure; those of one `scan` share a statement."""

    number: int
    selection: Selection
    shape: FactShape
    cuts: tuple[str, ...]
    unit: str

    @property
    def distinct(self) -> bool:
        return self.selection.measure.kind is MeasureKind.DISTINCT

    @property
    def scan(self) -> tuple[str, tuple[str, ...], str, bool]:
        return self.selection.fact, self.cuts, self.unit, self.distinct


@dataclass(slots=True)
class _Writer:
    """Writes conditions of one fact in one dialect, and gathers their parameters."""

    dialect: Dialect
    shape: FactShape
    values: dict[str, Any] = field(default_factory=dict)
    _names: dict[tuple[str, Any], str] = field(default_factory=dict)

    def conditions(self, filters: Iterable[Filter]) -> list[str]:
        """Each condition once, in the order given."""
        return list(dict.fromkeys(self.condition(each) for each in filters))

    def condition(self, condition: Filter) -> str:
        kind = self.shape.columns[condition.column]
        column = self.dialect.column(condition.column, kind)
        if condition.operator is Operator.MISSING:
            return f"{column} IS NULL"
        if condition.operator is Operator.PRESENT:
            return f"{column} IS NOT NULL"
        if condition.operator is Operator.AMONG:
            return self._among(column, kind, condition.operand)
        operand = self._operand(kind, condition.operand)
        if condition.operator is Operator.NOT_BY:
            later = f" OR {column} > {operand}" if operand else ""
            return f"({column} IS NULL{later})"
        return f"{column} {_COMPARED[condition.operator]} {operand}" if operand else _NEVER

    def _among(self, column: str, kind: str, operands: Any) -> str:
        listed = ", ".join(self._value(kind, each) for each in operands if each is not None)
        return f"{column} IN ({listed})" if listed else _NEVER

    def _operand(self, kind: str, operand: Any) -> str:
        """The right side; empty for a missing value, which passes no comparison."""
        if operand is None:
            return ""
        if isinstance(operand, Column):
            return self.dialect.column(operand.name, self.shape.columns[operand.name])
        return self._value(kind, operand)

    def _value(self, kind: str, value: Any) -> str:
        name = self._names.setdefault((kind, value), f"p{len(self._names)}")
        self.values[name] = value
        return self.dialect.value(name, kind)

    def among_units(self, column: str, count: int) -> str:
        listed = ", ".join(self.dialect.value(f"u{number}", "text") for number in range(count))
        return f"{self.dialect.column(column, 'text')} IN ({listed})" if count else _NEVER


def _scan(asked: list[_Asked], dialect: Dialect, filters: tuple[Filter, ...], units: int | None) -> Statement:
    first = asked[0]
    for condition in filters:
        check_filter(condition, first.shape)
    for one in asked:
        check_selection(one.selection, one.shape)
    writer = _Writer(dialect, first.shape)
    wanted = [writer.conditions(one.selection.filters) for one in asked]
    shared = [each for each in wanted[0] if all(each in others for others in wanted[1:])]
    where = list(dict.fromkeys([*writer.conditions(filters), *shared]))
    if units is not None:
        where.append(writer.among_units(first.unit, units))
    own = [[each for each in conditions if each not in shared] for conditions in wanted]
    flags = {each: f"b{number}" for number, each in enumerate(dict.fromkeys(chain.from_iterable(own)))}
    summed = _summed(asked)
    wide = _is_worth_folding(dialect, asked, flags)
    write = _Folded(dialect, summed, flags) if wide else _Plain(dialect, flags)
    places = {
        one.number: write.place(one.selection.measure, conditions)
        for one, conditions in zip(asked, own, strict=True)
    }
    keys = [f"k{number}" for number in range(len(first.cuts))]
    inner = _inner(first, dialect, keys, flags, where, summed)
    text = write.text(keys, inner)
    kinds = tuple(first.shape.columns[name] for name in first.cuts)
    return Statement(first.selection.fact, text, writer.values, units, kinds, places, not first.distinct)


def _is_worth_folding(dialect: Dialect, asked: Sequence[_Asked], flags: Mapping[str, str]) -> bool:
    """Many terms over few groups: with many groups nearly every row would be a pattern of its own."""
    few = len(asked[0].cuts) <= 1 and len(asked) >= _WORTH_FOLDING
    return dialect.folds and few and not asked[0].distinct and 0 < len(flags) <= _BITS


def _inner(
    first: _Asked,
    dialect: Dialect,
    keys: Sequence[str],
    flags: Mapping[str, str],
    where: Sequence[str],
    summed: Sequence[str],
) -> str:
    """The rows with their keys, the numbers to be summed, and which conditions each fulfils."""
    taken = [
        f"{dialect.cut(name, first.shape.columns[name])} AS {key}"
        for name, key in zip(first.cuts, keys, strict=True)
    ]
    taken += [
        f"{_number(dialect, first.shape, name, first.distinct)} AS s{number}"
        for number, name in enumerate(summed)
    ]
    taken += [f"{condition} AS {name}" for condition, name in flags.items()]
    narrowed = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT {', '.join(taken) or '1 AS one'}\nFROM {FACTS} AS f{narrowed}"


def _number(dialect: Dialect, shape: FactShape, column: str, distinct: bool) -> str:
    """A column as it is summed, or as its different values are counted: an empty text is none."""
    if distinct:
        return f"NULLIF({dialect.column(column, 'text')}, '')"
    return dialect.added(column, shape.columns[column])


@dataclass(slots=True)
class _Plain:
    """Aggregates over the rows themselves, each with its conditions."""

    dialect: Dialect
    flags: Mapping[str, str]
    summed: dict[str, str] = field(default_factory=dict)
    aggregates: dict[str, int] = field(default_factory=dict)

    def place(self, measure: Measure, conditions: Sequence[str]) -> Place:
        test = " AND ".join(self.flags[each] for each in conditions)
        chosen = f" FILTER (WHERE {test})" if test else ""
        taken = self._column(self.dialect.counted.format(test) if test else "COUNT(*)")
        if measure.kind is MeasureKind.COUNT:
            return taken, taken, -1
        number = self.summed.setdefault(measure.column, f"s{len(self.summed)}")
        present = self._column(f"COUNT({number}){chosen}")
        if measure.kind is MeasureKind.DISTINCT:
            value = f"CASE WHEN {test} THEN {number} END" if test else number
            return taken, present, self._column(f"COUNT(DISTINCT {value})")
        return taken, present, self._column(f"SUM({number}){chosen}")

    def _column(self, aggregate: str) -> int:
        return self.aggregates.setdefault(aggregate, len(self.aggregates))

    def text(self, keys: Sequence[str], inner: str) -> str:
        lines = [f"SELECT {', '.join([*keys, *self.aggregates])}", f"FROM ({inner}) AS s"]
        return "\n".join(lines + ([f"GROUP BY {', '.join(keys)}"] if keys else []))


@dataclass(slots=True)
class _Folded:
    """Rows put together by group and by the set of conditions they fulfil, a bit each; terms read the few patterns.

    What a row costs then hardly depends on how many figures are asked for.
    """

    dialect: Dialect
    summed: Sequence[str]
    flags: Mapping[str, str]
    aggregates: dict[str, int] = field(default_factory=dict)

    def place(self, measure: Measure, conditions: Sequence[str]) -> Place:
        bits = sum(1 << list(self.flags).index(each) for each in conditions)
        chosen = f" FILTER (WHERE m & {bits} = {bits})" if bits else ""
        taken = self._column(f"SUM(n){chosen}")
        if measure.kind is MeasureKind.COUNT:
            return taken, taken, -1
        number = list(self.summed).index(measure.column)
        return taken, self._column(f"SUM(n{number}){chosen}"), self._column(f"SUM(t{number}){chosen}")

    def _column(self, aggregate: str) -> int:
        return self.aggregates.setdefault(aggregate, len(self.aggregates))

    def text(self, keys: Sequence[str], inner: str) -> str:
        mask = " | ".join(
            f"CASE WHEN {name} THEN {1 << bit}::BIGINT ELSE 0::BIGINT END"
            for bit, name in enumerate(self.flags.values())
        )
        columns = [f"s{number}" for number in range(len(self.summed))]
        sums = [f"COUNT({each}) AS n{each[1:]}, SUM({each}) AS t{each[1:]}" for each in columns]
        lines = [
            f"SELECT {', '.join([*keys, *self.aggregates])}",
            f"FROM (SELECT {', '.join([*keys, 'm', 'COUNT(*) AS n', *sums])}",
            f"FROM (SELECT {', '.join([*keys, *columns, f'{mask} AS m'])}",
            f"FROM ({inner}) AS r) AS p GROUP BY {', '.join([*keys, 'm'])}) AS s",
        ]
        return "\n".join(lines + ([f"GROUP BY {', '.join(keys)}"] if keys else []))


def _summed(asked: list[_Asked]) -> list[str]:
    return list(dict.fromkeys(one.selection.measure.column for one in asked if one.selection.measure.column))


@lru_cache(maxsize=1024)
def _listed(
    selection: Selection, shapes: _Shapes, dialect: Dialect, filters: tuple[Filter, ...], units: int | None
) -> tuple[Statement, Statement]:
    shape = shapes[0]
    for condition in filters:
        check_filter(condition, shape)
    check_selection(selection, shape)
    writer = _Writer(dialect, shape)
    where = writer.conditions([*filters, *selection.filters])
    if units is not None:
        where.append(writer.among_units(unit_column(selection, shape), units))
    values = dict(writer.values)
    if selection.measure.kind is MeasureKind.DISTINCT:
        return _listed_values(selection, shape, writer, where, units)
    key, column = dialect.column(shape.key, "text"), selection.measure.column
    number = dialect.quote.format(column) if column else "1"
    chosen = f"FROM {FACTS} AS f WHERE {' AND '.join(where) or 'TRUE'}"
    most = f"CAST({dialect.parameter.format('most')} AS INT)"  # Spark limits by an INT alone
    after = f"{key} > {dialect.value('after', 'text')}"
    page = f"SELECT {key}, {number} {chosen} AND {after} ORDER BY {key} LIMIT {most}"
    added = dialect.added(column, shape.columns[column]) if column else "1"
    whole = f"SELECT COUNT(*), COUNT({number}), SUM({added}) {chosen}"
    place = (0, 1, 2 if column else -1)
    return (
        Statement(shape.name, page, values, units, (), {}),
        Statement(shape.name, whole, values, units, (), {0: place}),
    )


def _listed_values(
    selection: Selection, shape: FactShape, writer: _Writer, where: Sequence[str], units: int | None
) -> tuple[Statement, Statement]:
    """The different values with the number of their records, by value; and the tally of them all."""
    dialect = writer.dialect
    value = dialect.column(selection.measure.column, "text")
    number = _number(dialect, shape, selection.measure.column, distinct=True)
    chosen = f"FROM {FACTS} AS f WHERE {' AND '.join(where) or 'TRUE'}"
    page = (
        f"SELECT {value} AS v, COUNT(*) {chosen} AND {value} > {dialect.value('after', 'text')} "
        f"GROUP BY {value} ORDER BY v LIMIT CAST({dialect.parameter.format('most')} AS INT)"
    )
    whole = f"SELECT COUNT(*), COUNT({number}), COUNT(DISTINCT {number}) {chosen}"
    values = dict(writer.values)
    return (
        Statement(shape.name, page, values, units, (), {}),
        Statement(shape.name, whole, values, units, (), {0: (0, 1, 2)}),
    )


def listed(
    selection: Selection,
    dialect: Dialect,
    shape: FactShape,
    *,
    filters: Sequence[Filter] = (),
    units: int | None = None,
) -> tuple[Statement, Statement]:
    """The records a selection takes: a page of (key, number) by key after `after`, at most `most`; and their tally.

    Of a distinct count the different values, each with the number of its records.

    Raises FIG-CUT, FIG-COLUMN, FIG-OPERAND.
    """
    return _listed(selection, _Shapes((shape,)), dialect, tuple(filters), units)


class Gathered(Mapping[Key, Measured]):
    """A figure by group. Groups are made when first asked for: of many figures over many groups few are looked at."""

    def __init__(self, figure: Figure, first: int, results: Sequence[Result], *, whole: bool) -> None:
        self._figure = figure
        self._numbers = range(first, first + len(figure.selections()))
        self._results = results
        self._whole = whole

    @cached_property
    def _groups(self) -> dict[Key, Measured]:
        none = nothing(self._figure).tallies
        found: dict[Key, list[Tally]] = {(): list(none)} if self._whole else {}
        for statement, rows in self._results:
            places = [
                (index, statement.places[number])
                for index, number in enumerate(self._numbers)
                if number in statement.places
            ]
            for row in rows if places else ():
                taken = [(index, statement.tally(row, place)) for index, place in places]
                if any(tally.rows for _index, tally in taken):
                    tallies = found.setdefault(statement.key(row), list(none))
                    for index, tally in taken:
                        tallies[index] = tally
        return {key: Measured(self._figure, tuple(tallies)) for key, tallies in found.items()}

    def __getitem__(self, key: Key) -> Measured:
        return self._groups[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return repr(self._groups)


Result = tuple[Statement, Sequence[Sequence[Any]]]


def gathered(
    figures: Sequence[Figure], results: Sequence[Result], *, cuts: Sequence[str] = ()
) -> list[Mapping[Key, Measured]]:
    """The figures by group, from the rows each statement of `compiled` gave."""
    made: list[Mapping[Key, Measured]] = []
    first = 0
    for figure in figures:
        made.append(Gathered(figure, first, results, whole=not cuts))
        first += len(figure.selections())
    return made
