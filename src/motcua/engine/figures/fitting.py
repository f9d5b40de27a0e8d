"""Whether the operands of a figure fit the types of its fact's columns, so that every engine compares alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.language import Bound, Column, Filter, MeasureKind, Selection

if TYPE_CHECKING:
    from motcua.engine.figures.registry import FactShape

# Decimals of a fact: 28 digits before the point, ten behind it, on every engine.
DIGITS, PLACES = 38, 10
_WHOLE = 2**63
_NUMBERS = {"integer", "decimal"}


def check_selection(selection: Selection, shape: FactShape) -> None:
    """Raises FIG-OPERAND when a filter compares unlike things, a sum adds what is no number, or different values are
    counted of what is no text."""
    column = selection.measure.column
    if selection.measure.kind is MeasureKind.DISTINCT:
        if shape.columns[column] != "text":
            raise FigureError(
                "FIG-OPERAND",
                f"Dữ kiện “{shape.name}”: chỉ đếm giá trị khác nhau của cột chữ, “{column}” không phải.",
            )
    elif column and shape.columns[column] not in _NUMBERS:
        raise FigureError(
            "FIG-OPERAND", f"Dữ kiện “{shape.name}”: cột “{column}” không phải số nên không cộng được."
        )
    for condition in selection.filters:
        check_filter(condition, shape)


def check_filter(condition: Filter, shape: FactShape) -> None:
    """Raises FIG-OPERAND when the operand does not fit the column, FIG-COLUMN when there is no such column."""
    for name in (condition.column, *_columns(condition)):
        if name not in shape.columns:
            raise FigureError("FIG-COLUMN", f"Dữ kiện “{shape.name}” không có cột “{name}” để lọc.")
    kind = shape.columns[condition.column]
    operands = condition.operand if isinstance(condition.operand, tuple) else (condition.operand,)
    if not all(_fits(kind, operand, shape) for operand in operands):
        raise FigureError(
            "FIG-OPERAND",
            f"Dữ kiện “{shape.name}”: giá trị so với cột “{condition.column}” phải cùng kiểu “{kind}” "
            "và nằm trong phạm vi của kiểu đó.",
        )


def fits(kind: str, literal: Any) -> bool:
    """Whether a value can stand in a column of a type: whole numbers of 64 bits, decimals of 28 digits and ten places,
    aware moments, text without the zero byte. A missing value always can."""
    if literal is None:
        return True
    if kind == "integer":
        return _is_whole(literal) and -_WHOLE <= literal < _WHOLE
    if kind == "decimal":
        return (_is_whole(literal) or isinstance(literal, Decimal)) and _is_small(Decimal(literal))
    if kind == "moment":
        return isinstance(literal, datetime) and literal.tzinfo is not None
    if kind == "date":
        return isinstance(literal, date) and not isinstance(literal, datetime)
    return isinstance(literal, bool) if kind == "flag" else isinstance(literal, str) and "\0" not in literal


def _fits(kind: str, operand: Any, shape: FactShape) -> bool:
    if isinstance(operand, Column):
        other = shape.columns[operand.name]
        return other == kind or {other, kind} == _NUMBERS
    return kind == "date" if isinstance(operand, Bound) else fits(kind, operand)


def _is_whole(literal: Any) -> bool:
    return isinstance(literal, int) and not isinstance(literal, bool)


def _is_small(number: Decimal) -> bool:
    if not number.is_finite():
        return False
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -PLACES and number.adjusted() < DIGITS - PLACES


def _columns(condition: Filter) -> Iterator[str]:
    if isinstance(condition.operand, Column):
        yield condition.operand.name
