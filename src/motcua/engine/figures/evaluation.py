"""A figure computed over rows in memory: the reference every other way of computing must equal."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.language import (
    Bound,
    Column,
    Figure,
    Filter,
    MeasureKind,
    Operator,
    Quantity,
    Selection,
)
from motcua.engine.figures.values import Value
from motcua.kernel.periods import Window

Row = Mapping[str, Any]
Source = Callable[[str], Iterable[Row]]

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.NOT_BY: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def evaluate(figure: Figure, rows_of: Source, window: Window | None = None) -> Value:
    """The exact value of a figure; `rows_of` gives the rows of a fact by its name.

    A declared operand nobody has stated makes the value blank. Raises FIG-PERIOD when the figure counts within a
    period and no window is given.
    """
    if figure.count is not None:
        total = measure(figure.count, rows_of, window)
        return Value.blank() if total is None else Value.of(total)
    if figure.numerator is None or figure.denominator is None:
        raise FigureError("FIG-SHAPE", f"Chỉ tiêu “{figure.code}” không có phép tính.")
    numerator = measure(figure.numerator, rows_of, window)
    denominator = measure(figure.denominator, rows_of, window)
    if numerator is None or denominator is None:
        return Value.blank()
    return Value.ratio(numerator, denominator)


def measure(quantity: Quantity, rows_of: Source, window: Window | None = None) -> Fraction | None:
    """The exact sum of a quantity's selections; None when a declared part is blank."""
    total = Fraction()
    for factor, selection in quantity.terms:
        part = _measure(selection, rows_of(selection.fact), window)
        if part is None:
            return None
        total += factor * part
    return total


def chosen_rows(selection: Selection, rows: Iterable[Row], window: Window | None = None) -> list[Row]:
    """The rows a selection takes: the records a figure opens to."""
    filters = [bounded(each, window) for each in selection.filters]
    return [row for row in rows if all(passes(row, each) for each in filters)]


def bounded(condition: Filter, window: Window | None) -> Filter:
    """The filter with the day of the window in the place of its bound."""
    if not isinstance(condition.operand, Bound):
        return condition
    if window is None:
        raise FigureError(
            "FIG-PERIOD", f"Điều kiện trên cột “{condition.column}” tính trong kỳ: hãy nêu kỳ hoặc ngày."
        )
    return replace(condition, operand=window.first if condition.operand is Bound.START else window.last)


def _measure(selection: Selection, rows: Iterable[Row], window: Window | None) -> Fraction | None:
    chosen = chosen_rows(selection, rows, window)
    kind, column = selection.measure.kind, selection.measure.column
    if kind is MeasureKind.COUNT:
        return Fraction(len(chosen))
    if kind is MeasureKind.DISTINCT:
        return Fraction(len({row[column] for row in chosen if row[column]}))
    numbers: list[int | Decimal | None] = [row[column] for row in chosen]
    if kind is MeasureKind.DECLARED and (not numbers or None in numbers):
        return None
    return sum((Fraction(number) for number in numbers if number is not None), Fraction())


def passes(row: Row, condition: Filter) -> bool:
    """Whether a row passes a filter. As in SQL, a missing cell passes no comparison."""
    left = row[condition.column]
    if condition.operator is Operator.MISSING:
        return left is None
    if condition.operator is Operator.PRESENT:
        return left is not None
    right = row[condition.operand.name] if isinstance(condition.operand, Column) else condition.operand
    if condition.operator is Operator.NOT_BY and left is None:
        return True
    if left is None or right is None:
        return False
    if condition.operator is Operator.AMONG:
        return left in condition.operand if isinstance(condition.operand, tuple) else False
    return _COMPARE[condition.operator](left, right)
