"""The clock: dated cases of the law, and what must hold of any history."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.clock import VIETNAM
from motcua.kernel.worktime import vietnam
from motcua.modules.dossiers.clock import Entry, apply, fold, index_on_time, picture, promise, story

CALENDAR = vietnam()
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "clock.yaml").read_text(encoding="utf-8"))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def entries_of(case: dict) -> list[Entry]:
    found = []
    for line in case["entries"]:
        data = {key: value for key, value in line.items() if key not in ("kind", "at")}
        if "to" in data:
            data["to"] = at(data["to"]).isoformat()
        found.append(Entry(line["kind"], at(line["at"]), data))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case_of_law(case):
    clock = fold(entries_of(case), CALENDAR)
    for name in ("legal_due", "index_due"):
        if name in case:
            assert getattr(clock, name) == at(case[name]), f"{name}: {case['law']}"
    if "index_on_time" in case:
        assert index_on_time(clock, at(case["now"])) is case["index_on_time"]
    assert len(story(entries_of(case), CALENDAR)) == len(case["entries"])


# -- what holds of any history ---------------------------------------------------------------------

INSTANTS = st.datetimes(dt.datetime(2025, 2, 1), dt.datetime(2026, 6, 30)).map(
    lambda one: one.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
LIMITS = st.sampled_from(
    ["1 ngày làm việc", "3 ngày làm việc", "½ ngày làm việc", "8 giờ làm việc", "15 ngày", "1 tháng"]
)
GAPS = st.integers(min_value=0, max_value=20 * 24 * 60)


def started(received: dt.datetime, limit: str) -> list[Entry]:
    return [Entry("start", received, {"limit": limit})]


@given(INSTANTS, LIMITS, GAPS, GAPS)
def test_a_pause_moves_the_dates_by_its_working_time(received, limit, before, length):
    first = fold(started(received, limit), CALENDAR)
    since = received + dt.timedelta(minutes=before)
    until = since + dt.timedelta(minutes=length)
    clock = fold(
        [
            *started(received, limit),
            Entry("pause", since, {"for": "supplement"}),
            Entry("resume", until, {"for": "supplement", "mode": "resume"}),
        ],
        CALENDAR,
    )
    if since > first.legal_due:
        assert clock.legal_due == first.legal_due
    else:
        paused = CALENDAR.minutes_between(since, until)
        assert CALENDAR.minutes_between(first.legal_due, clock.legal_due) == paused
        assert clock.index_due == clock.legal_due


@given(INSTANTS, LIMITS, GAPS)
def test_a_pause_of_no_length_is_nothing(received, limit, before):
    first = fold(started(received, limit), CALENDAR)
    moment = received + dt.timedelta(minutes=before)
    clock = apply(first, Entry("pause", moment, {"for": "payment"}), CALENDAR)
    clock = apply(clock, Entry("resume", moment, {"for": "payment", "mode": "resume"}), CALENDAR)
    assert (clock.legal_due, clock.index_due) == (first.legal_due, first.index_due)


@given(INSTANTS, LIMITS, GAPS, GAPS, GAPS)
def test_cutting_a_pause_in_two_changes_nothing(received, limit, before, one, two):
    since = received + dt.timedelta(minutes=before)
    middle, until = since + dt.timedelta(minutes=one), since + dt.timedelta(minutes=one + two)

    def paused(start: dt.datetime, end: dt.datetime) -> list[Entry]:
        return [
            Entry("pause", start, {"for": "payment"}),
            Entry("resume", end, {"for": "payment", "mode": "resume"}),
        ]

    whole = fold([*started(received, limit), *paused(since, until)], CALENDAR)
    parts = fold([*started(received, limit), *paused(since, middle), *paused(middle, until)], CALENDAR)
    assert (whole.legal_due, whole.index_due) == (parts.legal_due, parts.index_due)


@given(INSTANTS, LIMITS, GAPS, GAPS)
def test_restarting_is_never_earlier_than_going_on_from_the_same_moment(received, limit, before, length):
    since = received + dt.timedelta(minutes=before)
    until = since + dt.timedelta(minutes=length)
    pause = Entry("pause", since, {"for": "supplement"})
    dates = []
    for mode in ("restart", "resume"):
        entries = [
            *started(received, limit),
            pause,
            Entry("resume", until, {"for": "supplement", "mode": mode}),
        ]
        dates.append(fold(entries, CALENDAR).legal_due)
    first = fold(started(received, limit), CALENDAR).legal_due
    assert min(dates) >= first


@given(INSTANTS, LIMITS, GAPS)
def test_waiting_for_a_system_moves_no_date_of_the_citizen(received, limit, length):
    until = received + dt.timedelta(minutes=length)
    first = fold(started(received, limit), CALENDAR)
    clock = fold(
        [
            *started(received, limit),
            Entry("pause", received, {"for": "system"}),
            Entry("resume", until, {"for": "system"}),
        ],
        CALENDAR,
    )
    assert (clock.legal_due, clock.index_due) == (first.legal_due, first.index_due)


@given(INSTANTS, LIMITS)
def test_the_picture_holds_each_day_once_and_in_order(received, limit):
    days = picture(started(received, limit), CALENDAR, received)
    assert [cell.day for cell in days] == [days[0].day + dt.timedelta(days=n) for n in range(len(days))]
    assert days[0].day == received.date()


def test_the_picture_counts_what_the_limit_counts():
    received = at("2026-03-06T09:00")
    days = picture(started(received, "3 ngày làm việc"), CALENDAR, received)
    assert [cell.state for cell in days] == ["first", "rest", "rest", "counted", "counted", "counted"]
    assert sum(cell.minutes for cell in days) == 3 * 450


def test_a_promise_is_printed_and_not_reckoned_anew():
    entry = Entry("start", at("2026-03-02T08:00"), {"limit": "3 ngày làm việc", "promised": at("2026-03-20T17:00").isoformat()})  # fmt: skip
    clock = fold([entry], CALENDAR)
    assert clock.promised == at("2026-03-20T17:00") and clock.legal_due == at("2026-03-05T17:00")


def test_no_limit_no_date():
    from motcua.kernel.worktime import rule_on

    received = at("2026-03-02T08:00")
    assert promise(CALENDAR, received, "", rule_on(received.date())) is None
    clock = fold([Entry("start", received, {"limit": "", "promised": ""})], CALENDAR)
    assert clock.legal_due is None and index_on_time(clock, received) is None
