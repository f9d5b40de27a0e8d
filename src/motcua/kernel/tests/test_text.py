import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.text import (
    collation_key,
    edit_distance,
    loosely_equal,
    same_text,
    search_key,
    squeeze,
    unify_tone_placement,
    without_diacritics,
)

LETTERS = "aàáâấăắbcdđeêếghiklmnoôơờpqrstuưừvxy ABĐ"


def test_plain_letters() -> None:
    assert without_diacritics("Thủ tục đất đai, Đăng ký") == "Thu tuc dat dai, Dang ky"
    assert search_key("  Tỷ lệ (%) hồ sơ – đúng hạn ") == "ty le % ho so dung han"
    assert squeeze("một\u00a0 cửa\u00ad\n liên\u200b thông") == "một cửa liên thông"


def test_decomposed_text_is_the_same_text() -> None:
    assert same_text(unicodedata.normalize("NFD", "Cải cách hành chính"), "cải cách  hành chính")


@pytest.mark.parametrize(
    ("left", "right"),
    [("hoà giải", "hòa giải"), ("Thuý", "THÚY"), ("khoẻ", "khỏe"), ("thuỷ sản", "thủy sản")],
)
def test_tone_placement(left: str, right: str) -> None:
    assert same_text(left, right)


def test_closed_syllables_and_qu_keep_their_tone() -> None:
    assert unify_tone_placement("toàn quý hoán HOÀ Hoà") == "toàn quý hoán HÒA Hòa"


def test_dictionary_order() -> None:
    words = ["An", "àn", "ản", "ãn", "án", "ạn", "An Bình", "ăn", "ân", "Ba", "bà", "da", "đa", "ea", "ê a"]
    assert sorted(words, key=collation_key) == words
    assert sorted(["xã 2", "10 xã", "Xã 1"], key=collation_key) == ["10 xã", "Xã 1", "xã 2"]


@given(st.text(alphabet=LETTERS, max_size=12), st.text(alphabet=LETTERS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_order_is_total_on_letters(left: str, right: str) -> None:
    assert collation_key(left).isascii()
    assert (collation_key(left) == collation_key(right)) == (squeeze(left) == squeeze(right))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("nhệm vụ", "nhiệm vụ", True),
        ("chuyên đổi số", "Chuyển đổi số", True),
        ("đúng hạn", "quá hạn", False),
        ("năm 2024", "năm 2025", False),
        ("sở", "xã", False),
    ],
)
def test_scanning_slips(left: str, right: str, expected: bool) -> None:
    assert loosely_equal(left, right) is expected


@given(st.text(alphabet="abcd", max_size=6), st.text(alphabet="abcd", max_size=6))
@settings(max_examples=60, deadline=None)
def test_distance_is_a_metric(left: str, right: str) -> None:
    assert edit_distance(left, right) == edit_distance(right, left)
    assert (edit_distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= edit_distance(left, right) <= max(len(left), len(right))
