from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.modules.catalogue.search.index import Entry, Index
from motcua.modules.catalogue.search.language import read
from motcua.modules.catalogue.search.words import words_of

NAMES = {
    "1": "Thủ tục đăng ký kết hôn",
    "2": "Thủ tục đăng ký kết hôn có yếu tố nước ngoài",
    "3": "Thủ tục đăng ký lại kết hôn",
    "4": "Xóa đăng ký thường trú",
    "5": "Đổi giấy phép lái xe",
    "6": "Cấp giấy phép xây dựng (nhà ở riêng lẻ, công trình tạm, công trình ngầm)",
}


def index(**changes: Entry) -> Index:
    entries = {code: Entry(int(code), code, name) for code, name in NAMES.items()}
    return Index([*(entries | changes).values()])


def codes(of: Index, text: str, **options) -> list[str]:
    return [one.entry.code for one in of.find(read(words_of(text)), **options)]


def test_the_plain_procedure_comes_before_the_special_one():
    assert codes(index(), "dang ky ket hon")[:3] == ["1", "3", "2"]


def test_the_special_one_comes_first_when_it_is_said():
    assert codes(index(), "kết hôn với người nước ngoài")[0] == "2"
    assert codes(index(), "đăng ký lại kết hôn")[0] == "3"


def test_marks_tell_words_apart():
    assert codes(index(), "đổi")[0] == "5"
    scores = {one.entry.code: one.score for one in index().find(read(words_of("đồi")))}
    assert scores["5"] < 0.6


def test_a_simulated_one_comes_after_a_real_one_of_the_same_name():
    both = index(**{"7": Entry(7, "7", NAMES["4"], simulated=True)})
    assert codes(both, "xoa dang ky thuong tru")[:2] == ["4", "7"]


def test_much_used_comes_a_little_earlier():
    both = index(**{"0": Entry(8, "8", NAMES["5"], popularity=100_000)})
    assert codes(both, "đổi giấy phép lái xe")[:2] == ["8", "5"]


def test_an_unfinished_word_finds_what_begins_so():
    assert "4" in codes(index(), "thuong tr", begun=True)[:1]


def test_brackets_weigh_little():
    found = {one.entry.code: one.score for one in index().find(read(words_of("cấp giấy phép xây dựng")))}
    assert found["6"] > 0.85


def test_nothing_known_finds_nothing():
    assert codes(index(), "zzz qqq") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_scores_in_order(text):
    words = words_of(text)
    if not words:
        return
    scores = [one.score for one in index().find(read(words))]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1.1 for score in scores)


@given(st.sampled_from(sorted(NAMES)))
def test_a_whole_name_finds_itself_first(code):
    assert codes(index(), NAMES[code])[0] == code
