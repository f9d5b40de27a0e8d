from __future__ import annotations

import pytest

from motcua.modules.catalogue.search.language import (
    events_in,
    life_events,
    read,
    synonyms,
    turns_in,
    written_out,
)
from motcua.modules.catalogue.search.mending import Mender
from motcua.modules.catalogue.search.words import plain_of, sound_of, words_of
from motcua.modules.catalogue.starter.data import starter_procedures


def text_of(words) -> str:
    return " ".join(word.marked for word in words)


def test_words_keep_their_marks_and_put_the_tone_in_one_place():
    assert [(one.marked, one.plain) for one in words_of("Hoà giải, Đất đai!")] == [
        ("hòa", "hoa"),
        ("giải", "giai"),
        ("đất", "dat"),
        ("đai", "dai"),
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("tru", "chu"), ("ky", "ki"), ("xa", "sa"), ("giay", "day"), ("nghia", "ngia")]
)
def test_words_that_sound_the_same(one, other):
    assert sound_of(one) == sound_of(other)


def test_words_that_do_not():
    assert sound_of("khai") != sound_of("hai")


def test_abbreviations_are_written_out():
    assert text_of(written_out(words_of("dk bhyt"))) == "đăng ký bảo hiểm y tế"


def test_the_longest_phrase_is_read_and_filler_left_out():
    groups = read(words_of("tôi muốn xóa tên người chết khỏi hộ khẩu"))
    assert [[text_of(one) for one in group.readings] for group in groups] == [
        ["xóa tên người chết khỏi hộ khẩu", "xóa đăng ký thường trú"]
    ]


def test_a_query_of_filler_alone_is_kept():
    assert len(read(words_of("cần gì"))) == 2


def test_marks_that_differ_are_another_word():
    assert len(read(words_of("cưới"))[0].readings) == 2
    assert len(read(words_of("cười"))[0].readings) == 1


def test_turning_words_with_and_without_marks():
    assert turns_in(words_of("Đăng ký kết hôn có yếu tố nước ngoài")) == {"nuoc ngoai"}
    assert "nuoc ngoai" in turns_in(words_of("ket hon voi nguoi nuoc ngoai"))
    assert turns_in(words_of("đồi chè")) == frozenset()


def test_a_life_event_is_heard_through_filler():
    heard = {event.key: alone for event, alone in events_in(words_of("bố tôi mất đi khai tử"))}
    assert heard["mat-nguoi-than"] is False
    assert {event.key: alone for event, alone in events_in(words_of("tôi muốn mở quán"))}["mo-quan"] is True


def test_life_events_name_procedures_of_the_starter():
    codes = {one.code for one in starter_procedures()}
    keys = [event.key for event in life_events()]
    assert len(keys) == len(set(keys)) >= 20
    for event in life_events():
        assert set(event.codes) <= codes, event.key
        assert len(set(event.codes)) == len(event.codes)
        assert event.summary


def test_no_synonym_stands_for_itself():
    for several in synonyms().values():
        for one in several:
            assert one.meant
            assert one.short or one.said != one.meant


@pytest.fixture(scope="module")
def mender() -> Mender:
    names = ["đăng ký tạm trú", "đăng ký kết hôn", "chủ đầu tư", "giấy chứng nhận", "tạm vắng"]
    return Mender(words_of(name) for name in names)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky tam chu", "dang ky tam tru"),
        ("ket hom", "ket hon"),
        ("dag ki ket hon", "dang ky ket hon"),
        ("chu dau tu", "chu dau tu"),
        ("giay chung nhna", "giay chung nhan"),
        ("12345", "12345"),
    ],
)
def test_slips_are_mended_beside_their_neighbours(mender, typed, meant):
    words, changed = mender.mend(words_of(typed))
    assert " ".join(plain_of(words)) == meant
    assert bool(changed) == (typed != meant)


def test_what_was_taken_for_what_is_told_with_its_usual_marks(mender):
    _words, changed = mender.mend(words_of("kết hom"))
    assert changed == (("hom", "hôn"),)


def test_an_unfinished_word_is_left_alone(mender):
    words, changed = mender.mend(words_of("dang ky ke"), begun=True)
    assert plain_of(words)[-1] == "ke"
    assert changed == ()
