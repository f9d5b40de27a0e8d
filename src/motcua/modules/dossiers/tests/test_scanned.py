"""What a scanner types: the citizen's card, a dossier's code, and whatever else somebody may put before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.modules.dossiers.pages.scanned import CardRead, read_card, read_code

CARD = "027090000123|125000123|Nguyễn Mẫu Đào|17051990|Nữ|Số 1, phố Mẫu, phường Kinh Bắc|01072021"


def test_a_card_gives_number_name_birth_date_and_address():
    assert read_card(CARD) == CardRead(
        "027090000123", "Nguyễn Mẫu Đào", "1990-05-17", "Số 1, phố Mẫu, phường Kinh Bắc"
    )


def test_a_card_without_an_old_number_and_with_more_parts_is_read():
    text = "027090000123||Nguyễn Mẫu Đào|17051990|Nữ|Số 1|01072021||Trần Mẫu Cha|Lê Mẫu Mẹ"
    assert read_card(text) == CardRead("027090000123", "Nguyễn Mẫu Đào", "1990-05-17", "Số 1")


@pytest.mark.parametrize("birth", ["31022000", "00000000", "17131990", "1705199", "١٧٠٥١٩٩٠", "17051890", ""])
def test_a_date_that_is_none_is_left_out(birth):
    card = read_card(CARD.replace("17051990", birth))
    assert card is not None and card.birth_date == "" and card.number == "027090000123"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nguyen thi dao",
        "|".join(["x"] * 7),
        "02709000012|a|Tên|17051990|Nữ|Số 1|01072021",
        "٠٢٧٠٩٠٠٠٠١٢٣|a|Tên|17051990|Nữ|Số 1|01072021",
        "027090000123|a||17051990|Nữ|Số 1|01072021",
        "027090000123|a|Tên|17051990|Nữ|Số 1",
        CARD + "x" * 10_000,
        "|" * 10_000,
    ],
)
def test_what_is_no_card_is_not_taken_for_one(text):
    assert read_card(text) is None


@given(st.text(max_size=1200))
def test_nothing_typed_breaks_the_reading(text):
    card, code = read_card(text), read_code(text)
    assert card is None or (len(card.number) == 12 and len(card.name) <= 200 and len(card.address) <= 500)
    assert code == "" or code in text.upper()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H05.09187-261125-0010", "H05.09187-261125-0010"),
        ("h05.15-251001-0001", "H05.15-251001-0001"),
        ("https://vi.du/tra-cuu/?ma=H05.15-251001-0001&kiem-tra=ABCD2345", "H05.15-251001-0001"),
        ("H05.15-251001", ""),
        ("XH05.15-251001-0001", ""),
        ("H05.15-251001-0001234", ""),
        ("Công ty H05", ""),
        ("x" * 20_000, ""),
    ],
)
def test_a_code_is_found_in_what_a_label_or_a_receipt_says(text, code):
    assert read_code(text) == code
