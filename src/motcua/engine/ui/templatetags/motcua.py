"""Filters that every template has: Vietnamese numbers, and the words of a state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """1234.5 as 1.234,5; an empty value stays empty."""
    if value is None or value == "":
        return ""
    exact = value if isinstance(value, int | Decimal) else Decimal(str(value))
    if places is None and isinstance(exact, Decimal):
        exact = exact.normalize() if exact != exact.to_integral_value() else exact.quantize(Decimal(1))
    return number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value of a key in a mapping, or None."""
    return mapping.get(key) if mapping is not None else None
