"""A figure computed over rows in memory: the reference every other way of computing must equal."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.language import (
    Column,
    Figure,
    Filter,
    MeasureKind,
    Operator,
    Quantity,
    Selection,
)
from motcua.engine.figures.values import Value

Row = Mapping[str, Any]
Source = Callable[[str], Iterable[Row]]

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def evaluate(figure: Figure, rows_of: Source) -> Value:
    """The exact value of a figure; `rows_of` gives the rows of a fact by its name.

    A declared operand nobody has stated makes the value blank.
    """
    if figure.count is not None:
        total = measure(figure.count, rows_of)
        return Value.blank() if total is None else Value.of(total)
    if figure.numerator is None or figure.denominator is None:
        raise FigureError("FIG-SHAPE", f"Chỉ tiêu “{figure.code}” không có phép tính.")
    numerator, denominator = measure(figure.numerator, rows_of), measure(figure.denominator, rows_of)
    if numerator is None or denominator is None:
        return Value.blank()
    return Value.ratio(numerator, denominator)


def measure(quantity: Quantity, rows_of: Source) -> Fraction | None:
    """The exact sum of a quantity's selections; None when a declared part is blank."""
    total = Fraction()
    for factor, selection in quantity.terms:
        part = _measure(selection, rows_of(selection.fact))
        if part is None:
            return None
        total += factor * part
    return total


def _measure(selection: Selection, rows: Iterable[Row]) -> Fraction | None:
    chosen = [row for row in rows if all(passes(row, each) for each in selection.filters)]
    kind, column = selection.measure.kind, selection.measure.column
    if kind is MeasureKind.COUNT:
        return Fraction(len(chosen))
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
    if left is None or right is None:
        return False
    if condition.operator is Operator.AMONG:
        return left in condition.operand if isinstance(condition.operand, tuple) else False
    return _COMPARE[condition.operator](left, right)
