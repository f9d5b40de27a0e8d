"""A figure measured in groups over rows in memory: what every engine must equal, and how groups are added up.

A group is kept as tallies, one a term of the figure: rows taken, how many of them had no number, and the sum. Tallies
add up, so a group of groups is what the figure would have measured over all their rows at once; numerators,
denominators and blanks follow from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.evaluation import Row, Source, chosen_rows
from motcua.engine.figures.language import Figure, Filter, MeasureKind, Operator, Quantity, Selection
from motcua.engine.figures.registry import REGISTRY, FactShape
from motcua.engine.figures.values import Value
from motcua.kernel.periods import Window

# A cut by the unit a row counts for: the column its selection names, else its fact's own unit column.
UNIT = "@unit"

Key = tuple[Any, ...]
ShapeOf = Callable[[str], FactShape]
Exact = int | Fraction


@dataclass(frozen=True, slots=True)
class Tally:
    """What one term took: `rows`, those of them without a number in the summed column, and their exact sum.

    Counting, the sum is the number of rows; of a distinct count it is the number of different values, and does not add
    up. All three are whole, but for shares of units that were split.
    """

    rows: Exact = 0
    missing: Exact = 0
    total: Exact = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.rows + other.rows, self.missing + other.missing, self.total + other.total)

    def times(self, share: Exact) -> Tally:
        """The part of it that falls to a share."""
        return self if share == 1 else Tally(self.rows * share, self.missing * share, self.total * share)

    def number(self, kind: MeasureKind) -> Exact | None:
        """The term's number; None where a declared value was not stated, or not in every row taken."""
        return None if kind is MeasureKind.DECLARED and (not self.rows or self.missing) else self.total


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure in one group. `tallies`: the terms of the count or of the numerator, then of the denominator."""

    figure: Figure
    tallies: tuple[Tally, ...]

    @property
    def terms(self) -> tuple[Fraction | None, ...]:
        """The number of each term, before its factor; None where blank."""
        return tuple(None if each is None else Fraction(each) for each in self._numbers())

    def _numbers(self) -> list[Exact | None]:
        """The same, whole numbers as such: a page of a thousand groups reckons with fractions only where there are any."""
        pairs = zip(self.figure.selections(), self.tallies, strict=True)
        return [tally.number(selection.measure.kind) for selection, tally in pairs]

    @property
    def numerator(self) -> Fraction | None:
        """Exact numerator, or the count; None where blank."""
        return _weighed(_first(self.figure), self._numbers())

    @property
    def denominator(self) -> Fraction | None:
        """Exact denominator; None where blank, and for a count."""
        below = self.figure.denominator
        return None if below is None else _weighed(below, self._numbers()[len(_first(self.figure).terms) :])

    @property
    def value(self) -> Value:
        """The value in the four states of the language."""
        above, below = self.numerator, self.denominator
        if above is None or (self.figure.is_ratio and below is None):
            return Value.blank()
        return Value.of(above) if below is None else Value.ratio(above, below)

    @property
    def blank(self) -> bool:
        """Whether a value that should be stated is not."""
        return None in self.terms

    def __add__(self, other: Measured) -> Measured:
        """Raises FIG-DISTINCT where both hold values that would be counted twice."""
        if any(mine.rows and theirs.rows for mine, theirs in self._distinct(other)):
            raise _not_additive(self.figure)
        added = tuple(mine + theirs for mine, theirs in zip(self.tallies, other.tallies, strict=True))
        return replace(self, tallies=added)

    def times(self, share: Exact) -> Measured:
        """The part that falls to a share. Raises FIG-DISTINCT: different values have no shares."""
        if share != 1 and any(mine.rows for mine, _same in self._distinct(self)):
            raise _not_additive(self.figure)
        return replace(self, tallies=tuple(each.times(share) for each in self.tallies))

    def _distinct(self, other: Measured) -> Iterator[tuple[Tally, Tally]]:
        """The tallies of distinct counts, beside another's."""
        for selection, mine, theirs in zip(
            self.figure.selections(), self.tallies, other.tallies, strict=True
        ):
            if selection.measure.kind is MeasureKind.DISTINCT:
                yield mine, theirs


def _not_additive(figure: Figure) -> FigureError:
    return FigureError(
        "FIG-DISTINCT",
        f"Chỉ tiêu “{figure.code}” đếm giá trị khác nhau: không cộng từ các phần, hãy tính thẳng cho cả đơn vị hoặc kỳ.",
    )


Groups = Mapping[Key, Measured]


def nothing(figure: Figure) -> Measured:
    """The figure where no row was taken at all."""
    return Measured(figure, (Tally(),) * len(figure.selections()))


def measure_groups(
    figure: Figure,
    rows_of: Source,
    cuts: Sequence[str] = (),
    window: Window | None = None,
    *,
    filters: Sequence[Filter] = (),
    units: Collection[str] | None = None,
    shape_of: ShapeOf = REGISTRY.fact,
) -> dict[Key, Measured]:
    """The figure by group of equal values in the columns `cuts`: the reference for every engine.

    A group is there when some term takes a row of it; without cuts there is always the one group `()`. A missing value
    is a group of its own. `filters` narrow every term; `units`: only rows counting for these unit codes. UNIT, or the
    name of the fact's own unit column, is the unit a row counts for. Raises FIG-CUT, FIG-COLUMN, FIG-PERIOD.
    """
    taken = [_taken(each, rows_of, cuts, window, filters, units, shape_of) for each in figure.selections()]
    keys = {key: None for groups in taken for key in groups}
    if not cuts:
        keys[()] = None
    return {key: Measured(figure, tuple(groups.get(key, Tally()) for groups in taken)) for key in keys}


def narrowed(
    selection: Selection, shape: FactShape, filters: Sequence[Filter], units: Collection[str] | None
) -> Selection:
    """The selection with further filters, and only rows that count for `units` (None: all)."""
    for each in filters:
        if each.column not in shape.columns:
            raise FigureError("FIG-COLUMN", f"Dữ kiện “{shape.name}” không có cột “{each.column}” để lọc.")
    more = tuple(filters)
    if units is not None:
        more += (Filter(unit_column(selection, shape), Operator.AMONG, tuple(sorted(units))),)
    return replace(selection, filters=selection.filters + more)


def unit_column(selection: Selection, shape: FactShape) -> str:
    """The column of the unit a row of the selection counts for. Raises FIG-CUT where the fact names none."""
    column = selection.unit or shape.unit
    if not column:
        raise FigureError(
            "FIG-CUT", f"Dữ kiện “{shape.name}” không nêu cột đơn vị nên không chia theo đơn vị."
        )
    return column


def cut_columns(selection: Selection, shape: FactShape, cuts: Sequence[str]) -> tuple[str, ...]:
    """The columns that the cuts mean for a selection. Raises FIG-CUT for one the fact does not have."""
    return tuple(_cut_column(selection, shape, cut) for cut in cuts)


def _cut_column(selection: Selection, shape: FactShape, cut: str) -> str:
    if cut == UNIT or (cut == shape.unit and cut):
        return unit_column(selection, shape)
    if cut not in shape.columns:
        raise FigureError("FIG-CUT", f"Dữ kiện “{shape.name}” không có cột “{cut}” để chia nhóm.")
    return cut


def _taken(
    selection: Selection,
    rows_of: Source,
    cuts: Sequence[str],
    window: Window | None,
    filters: Sequence[Filter],
    units: Collection[str] | None,
    shape_of: ShapeOf,
) -> dict[Key, Tally]:
    shape = shape_of(selection.fact)
    columns = cut_columns(selection, shape, cuts)
    groups: dict[Key, list[Row]] = {}
    for row in chosen_rows(narrowed(selection, shape, filters, units), rows_of(selection.fact), window):
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return {key: _tally(selection, rows) for key, rows in groups.items()}


def _tally(selection: Selection, rows: Sequence[Row]) -> Tally:
    if selection.measure.kind is MeasureKind.COUNT:
        return Tally(len(rows), 0, len(rows))
    cells = [row[selection.measure.column] for row in rows]
    if selection.measure.kind is MeasureKind.DISTINCT:
        values = [cell for cell in cells if cell]
        return Tally(len(rows), len(rows) - len(values), len(set(values)))
    numbers = [Fraction(cell) for cell in cells if cell is not None]
    return Tally(len(rows), len(rows) - len(numbers), sum(numbers, Fraction()))


def climbed(
    groups: Groups, ancestors: Mapping[str, Iterable[str] | Mapping[str, Exact]], at: int = 0
) -> dict[Key, Measured]:
    """The groups of the units above: each group is added to every unit `ancestors` names for its unit's code.

    `at`: the place of the unit in the keys. Ancestors by code: a list (whole) or shares by code (a unit that was split;
    shares of one unit over its successors add up to 1). A unit that is not named stays itself. Sums climb, ratios
    follow from the added parts, so totals over units that share nothing are kept exactly.
    """
    above: dict[Key, Measured] = {}
    for key, measured in groups.items():
        for code, share in _shares(key[at], ancestors):
            place = (*key[:at], code, *key[at + 1 :])
            part = measured.times(share)
            above[place] = above[place] + part if place in above else part
    return above


def _shares(
    code: Any, ancestors: Mapping[str, Iterable[str] | Mapping[str, Exact]]
) -> Iterator[tuple[Any, Exact]]:
    known = ancestors.get(code)
    if known is None:
        yield code, 1
    elif isinstance(known, Mapping):
        yield from known.items()
    else:
        yield from ((one, 1) for one in known)


def _first(figure: Figure) -> Quantity:
    quantity = figure.count or figure.numerator
    if quantity is None:
        raise FigureError("FIG-SHAPE", f"Chỉ tiêu “{figure.code}” không có phép tính.")
    return quantity


def _weighed(quantity: Quantity, numbers: Sequence[Exact | None]) -> Fraction | None:
    total: Exact = 0
    for (factor, _selection), number in zip(quantity.terms, numbers, strict=False):
        if number is None:
            return None
        total += factor * number
    return Fraction(total)
