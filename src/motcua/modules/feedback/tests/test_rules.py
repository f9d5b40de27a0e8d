"""Limits, codes and scales as data, and what is reckoned from them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.clock import VIETNAM, local
from motcua.kernel.worktime import parse_limit, rule_on, vietnam
from motcua.modules.feedback.models import Channel, Kind, RatingKind
from motcua.modules.feedback.rules import (
    GENERAL,
    LIMIT,
    StepLimit,
    due_at,
    is_on_time,
    limit_on,
    scale_of,
    scale_on,
    scales,
    step_limits,
    topics_of,
    words,
)
from motcua.modules.feedback.states import OPEN, RESOLVED, TABLE, State, check, operations_from

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "limits.yaml").read_text(encoding="utf-8"))
STEPS = ("screen", "forward", "clarify", "answer", "publish")
moments = st.datetimes(dt.datetime(2025, 7, 1), dt.datetime(2026, 10, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
limits = st.sampled_from(sorted({one.limit for one in step_limits()}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_limits_as_the_law_counts_them(case):
    received = dt.datetime.fromisoformat(case["received"]).replace(tzinfo=VIETNAM)
    day = received.date()
    limit = limit_on(case["step"], case["kind"], case["channel"], day).limit
    due = due_at(vietnam(), received, limit, rule_on(day), case.get("waited", 0))
    assert f"{local(due):%Y-%m-%dT%H:%M}" == case["due"]


def test_every_kind_and_channel_has_every_limit_with_its_clause():
    for step in STEPS:
        for kind in Kind.values:
            for channel in Channel.values:
                found = limit_on(step, kind, channel, dt.date(2025, 1, 1))
                assert (
                    parse_limit(found.limit) and found.source and found.confidence in ("stated", "reported")
                )
    assert {one.step for one in step_limits()} == set(STEPS)
    assert {one.channel for one in step_limits()} <= {"", *Channel.values}
    with pytest.raises(LookupError):
        limit_on("answer", "conduct", "portal", dt.date(2008, 2, 13))


def test_the_most_exact_limit_holds_then_the_latest():
    def row(limit: str, since: str, **more: str) -> StepLimit:
        return StepLimit("answer", limit, dt.date.fromisoformat(since), "Luật", "stated", **more)

    rows = [
        row("15 ngày", "2020-01-01"),
        row("14 ngày", "2024-01-01"),
        row("10 ngày", "2021-01-01", kind="conduct"),
        row("07 ngày", "2020-01-01", channel="app"),
        row("06 ngày", "2025-01-01", channel="app", kind="conduct"),
    ]

    def found(kind: str, channel: str, day: str) -> str:
        return limit_on("answer", kind, channel, dt.date.fromisoformat(day), rows).limit

    assert found("service", "portal", "2023-12-31") == "15 ngày"
    assert found("service", "portal", "2024-01-01") == "14 ngày"
    assert found("conduct", "portal", "2024-01-01") == "10 ngày"
    assert found("conduct", "app", "2024-12-31") == "07 ngày"
    assert found("conduct", "app", "2025-01-01") == "06 ngày"


@given(moments, moments, limits, st.integers(0, 5000))
@settings(max_examples=150, deadline=None)
def test_due_times_keep_the_order_of_what_they_count_from(one, other, limit, waited):
    first, second = sorted((one, other))
    rule = rule_on(dt.date(2026, 1, 1))
    earlier = due_at(vietnam(), first, limit, rule, waited)
    assert earlier <= due_at(vietnam(), second, limit, rule, waited)
    assert due_at(vietnam(), first, limit, rule) <= earlier
    assert first < earlier


@given(moments, limits, st.integers(0, 3000), st.integers(0, 3000))
@settings(max_examples=100, deadline=None)
def test_waiting_twice_is_waiting_once_for_the_sum(since, limit, first, second):
    rule = rule_on(since.date())
    once = due_at(vietnam(), since, limit, rule, first + second)
    twice = vietnam().add_minutes(due_at(vietnam(), since, limit, rule, first), second)
    assert vietnam().minutes_between(min(once, twice), max(once, twice)) == 0


@given(moments, moments)
def test_on_time_is_by_the_day(done, due):
    assert is_on_time(done, due) == (done.date() <= due.date())
    assert is_on_time(done, None) is None


def test_codes_people_choose_from():
    for kind in Kind.values:
        assert topics_of(kind)
    assert set(words()["topics"]) == {code for kind in Kind.values for code in topics_of(kind)}
    assert "complaint" in words()["refusals"] and "explained" in words()["outcomes"]


def test_scales_are_whole():
    for scale in scales():
        assert set(scale.counts.values()) == {"liked", "neither", "disliked"}
        assert set(scale.counts) == set(scale.levels)
        assert scale.source and scale.confidence in ("stated", "reported")
        for one in scale.criteria:
            assert sorted(one.answers) == [0, 1, 2] and one.index in (1, 2, 3, 4, 6, 7)
        assert scale_of(scale.code) == scale
    assert scale_on(dt.date(2026, 3, 1)).code == "tt01-2018"
    with pytest.raises(LookupError):
        scale_on(dt.date(2018, 1, 1))
    assert set(RatingKind.values) == {"reception", "handling"}


def test_facts_hold_a_column_for_every_criterion():
    from motcua.modules.feedback.facts import RATINGS

    columns = {f"score_{one.code}" for scale in scales() for one in scale.criteria}
    assert columns == {name for name in RATINGS.columns if name.startswith("score_")}


def test_a_province_writes_its_limit_in_words():
    assert LIMIT.read(GENERAL) is None
    assert (LIMIT.tell(GENERAL), LIMIT.tell("10 ngày")) == ("theo quy định chung", "10 ngày")
    assert str(LIMIT.read("10 ngày làm việc")) == "10 ngày làm việc"


def test_the_table_leads_everywhere_and_back_from_no_end():
    reached = {State.RECEIVED}
    for _ in State:
        reached |= {move.to for state in reached for move in operations_from(state) if move.to}
    assert reached == set(State)
    assert set(State) == OPEN | RESOLVED and not OPEN & RESOLVED
    for end in (State.REFUSED, State.TRANSFERRED, State.WITHDRAWN):
        assert {move.operation for move in operations_from(end)} == {"mark_repeat"}
    for name, move in TABLE.items():
        assert move.operation == name and move.clause and move.sources
        assert check(name, next(iter(move.sources))) is move
