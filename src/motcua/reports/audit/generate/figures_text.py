"""Figures as a province's printing habits write them."""

from __future__ import annotations

from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.audit.generate.province import Habits


def count_text(value: Decimal | int, habits: Habits) -> str:
    """A count in a form cell: "1.204.330", "1 204 330" or "1204330"."""
    return format_number(Decimal(value)).replace(".", habits.thousands)


def percent_text(value: Decimal, habits: Habits) -> str:
    """A percentage in a form cell: "98,60%", "98,6"."""
    sign = "%" if habits.percent_sign else ""
    return number_text(value, habits.trailing_zeros) + sign


def number_text(value: Decimal, trailing_zeros: bool = False) -> str:
    """A number with at most two decimals, with or without closing zeros."""
    if value == value.to_integral_value():
        return format_number(value, 0)
    text = format_number(value, 2)
    return text if trailing_zeros else text.rstrip("0")
