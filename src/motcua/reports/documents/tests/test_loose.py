"""Numbers typed by hand are found, offered what prints the same, and bound without another letter changed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from motcua.engine.figures.api import State
from motcua.reports.documents.composing import Given
from motcua.reports.documents.loose import bind, loose_numbers

KNOWN = {
    "3!3.1": Given(
        State.KNOWN, Fraction(151_619 * 100, 153_771), 2, "%", "Tỷ lệ hồ sơ của sở, ngành đúng hạn"
    ),
    "3!3.1.2": Given(State.KNOWN, Fraction(151_619), 0, "Hồ sơ", "Số hồ sơ giải quyết đúng hạn"),
    "1!1": Given(State.KNOWN, Fraction(7), 0, "Văn bản", "Số văn bản chỉ đạo"),
    "5!2.1": Given(State.KNOWN, Fraction(7), 0, "Người", "Số công chức tuyển dụng"),
}


def offers(text: str) -> dict[str, tuple[str, ...]]:
    return {one.text: one.offers for one in loose_numbers(text, KNOWN)}


def test_a_rate_and_a_count_find_their_rows():
    assert offers("Đạt 98,60% với 151.619 hồ sơ.") == {"98,60%": ("3!3.1",), "151.619": ("3!3.1.2",)}


def test_words_around_put_the_likely_row_first():
    assert offers("Ban hành 07 văn bản chỉ đạo")["07"] == ("1!1", "5!2.1")
    assert offers("Tuyển dụng 07 công chức")["07"] == ("5!2.1", "1!1")


@pytest.mark.parametrize(
    "text",
    [
        "ngày 03/7/2025",
        "năm 2025",
        "Nghị định 30/2020/NĐ-CP",
        "Công văn 4625/BNV-CCHC",
        "Điều 12",
        "Đã {3!3.1}",
        "1. Việc thứ nhất",
    ],
)
def test_dates_documents_and_bindings_are_not_loose(text):
    assert offers(text) == {}


def test_a_number_that_is_nobodys_is_found_without_offers():
    assert offers("Tặng 4.000 cuốn sách") == {"4.000": ()}


def test_binding_changes_that_number_alone():
    text = "Đã {1!1} việc; đạt 98,60% với 151.619 hồ sơ {{ghi chú}}."
    last = loose_numbers(text, KNOWN)[-1]
    assert bind(text, last, "3!3.1.2") == "Đã {1!1} việc; đạt 98,60% với {3!3.1.2} hồ sơ {{ghi chú}}."
