from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from motcua.modules.catalogue.data import StepLink
from motcua.modules.catalogue.processes.graph import (
    critical_path,
    in_order,
    is_return,
    kernel_day,
    limit_minutes,
    reachable,
    step_minutes,
)
from motcua.modules.catalogue.processes.tests.made import graphs, plan, step, straight


def brute_force(process, day):
    """The longest of all ways, walked one by one."""
    onward = {}
    for link in process.links:
        onward.setdefault(link.source, set()).add(link.target)

    def longest(key):
        return step_minutes(process.step(key), day) + max(
            (longest(target) for target in onward.get(key, ())), default=Fraction(0)
        )

    return max(longest(one.key) for one in process.steps)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_critical_path_is_the_longest_of_all_ways(process):
    found = critical_path(process, 480)
    assert found.minutes == brute_force(process, 480)
    assert sum(step_minutes(process.step(key), 480) for key in found.keys) == found.minutes
    steps_on = {(link.source, link.target) for link in process.links}
    assert all(pair in steps_on for pair in zip(found.keys, found.keys[1:], strict=False))
    assert max(found.ends.values()) == found.minutes


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_order_puts_every_step_after_those_that_lead_to_it(process):
    places = {one.key: place for place, one in enumerate(in_order(process))}
    assert len(places) == len(process.steps)
    assert all(places[link.source] < places[link.target] for link in process.links)


def test_parallel_branches_count_by_the_longest_and_legs_by_their_own_limit():
    steps = [
        step("1", 1, "reception", quarters=1),
        step("2", 2, quarters=8),
        step("3", 3, "joint", quarters=99, leg_limit="03 ngày làm việc"),
        step("4", 4, "return", quarters=0, waits_for_all=True),
    ]
    process = plan(steps, "1>2 1>3 2>4 3>4")
    found = critical_path(process, 480)
    assert found.keys == ("1", "3", "4")
    assert found.minutes == Fraction(13 * 480, 4)
    assert found.ends["2"] == Fraction(9 * 480, 4)


def test_cycle_has_no_order_but_a_marked_return_is_no_cycle():
    assert in_order(plan([step("1"), step("2")], "1>2 2>1:again")) is None
    assert critical_path(plan([step("1"), step("2")], "1>2 2>1")) is None
    assert [one.key for one in in_order(plan([step("1"), step("2", 1)], "1>2 2>1:return"))] == ["1", "2"]
    assert is_return(StepLink("2", "1", "return-supplement"))
    assert not is_return(StepLink("2", "1", "returned"))


def test_reachable_does_not_follow_returns():
    process = plan([step("1"), step("2", 1), step("3", 2)], "2>1:return 2>3")
    assert reachable(process, "2") == {"2", "3"}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("02 ngày làm việc", 900),
        ("½ ngày làm việc", 225),
        ("08 giờ làm việc", 480),
        ("10 ngày", 7 * 450),
        ("01 tháng", 21 * 450),
        ("01 năm", 252 * 450),
    ],
)
def test_limits_become_working_minutes_of_the_kernels_day(text, minutes):
    assert kernel_day() == 450
    assert limit_minutes(text, 450) == minutes


def test_straight_process_sums_its_steps():
    assert critical_path(straight(4, 2, 1), 480).minutes == 2 * 480
