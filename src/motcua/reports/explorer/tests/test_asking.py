"""What an address asks for, and a definition in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.facts.api import sources
from motcua.engine.figures.api import REGISTRY, failing_filters
from motcua.kernel.periods import Window
from motcua.modules.dossiers.figures import FIGURES
from motcua.reports.explorer.asking import asked, choices, months
from motcua.reports.explorer.explaining import sentences

TODAY = dt.date(2026, 3, 2)
YEAR = Window(dt.date(2025, 12, 15), dt.date(2026, 12, 14))


@given(
    st.dictionaries(st.sampled_from(["ky", "tu", "den", "don-vi", "che-do", "theo"]), st.text(max_size=30))
)
def test_any_address_is_answered_and_says_the_same_again(given_: dict[str, str]):
    question = asked(given_, TODAY)
    assert question.window.first <= question.window.last
    from urllib.parse import parse_qsl

    again = asked(dict(parse_qsl(question.address()[1:])), TODAY)
    assert (again.window, again.mode) == (question.window, question.mode)


@pytest.mark.parametrize(
    ("given_", "window"),
    [
        ({}, YEAR),
        ({"ky": "2026-Q1"}, Window(dt.date(2025, 12, 15), dt.date(2026, 3, 14))),
        ({"ky": "9999"}, YEAR),
        ({"ky": "x"}, YEAR),
        ({"tu": "2026-01-01", "den": "2026-01-31"}, Window(dt.date(2026, 1, 1), dt.date(2026, 1, 31))),
        ({"tu": "2026-02-01", "den": "2026-01-31"}, YEAR),
        ({"tu": "0001-02-01", "den": "2026-01-31"}, YEAR),
    ],
)
def test_periods_follow_the_decree_and_what_is_not_understood_is_this_year(
    given_: dict[str, str], window: Window
):
    assert asked(given_, TODAY).window == window


def test_months_make_up_their_window_and_offers_have_begun():
    windows = [month.window() for month in months(YEAR)]
    assert len(windows) == 12 and (windows[0].first, windows[-1].last) == (YEAR.first, YEAR.last)
    assert all(one.window().first <= TODAY for one in choices(TODAY))


def test_every_counted_figure_is_said_without_a_bare_name():
    known = {source.name for source in sources()}
    counted = [
        figure for figure in REGISTRY.figures(TODAY) if {part.fact for part in figure.selections()} <= known
    ]
    assert len(counted) > 60
    for figure in counted:
        for quantity in (figure.count, figure.numerator, figure.denominator):
            for sentence in sentences(quantity, YEAR) if quantity else []:
                assert "_" not in sentence and "{" not in sentence, (figure.code, sentence)


def test_a_share_in_words():
    on_time = REGISTRY.figure("dossiers.on-time", TODAY)
    assert on_time.numerator and on_time.denominator
    assert sentences(on_time.numerator, YEAR) == [
        "số hồ sơ có ngày giải quyết xong từ 15/12/2025 đến 14/12/2026; đúng hạn"
    ]
    open_ = REGISTRY.figure("dossiers.open", TODAY)
    assert open_.count and sentences(open_.count, YEAR) == [
        "số hồ sơ có ngày tiếp nhận đến hết 14/12/2026 và đến hôm ấy chưa có ngày kết thúc xử lý"
    ]


def test_what_falls_short_is_known_where_one_condition_tells():
    by_code = {figure.code: failing_filters(figure) for figure in FIGURES}
    assert by_code["dossiers.on-time"] and by_code["dossiers.on-time"][0].operand is False
    assert by_code["dossiers.online"]
    assert by_code["dossiers.received"] is None and by_code["dossiers.index-on-time"] is None
