"""The fonts of the papers: Tinos in four faces, and nothing of the machine's own."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

import typst

from motcua.kernel.text import nfc

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "Tinos"
MISSING = "\u25a1"  # an empty box, as a printer shows a letter it has not
_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The faces shipped with the product; a paper looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])


def printable(text: str) -> str:
    """The text as the fonts can print it: composed, without control or direction marks, unknown letters as a box.

    PDF/A refuses a letter without a glyph, and one odd letter in a name must not cost somebody the receipt.
    """
    if text.isascii() and text.isprintable():
        return text
    letters = letters_of(FOLDER / "Tinos-Regular.ttf")
    return "".join(_printed(letter, letters) for letter in _BREAKS.sub("\n", nfc(text)))


def _printed(letter: str, letters: frozenset[int]) -> str:
    if letter == "\n":
        return letter
    if letter == "\t":
        return " "
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf"):
        return ""
    if category == "Zs":
        return letter if letter == "\u00a0" else " "
    return letter if ord(letter) in letters and category[0] != "C" else MISSING


@lru_cache(maxsize=8)
def letters_of(path: Path) -> frozenset[int]:
    """The code points a TrueType file has glyphs for (its `cmap`, formats 4 and 12)."""
    data = path.read_bytes()
    start = _table(data, b"cmap")
    count = struct.unpack_from(">H", data, start + 2)[0]
    found: set[int] = set()
    for index in range(count):
        offset = start + struct.unpack_from(">HHI", data, start + 4 + 8 * index)[2]
        kind = struct.unpack_from(">H", data, offset)[0]
        if kind == 4:
            found |= _format_4(data, offset)
        elif kind == 12:
            found |= _format_12(data, offset)
    return frozenset(found)


def _table(data: bytes, tag: bytes) -> int:
    for index in range(struct.unpack_from(">H", data, 4)[0]):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"no table {tag!r}")


def _format_4(data: bytes, offset: int) -> set[int]:
    segments = struct.unpack_from(">H", data, offset + 6)[0] // 2
    at = offset + 14
    ends = struct.unpack_from(f">{segments}H", data, at)
    starts = struct.unpack_from(f">{segments}H", data, at + 2 * segments + 2)
    deltas = struct.unpack_from(f">{segments}H", data, at + 4 * segments + 2)
    ranges_at = at + 6 * segments + 2
    ranges = struct.unpack_from(f">{segments}H", data, ranges_at)
    found = set()
    for index in range(segments):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if ranges[index]:
                place = ranges_at + 2 * index + ranges[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", data, place)[0]
                if not glyph:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                found.add(code)
    return found


def _format_12(data: bytes, offset: int) -> set[int]:
    found: set[int] = set()
    for index in range(struct.unpack_from(">I", data, offset + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", data, offset + 16 + 12 * index)
        found |= {code for code in range(first, last + 1) if glyph + code - first}
    return found
