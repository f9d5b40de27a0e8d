"""Codes that machines read, drawn as SVG: QR for links, Code 128 (ISO/IEC 15417) for dossier codes."""

from __future__ import annotations

import io
import re
from functools import lru_cache

import segno
from django.utils.translation import gettext as _

from motcua.engine.documents.errors import DocumentRefused

# Widths of three bars and three spaces for the values 0 to 105; then the stop.
_WIDTHS = [
    "212222",
    "222122",
    "222221",
    "121223",
    "121322",
    "131222",
    "122213",
    "122312",
    "132212",
    "221213",
    "221312",
    "231212",
    "112232",
    "122132",
    "122231",
    "113222",
    "123122",
    "123221",
    "223211",
    "221132",
    "221231",
    "213212",
    "223112",
    "312131",
    "311222",
    "321122",
    "321221",
    "312212",
    "322112",
    "322211",
    "212123",
    "212321",
    "232121",
    "111323",
    "131123",
    "131321",
    "112313",
    "132113",
    "132311",
    "211313",
    "231113",
    "231311",
    "112133",
    "112331",
    "132131",
    "113123",
    "113321",
    "133121",
    "313121",
    "211331",
    "231131",
    "213113",
    "213311",
    "213131",
    "311123",
    "311321",
    "331121",
    "312113",
    "312311",
    "332111",
    "314111",
    "221411",
    "431111",
    "111224",
    "111422",
    "121124",
    "121421",
    "141122",
    "141221",
    "112214",
    "112412",
    "122114",
    "122411",
    "142112",
    "142211",
    "241211",
    "221114",
    "413111",
    "241112",
    "134111",
    "111242",
    "121142",
    "121241",
    "114212",
    "124112",
    "124211",
    "411212",
    "421112",
    "421211",
    "212141",
    "214121",
    "412121",
    "111143",
    "111341",
    "131141",
    "114113",
    "114311",
    "411113",
    "411311",
    "113141",
    "114131",
    "311141",
    "411131",
    "211412",
    "211214",
    "211232",
]
_STOP = "2331112"
_HEIGHT = 30  # modules
_TO_B, _TO_C, _START_B, _START_C = 100, 99, 104, 105
_RUNS = re.compile(r"\d{4,}|\d+|\D+")


@lru_cache(maxsize=256)  # the receipt, its label and its reprints carry the same link
def qr_svg(text: str) -> str:
    """A QR code (error correction M, two modules of quiet) as SVG, for screens and papers."""
    if not text:
        return ""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=2, xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue().decode()


def code128_svg(text: str) -> str:
    """A Code 128 bar code as SVG, ten modules of quiet at both ends; `text` is printable ASCII.

    Raises:
        DocumentRefused: `documents.barcode.text` for a text the code cannot write.
    """
    if not text:
        return ""
    x, bars = 10, []
    for symbol in [*(_WIDTHS[value] for value in code128_values(text)), _STOP]:
        for index, width in enumerate(map(int, symbol)):
            if index % 2 == 0:
                bars.append(f"M{x} 0h{width}v{_HEIGHT}h-{width}z")
            x += width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x + 10} {_HEIGHT}">'
        f'<path d="{"".join(bars)}"/></svg>'
    )


def code128_values(text: str) -> list[int]:
    """Start, data and check values: digits in pairs (set C) where four or more stand together, else set B."""
    if not text.isascii() or not text.isprintable():
        raise DocumentRefused(
            "documents.barcode.text",
            _(
                "Không in được mã vạch cho “{text}”: mã vạch chỉ gồm chữ cái không dấu, chữ số và dấu câu."
            ).format(text=text),
        )
    values: list[int] = []
    in_pairs = False
    for run in _RUNS.findall(text):
        odd = len(run) % 2 if run[:4].isdigit() and len(run) >= 4 else len(run)
        singles, pairs = run[:odd], run[odd:]
        if singles:
            values += _switch(values, in_pairs, to_pairs=False) + [ord(letter) - 32 for letter in singles]
            in_pairs = False
        if pairs:
            values += _switch(values, in_pairs, to_pairs=True)
            values += [int(pairs[at : at + 2]) for at in range(0, len(pairs), 2)]
            in_pairs = True
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return [*values, check]


def _switch(values: list[int], in_pairs: bool, *, to_pairs: bool) -> list[int]:
    if not values:
        return [_START_C if to_pairs else _START_B]
    if in_pairs == to_pairs:
        return []
    return [_TO_C if to_pairs else _TO_B]
