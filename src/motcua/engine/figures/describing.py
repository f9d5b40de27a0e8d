"""A figure's definition as plain data, and its digest: what an old report says its figures meant."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from motcua.engine.figures.language import Bound, Column, Figure, Filter, Quantity


def described(figure: Figure) -> dict[str, Any]:
    """The parts of a definition that its numbers depend on, JSON-ready. Labels and legal basis are not among them."""
    return {
        "code": figure.code,
        "version": figure.version,
        "effective_from": figure.effective_from.isoformat(),
        "count": _quantity(figure.count),
        "numerator": _quantity(figure.numerator),
        "denominator": _quantity(figure.denominator),
        "scale": figure.scale,
        "climb": figure.climb.value,
        "period_rule": figure.period_rule.value,
        "rounding": [figure.rounding.places, figure.rounding.trim],
    }


def definition_digest(figure: Figure) -> str:
    """SHA-256 of the description (64 hexadecimal digits)."""
    text = json.dumps(described(figure), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _quantity(quantity: Quantity | None) -> list[dict[str, Any]] | None:
    if quantity is None:
        return None
    return [
        {
            "factor": factor,
            "fact": each.fact,
            "unit": each.unit,
            "measure": [each.measure.kind.value, each.measure.column],
            "filters": [_filter(condition) for condition in each.filters],
        }
        for factor, each in quantity.terms
    ]


def _filter(condition: Filter) -> list[Any]:
    return [condition.column, condition.operator.value, _operand(condition.operand)]


def _operand(operand: Any) -> Any:
    if isinstance(operand, tuple):
        return [_operand(each) for each in operand]
    if isinstance(operand, Column):
        return {"column": operand.name}
    if isinstance(operand, Bound):
        return {"bound": operand.value}
    if isinstance(operand, date | datetime):
        return {"day" if not isinstance(operand, datetime) else "moment": operand.isoformat()}
    return {"decimal": str(operand)} if isinstance(operand, Decimal) else operand
