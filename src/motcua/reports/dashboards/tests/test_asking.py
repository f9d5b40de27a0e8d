"""What an address of a dashboard asks for."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from motcua.reports.dashboards.asking import RECENT, asked
from motcua.reports.dashboards.drawing import duration

TODAY = dt.date(2026, 3, 20)
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2098, 12, 31))


@given(st.dictionaries(st.sampled_from(["ngay", "don-vi", "theo"]), st.text(max_size=30)))
def test_any_address_is_answered_and_says_the_same_again(given_: dict[str, str]):
    question = asked(given_, TODAY)
    again = asked(dict(parse_qsl(question.address(TODAY)[1:])), TODAY)
    assert (again.day, again.grain) == (question.day, question.grain)


@given(DAYS, st.sampled_from(["ngay", "tuan", "thang"]))
def test_spans_meet_and_end_with_the_day(day: dt.date, grain: str):
    question = asked({"ngay": day.isoformat(), "theo": grain}, TODAY)
    spans = question.spans()
    assert spans[-1].last == day and all(span.first <= span.last for span in spans)
    assert all(later.first - earlier.last == dt.timedelta(days=1) for earlier, later in pairwise(spans))
    assert len(spans) == {"ngay": 28, "tuan": 12, "thang": 12}[grain]


@given(DAYS)
def test_four_weeks_have_every_weekday_as_often_and_the_week_holds_the_day(day: dt.date):
    question = asked({"ngay": day.isoformat()}, TODAY)
    assert question.recent.days == question.before.days == RECENT
    assert question.recent.first - question.before.last == dt.timedelta(days=1)
    assert question.week.first.weekday() == 0 and question.rest_of_week.last.weekday() == 6
    assert day in question.week and day in question.rest_of_week


def test_working_time_in_words():
    assert [duration(each) for each in (None, 0, 59, 60, 480, 485, 1445)] == [
        "–", "0 phút", "59 phút", "1 giờ", "1 ngày", "1 ngày 5 phút", "3 ngày 5 phút",
    ]  # fmt: skip
