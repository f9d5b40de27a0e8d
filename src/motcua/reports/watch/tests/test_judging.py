"""When an alert opens, stays and closes: pure."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.periods import Window
from motcua.reports.watch.errors import WatchRefused
from motcua.reports.watch.judging import judge, median, weeks_before, window_of
from motcua.reports.watch.rules import Rule, packaged_rules, rule_of

RULE = Rule("thu", "threshold", "Quy tắc thử", "95", "96", figure="dossiers.on-time", side="below", steady=2)


def run(rule: Rule, values: list[int | None]) -> list[str]:
    """The steps taken over values one after another."""
    is_open, calm, steps = False, 0, []
    for value in values:
        judged = judge(rule, None if value is None else Fraction(value), is_open=is_open, calm=calm)
        steps.append(judged.step)
        calm = judged.calm
        is_open = judged.step in ("open", "keep")
    return steps


def test_it_opens_once_stays_between_the_thresholds_and_closes_when_calm_twice():
    assert run(RULE, [97, 94, 95, 96, 95, 96, None, 97, 97]) == [
        "nothing", "open", "keep", "keep", "keep", "keep", "keep", "close", "nothing",
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from([95, 96]), max_size=30))
def test_around_the_opening_threshold_it_never_opens_by_itself(values):
    assert "open" not in run(RULE, values)


@settings(deadline=None)
@given(st.lists(st.integers(90, 100), max_size=60))
def test_it_closes_only_after_steady_calm_values(values):
    steps = run(RULE, values)
    for at, step in enumerate(steps):
        if step == "close":
            assert values[at] >= 96 and values[at - 1] >= 96
    assert steps.count("close") <= steps.count("open") <= steps.count("close") + 1


@settings(deadline=None)
@given(st.lists(st.fractions(), min_size=1, max_size=15))
def test_half_of_the_values_lie_on_each_side_of_the_median(values):
    middle = median(values)
    assert 2 * sum(each <= middle for each in values) >= len(values)
    assert 2 * sum(each >= middle for each in values) >= len(values)


def test_windows():
    day = dt.date(2025, 6, 18)  # a Wednesday
    assert window_of("week", day) == Window(dt.date(2025, 6, 16), day)
    assert window_of("month", day) == Window(dt.date(2025, 6, 15), day)
    assert window_of("day", day) == Window(day, day)
    assert weeks_before(day, 2) == [
        Window(dt.date(2025, 6, 9), dt.date(2025, 6, 15)),
        Window(dt.date(2025, 6, 2), dt.date(2025, 6, 8)),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"clear_at": "94"}, "order"),
        ({"raise_at": "nhiều"}, "number"),
        ({"name": "ab"}, "name"),
        ({"period": "hour"}, "word"),
        ({"figure": ""}, "figure"),
        ({"steady": 0}, "count"),
        ({"code": "Có Dấu"}, "code"),
        ({"extra": 1}, "shape"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(changed, code):
    with pytest.raises(WatchRefused) as caught:
        rule_of(RULE.document() | changed)
    assert caught.value.code == f"watch.rule.{code}"


def test_packaged_rules_are_rules_and_have_codes_of_their_own():
    rules = packaged_rules()
    assert len({each.code for each in rules}) == len(rules) >= 4
