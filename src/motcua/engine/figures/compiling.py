"""Figures compiled to SQL text: one scan of a fact for all figures that count the same way, grouped by the cuts.

Nothing is ever negated: as in SQL, a missing cell passes no comparison, and NOT_BY says itself that a missing day
passes. Conditions that all terms share narrow the scan; every other distinct condition is reckoned once a row. Texts are
kept by definition, cuts and engine; values are bound parameters, named, so that a text serves every period and scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import Any

from motcua.engine.figures.dialects import Dialect, read_key
from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.fitting import check_filter, check_selection
from motcua.engine.figures.grouping import Key, Measured, ShapeOf, Tally, cut_columns, nothing, unit_column
from motcua.engine.figures.language import Bound, Column, Figure, Filter, MeasureKind, Operator, Selection
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


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled text over one fact, with FACTS in the place of what it reads.

    `values`: parameters by name; a Bound stands for a day of the window. `units`: how many unit codes it takes, as
    parameters u0, u1, ... (None: none). `kinds`: types of the key columns. `places`: for each term asked for, the
    columns of its rows, of its numbers and of their sum (-1: it only counts), and its number among the terms asked for.
    """

    fact: str
    text: str
    values: Mapping[str, Any]
    units: int | None
    kinds: tuple[str, ...]
    places: tuple[tuple[int, int, int, int], ...]

    def on(self, relation: str) -> str:
        """The text reading a table or a sub-select in brackets."""
        return self.text.replace(FACTS, relation)

    def parameters(self, window: Window | None = None, units: Sequence[str] | None = None) -> dict[str, Any]:
        """The parameters by name. Raises FIG-PERIOD when days are asked for and no window is given."""
        given = {name: _bound(value, window) for name, value in self.values.items()}
        return given | {f"u{number}": code for number, code in enumerate(units or ())}

    def tallies(self, row: Sequence[Any]) -> dict[int, Tally]:
        """The tallies of one row of the result, by number of the term; those that took nothing are left out."""
        width = len(self.kinds)
        found = {}
        for taken, present, total, term in self.places:
            if rows := int(row[width + taken]):
                found[term] = _tally(rows, row[width:], present, total)
        return found

    def key(self, row: Sequence[Any]) -> Key:
        """The key of one row of the result."""
        return tuple(read_key(kind, value) for kind, value in zip(self.kinds, row, strict=False))


def _tally(rows: int, row: Sequence[Any], present: int, total: int) -> Tally:
    if total < 0:
        return Tally(rows, 0, Fraction(rows))
    numbers = int(row[present])
    return Tally(rows, rows - numbers, Fraction(row[total]) if numbers else Fraction())


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
    return tuple(
        _scan(list(group), dialect, filters, units)
        for _scan_key, group in groupby(asked, key=lambda one: one.scan)
    )


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
    def scan(self) -> tuple[str, tuple[str, ...], str]:
        return self.selection.fact, self.cuts, self.unit


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
    flags = {each: f"b{number}" for number, each in enumerate(dict.fromkeys(
        each for conditions in wanted for each in conditions if each not in shared
    ))}  # fmt: skip
    columns: dict[str, int] = {}
    places = []
    for one, conditions in zip(asked, wanted, strict=True):
        test = " AND ".join(flags[each] for each in conditions if each not in shared)
        places.append((*_aggregates(one, test, dialect, columns), one.number))
    text = _text(first, dialect, list(columns), flags, where, _summed(asked))
    kinds = tuple(first.shape.columns[name] for name in first.cuts)
    return Statement(first.selection.fact, text, writer.values, units, kinds, tuple(places))


def _aggregates(one: _Asked, test: str, dialect: Dialect, columns: dict[str, int]) -> tuple[int, int, int]:
    """The columns of the result that hold the term's rows, numbers and sum; -1 in the last for a count."""
    chosen = f" FILTER (WHERE {test})" if test else ""
    place = columns.setdefault(f"COUNT(*){chosen}", len(columns))
    name = one.selection.measure.column
    if one.selection.measure.kind is MeasureKind.COUNT:
        return place, place, -1
    present = columns.setdefault(f"COUNT({dialect.quote.format(name)}){chosen}", len(columns))
    added = dialect.added(name, one.shape.columns[name])
    return place, present, columns.setdefault(f"SUM({added}){chosen}", len(columns))


def _summed(asked: list[_Asked]) -> list[str]:
    return list(dict.fromkeys(one.selection.measure.column for one in asked if one.selection.measure.column))


def _text(
    first: _Asked,
    dialect: Dialect,
    aggregates: list[str],
    flags: Mapping[str, str],
    where: Sequence[str],
    summed: Sequence[str],
) -> str:
    keys = [f"k{number}" for number in range(len(first.cuts))]
    inner = [
        f"{dialect.cut(name, first.shape.columns[name])} AS {key}"
        for name, key in zip(first.cuts, keys, strict=True)
    ]
    inner += [dialect.quote.format(name) for name in summed]
    inner += [f"{condition} AS {name}" for condition, name in flags.items()]
    lines = [
        f"SELECT {', '.join(keys + aggregates)}",
        f"FROM (SELECT {', '.join(inner) or '1 AS one'}",
        f"FROM {FACTS} AS f{' WHERE ' + ' AND '.join(where) if where else ''}) AS s",
    ]
    if keys:
        lines.append(f"GROUP BY {', '.join(keys)}")
    return "\n".join(lines)


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
    key, column = dialect.column(shape.key, "text"), selection.measure.column
    number = dialect.quote.format(column) if column else "1"
    chosen = f"FROM {FACTS} AS f WHERE {' AND '.join(where) or 'TRUE'}"
    most = f"CAST({dialect.parameter.format('most')} AS INT)"  # Spark limits by an INT alone
    after = f"{key} > {dialect.value('after', 'text')}"
    page = f"SELECT {key}, {number} {chosen} AND {after} ORDER BY {key} LIMIT {most}"
    added = dialect.added(column, shape.columns[column]) if column else "1"
    whole = f"SELECT COUNT(*), COUNT({number}), SUM({added}) {chosen}"
    place = (0, 1, 2 if column else -1, 0)
    return (
        Statement(shape.name, page, values, units, (), ()),
        Statement(shape.name, whole, values, units, (), (place,)),
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

    Raises FIG-CUT, FIG-COLUMN, FIG-OPERAND.
    """
    return _listed(selection, _Shapes((shape,)), dialect, tuple(filters), units)


def gathered(
    figures: Sequence[Figure],
    results: Iterable[tuple[Statement, Iterable[Sequence[Any]]]],
    *,
    cuts: Sequence[str] = (),
) -> list[dict[Key, Measured]]:
    """The figures by group, from the rows each statement of `compiled` gave."""
    taken: dict[Key, dict[int, Tally]] = {}
    for statement, rows in results:
        for row in rows:
            if tallies := statement.tallies(row):
                taken.setdefault(statement.key(row), {}).update(tallies)
    if not cuts:
        taken.setdefault((), {})
    made, first = [], 0
    for figure in figures:
        numbers = range(first, first := first + len(figure.selections()))
        made.append(_groups(figure, numbers, taken, whole=not cuts))
    return made


def _groups(
    figure: Figure, numbers: range, taken: Mapping[Key, Mapping[int, Tally]], *, whole: bool
) -> dict[Key, Measured]:
    none = nothing(figure)
    groups = {}
    for key, tallies in taken.items():
        found = tuple(tallies.get(number, Tally()) for number in numbers)
        if whole or any(tally.rows for tally in found):
            groups[key] = Measured(figure, found) if found != none.tallies else none
    return groups
