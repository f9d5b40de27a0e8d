"""SMS counted as the networks count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.notices.api import fold, phone_number, segments


@pytest.mark.parametrize(
    ("text", "units", "count", "unicode"),
    [
        ("", 0, 1, False),
        ("a" * 160, 160, 1, False),
        ("a" * 161, 161, 2, False),
        ("a" * 306, 306, 2, False),
        ("a" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("ạ" * 70, 70, 1, True),
        ("ạ" * 71, 71, 2, True),
        ("ạ" * 134, 134, 2, True),
        ("ạ" * 135, 135, 3, True),
    ],
)
def test_segments(text, units, count, unicode):
    found = segments(text)
    assert (found.units, found.count, found.unicode) == (units, count, unicode)


def test_folding_loses_marks_and_odd_signs():
    assert fold("Hồ sơ “Đất đai” –\n đã có kết quả…").text == 'Ho so "Dat dai" - da co ket qua...'
    kept = fold("Hồ sơ đã có", diacritics=True)
    assert (kept.text, kept.unicode) == ("Hồ sơ đã có", True)
    assert fold("汉").text == "?"


def test_too_long_is_cut():
    found = fold("Hồ sơ " * 200)
    assert found.count == 4 and found.text.endswith("...") and found.units <= 612


@given(st.text(), st.booleans(), st.integers(1, 4))
def test_what_is_sent_fits(text, diacritics, most):
    found = fold(text, diacritics=diacritics, most=most)
    assert found.count <= most and "\n" not in found.text
    assert diacritics or not found.unicode


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0912 000 111", "+84912000111"),
        ("+84 912.000.111", "+84912000111"),
        ("84912000111", "+84912000111"),
        ("0222 382 1234", ""),
        ("091200011", ""),
        ("09120001112", ""),
        ("0912000111; DROP", ""),
        ("", ""),
    ],
)
def test_phone_numbers(text, number):
    assert phone_number(text) == number
