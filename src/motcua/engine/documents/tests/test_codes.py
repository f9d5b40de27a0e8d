"""Bar and QR codes, read back from their drawing."""

import itertools
import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.documents.codes import _STOP, _WIDTHS, code128_svg, code128_values, qr_svg
from motcua.engine.documents.errors import DocumentRefused


def read_back(svg: str) -> str:
    """The text of a Code 128 drawing, as a scanner reads it: bars to symbols to letters, check value tried."""
    bars = [(int(x), int(w)) for x, w in re.findall(r"M(\d+) 0h(\d+)v", svg)]
    edges = [edge for x, width in bars for edge in (x, x + width)]
    widths = "".join(str(b - a) for a, b in itertools.pairwise(edges))
    assert widths[-7:] == _STOP and bars[0][0] == 10
    symbols = [widths[at : at + 6] for at in range(0, len(widths) - 7, 6)]
    values = [_WIDTHS.index(symbol) for symbol in symbols]
    *values, check = values
    assert check == (values[0] + sum(i * v for i, v in enumerate(values))) % 103
    in_pairs, text = values[0] == 105, ""
    for value in values[1:]:
        if in_pairs and value < 100:
            text += f"{value:02d}"
        elif in_pairs or value == 99:
            assert value in (99, 100)
            in_pairs = value == 99
        else:
            text += chr(value + 32)
    return text


def test_symbols_are_of_eleven_modules_and_all_different():
    assert len(_WIDTHS) == 106 == len(set(_WIDTHS))
    assert {sum(map(int, widths)) for widths in _WIDTHS} == {11}
    assert sum(map(int, _STOP)) == 13


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_what_is_drawn_is_what_is_read(text):
    assert read_back(code128_svg(text)) == text


def test_digits_are_written_in_pairs():
    # H 0 5 . 1 5 -, to pairs, 25 10 01, back to single letters for "-", pairs again, 00 01.
    assert code128_values("H05.15-251001-0001") == [
        104, 40, 16, 21, 14, 17, 21, 13, 99, 25, 10, 1, 100, 13, 99, 0, 1, 67,
    ]  # fmt: skip


def test_vietnamese_letters_have_no_bar_code():
    with pytest.raises(DocumentRefused) as refused:
        code128_svg("Hồ sơ")
    assert refused.value.code == "documents.barcode.text"


def test_qr_draws_the_modules_of_the_standard():
    link = "https://dichvucong.example/tra-cuu/?ma=H05.15-251001-0001&kt=ABCDEFGH"
    size = segno.make(link, error="m", micro=False, boost_error=False).symbol_size(border=2)[0]
    assert f'viewBox="0 0 {size} {size}"' in qr_svg(link)
    assert qr_svg("") == code128_svg("") == ""
