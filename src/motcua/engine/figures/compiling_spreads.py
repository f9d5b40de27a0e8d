"""Spreads compiled to SQL text: values are put together first, then counted up, so that ranks are whole numbers.

No engine's own percentile is used: they reckon the rank in binary fractions, and not all alike. Here a rank is reached
when the rows up to a value, times the share's denominator, are at least all rows times its numerator: whole numbers on
every engine, over as many rows as there are different values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from motcua.engine.figures.compiling import FACTS, Statement, _Shapes, _Writer
from motcua.engine.figures.dialects import Dialect
from motcua.engine.figures.fitting import check_filter, check_selection
from motcua.engine.figures.grouping import Key, ShapeOf, cut_columns, unit_column
from motcua.engine.figures.language import Filter, Selection
from motcua.engine.figures.spreads import Ranked, Spread


@dataclass(frozen=True, slots=True)
class SpreadStatement:
    """A compiled spread; a row of its result is a key, the rows with a number, and a value a share."""

    spread: Spread
    statement: Statement

    def read(self, row: Sequence[Any]) -> tuple[Key, Ranked]:
        """The group that a row of the result is."""
        width = len(self.statement.kinds)
        count, *values = row[width:]
        return self.statement.key(row), Ranked(self.spread, int(count), tuple(Fraction(each) for each in values))  # fmt: skip


def compiled_spread(
    spread: Spread,
    dialect: Dialect,
    shape_of: ShapeOf,
    *,
    cuts: Sequence[str] = (),
    filters: Sequence[Filter] = (),
    units: int | None = None,
) -> SpreadStatement:
    """The statement that measures a spread. Raises FIG-CUT, FIG-COLUMN, FIG-OPERAND."""
    shape = shape_of(spread.fact)
    key = (
        spread.selection,
        spread.shares,
        _Shapes((shape,)),
        dialect,
        tuple(cuts),
        tuple(filters),
        units,
    )
    return SpreadStatement(spread, _statement(*key))


@lru_cache(maxsize=512)
def _statement(
    selection: Selection,
    shares: tuple[Fraction, ...],
    shapes: _Shapes,
    dialect: Dialect,
    cuts: tuple[str, ...],
    filters: tuple[Filter, ...],
    units: int | None,
) -> Statement:
    [shape] = shapes
    for condition in filters:
        check_filter(condition, shape)
    check_selection(selection, shape)
    writer = _Writer(dialect, shape)
    column = selection.measure.column
    number = dialect.column(column, shape.columns[column])
    where = [f"{number} IS NOT NULL", *writer.conditions([*filters, *selection.filters])]
    if units is not None:
        where.append(writer.among_units(unit_column(selection, shape), units))
    columns = cut_columns(selection, shape, cuts)
    keys = [f"k{at}" for at in range(len(columns))]
    taken = [f"{dialect.cut(name, shape.columns[name])} AS {key}" for name, key in zip(columns, keys, strict=True)]  # fmt: skip
    rows = f"SELECT {', '.join([*taken, f'{number} AS v'])} FROM {FACTS} AS f WHERE {' AND '.join(where)}"
    heap = f"SELECT {', '.join([*keys, 'v', 'COUNT(*) AS t'])} FROM ({rows}) AS r GROUP BY {', '.join([*keys, 'v'])}"
    within = f"PARTITION BY {', '.join(keys)} " if keys else ""
    upto, whole = f"SUM(t) OVER ({within}ORDER BY v) AS c", f"SUM(t) OVER ({within.strip()}) AS n"
    ranked = [
        f"MIN(CASE WHEN c * {share.denominator} >= n * {share.numerator} THEN v END)" for share in shares
    ]
    text = (
        f"SELECT {', '.join([*keys, 'MAX(n)', *ranked])}\n"
        f"FROM (SELECT {', '.join([*keys, 'v', upto, whole])}\nFROM ({heap}) AS h) AS s"
        + (f"\nGROUP BY {', '.join(keys)}" if keys else "\nHAVING COUNT(*) > 0")
    )
    kinds = tuple(shape.columns[name] for name in columns)
    return Statement(shape.name, text, writer.values, units, kinds, {})
