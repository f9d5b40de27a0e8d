"""SMS as the networks count it: 160 letters of the GSM alphabet in one segment, 70 of any other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.kernel.text import squeeze, without_diacritics

# GSM 03.38: one unit a letter; letters of the extension table take two.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_LIKENESS = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "`": "'"}
)
MOST_SEGMENTS = 4


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as it is charged. `units` are letters of the alphabet used; `unicode`: 70 a segment instead of 160."""

    text: str
    units: int
    count: int
    unicode: bool


def segments(text: str) -> Segments:
    """How many segments a text takes: 160 or 70 alone, 153 or 67 each when there are more."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        units = sum(2 if letter in _EXTENDED else 1 for letter in text)
        return Segments(text, units, _count(units, 160, 153), False)
    units = len(text.encode("utf-16-le")) // 2
    return Segments(text, units, _count(units, 70, 67), True)


def fold(text: str, *, diacritics: bool = False, most: int = MOST_SEGMENTS) -> Segments:
    """The text as it is sent: one line, without diacritics unless asked for, cut to `most` segments."""
    line = squeeze(text).translate(_LIKENESS)
    if not diacritics:
        line = "".join(_plain(letter) for letter in without_diacritics(line))
    found = segments(line)
    if found.count <= most:
        return found
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if segments(line[:middle].rstrip() + "...").count <= most:
            low = middle
        else:
            high = middle - 1
    return segments(line[:low].rstrip() + "...")


def _plain(letter: str) -> str:
    return letter if letter in _BASIC or letter in _EXTENDED else "?"


def _count(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)


_DOMESTIC = re.compile(r"^(?:\+?84|0)(\d{9})$")


def phone_number(text: str) -> str:
    """A Vietnamese mobile number as +84912000111; "" when it is none."""
    digits = re.sub(r"[\s.\-()]", "", text)
    found = _DOMESTIC.match(digits)
    return f"+84{found[1]}" if found and found[1][0] in "35789" else ""
