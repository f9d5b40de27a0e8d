"""Helpers that make findings alike: stable ids, places with quotes, formatted figures, likely typing slips."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.numbers import format_number
from motcua.reports.audit.document import Place

_QUOTE_LENGTH = 320


def finding_id(rule: str, *parts: object) -> str:
    """A short id that stays the same for the same rule, printed values and row or quantity."""
    text = "\x1f".join([rule, *(" ".join(str(part).split()) for part in parts)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quoted(place: Place, quote: str) -> Place:
    """The place with its quote, shortened in the middle when long."""
    text = " ".join(quote.split())
    if len(text) > _QUOTE_LENGTH:
        half = _QUOTE_LENGTH // 2
        text = f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
    return replace(place, quote=text)


def unique_places(places: Iterable[Place]) -> tuple[Place, ...]:
    """The places in order, each once."""
    return tuple(dict.fromkeys(places))


def typing_slip(printed: Decimal, wanted: Decimal | Fraction) -> str:
    """How one slip of the hand makes `printed` out of `wanted`, in Vietnamese; empty when it takes more.

    Known slips: one wrong digit, two neighbours swapped, one digit lost or doubled, a shifted decimal comma.
    """
    exact = Fraction(wanted)
    if exact == Fraction(printed) or exact == 0 or printed == 0:
        return ""
    if _is_power_of_ten(Fraction(printed) / exact):
        return "lệch đúng một lũy thừa của 10"
    left, right = _digits(printed), _digits_of_fraction(exact)
    return (_digit_slip(left, right) if right else "") or _slip_at_printed_places(printed, exact)


def _slip_at_printed_places(printed: Decimal, exact: Fraction) -> str:
    """`58,0` for `85,0`: both written with as many decimals as were printed."""
    exponent = printed.as_tuple().exponent
    scale = 10**-exponent if isinstance(exponent, int) and exponent < 0 else 1
    if scale == 1 or (exact * scale).denominator != 1:
        return ""
    return _digit_slip(str(int(printed * scale)), str(int(exact * scale)))


def _digit_slip(left: str, right: str) -> str:
    if len(left) == len(right):
        wrong = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
        if len(wrong) == 1 and len(left) > 1:
            return "sai một chữ số"
        if not wrong:
            return ""
        first = wrong[0]
        swapped = len(wrong) == 2 and wrong[1] == first + 1
        if swapped and left[first] == right[first + 1] and left[first + 1] == right[first]:
            return "đảo hai chữ số"
        return ""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    if len(longer) == len(shorter) + 1 and len(shorter) > 1:
        lost = any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
        return "thừa hoặc thiếu một chữ số" if lost else ""
    return ""


def _digits(value: Decimal) -> str:
    return format_number(value).replace(".", "").lstrip("-")


def _digits_of_fraction(value: Fraction) -> str:
    text = format_number(value)
    shown = Fraction(text.replace(".", "").replace(",", "."))
    return text.replace(".", "").lstrip("-") if shown == value else ""


def _is_power_of_ten(ratio: Fraction) -> bool:
    value = ratio if ratio > 1 else 1 / ratio if ratio > 0 else Fraction(0)
    while value > 1 and value % 10 == 0:
        value /= 10
    return value == 1
