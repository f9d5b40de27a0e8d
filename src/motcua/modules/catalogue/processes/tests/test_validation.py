from __future__ import annotations

import pytest

from motcua.modules.catalogue.data import ProcessPlan, StepLink
from motcua.modules.catalogue.processes.tests.made import plan, step, straight
from motcua.modules.catalogue.processes.validation import Lack, refusing, validate

FIRST = step("1", 1, "reception", quarters=1)


def codes(process, limit="05 ngày làm việc", performers=None):
    return [one.code for one in validate(process, limit, performers)]


def last(order=9, **more):
    return step("9", order, "return", quarters=0, **more)


def test_straight_process_within_its_limit_has_no_problem():
    assert validate(straight(4, 2, 1), "02 ngày làm việc") == ()


def test_too_long_by_a_quarter():
    found = validate(straight(4, 2, 2), "02 ngày làm việc")
    assert [one.code for one in found] == ["too-long"]
    assert found[0].steps == ("1", "2", "3", "4", "5")
    assert "2,25 ngày làm việc" in found[0].message
    assert "“1”, “2”" in found[0].message


def test_hours_that_fit_an_office_day_but_not_the_calendars_are_told_without_blocking():
    steps = [FIRST, step("2", 2, quarters=0, minutes=360), last()]
    found = validate(plan(steps, "1>2 2>9"), "01 ngày làm việc")
    assert [(one.code, one.blocking) for one in found] == [("too-long.hours", False)]


@pytest.mark.parametrize(
    ("steps", "links", "expected", "about"),
    [
        ([step("1", 1, "process"), last()], "1>9", "first", ("1",)),
        ([FIRST, step("2", 2)], "1>2", "last", ()),
        ([FIRST, step("2", 2), last()], "1>2 1>9 2>1:back", "cycle", ("1", "2")),
        ([FIRST, step("2", 2), last()], "1>9", "unreachable", ("2",)),
        ([FIRST, step("2", 2), last()], "1>2 1>9", "dead-end", ("2",)),
        ([FIRST, step("2", 2), last()], "1>2 2>9 9>2", "cycle", ("2", "9")),
        ([FIRST, step("2", 2, role=""), last()], "1>2 2>9", "step.no-role", ("2",)),
        ([FIRST, step("2", 2, place=""), last()], "1>2 2>9", "step.no-place", ("2",)),
        ([FIRST, step("2", 2, place="unit"), last()], "1>2 2>9", "step.no-unit", ("2",)),
        ([FIRST, step("2", 2, "joint"), last()], "1>2 2>9", "leg.no-limit", ("2",)),
        ([FIRST, step("2", 2, "joint", leg_limit="vài hôm"), last()], "1>2 2>9", "leg.limit", ("2",)),
        ([FIRST, FIRST, last()], "1>9", "step.key-twice", ("1",)),
        ([FIRST, last()], "1>9 1>7", "link.unknown", ("7",)),
        ([FIRST, last()], "1>9 1>9", "link.twice", ("1", "9")),
        ([FIRST, step("2", 2), last()], "1>2 2>9:ok", "condition.no-default", ("2",)),
    ],
)
def test_each_flaw_is_named_with_its_steps(steps, links, expected, about):
    found = {one.code: one for one in validate(plan(steps, links), "05 ngày làm việc")}
    assert expected in found
    assert found[expected].steps == about
    assert found[expected].blocking


def test_condition_without_words():
    steps = [FIRST, step("2", 2), last()]
    links = (StepLink("1", "2"), StepLink("2", "9"), StepLink("1", "9", "reject"))
    process = ProcessPlan(1, plan([], "").uid, "1.001001", "", "Thử", tuple(steps), links)
    assert codes(process) == ["condition.no-label"]


def test_branches_that_meet_must_wait():
    branches = [FIRST, step("2", 2), step("3", 3), step("4", 4), last()]
    ways = "1>2 1>3 2>4 3>4 4>9"
    assert "join.missing" in codes(plan(branches, ways))
    branches[3] = step("4", 4, waits_for_all=True)
    assert codes(plan(branches, ways)) == []


def test_alternatives_that_meet_need_not_wait():
    steps = [FIRST, step("2", 2), step("3", 3), step("4", 4), last()]
    assert codes(plan(steps, "1>2 1>3:short 2>4 3>4 4>9")) == []


def test_alternatives_after_a_join_are_not_parallel():
    steps = [FIRST, step("2", 2), step("3", 3), step("4", 4, waits_for_all=True)]
    steps += [step("5", 5), step("6", 6), step("7", 7), last()]
    assert codes(plan(steps, "1>2 1>3 2>4 3>4 4>5 4>6:other 5>7 6>7 7>9"), "10 ngày làm việc") == []


def test_end_while_a_branch_is_open():
    steps = [FIRST, step("2", 2), step("3", 3), last()]
    assert set(codes(plan(steps, "1>2 1>3 2>9 3>9"))) == {"end.open-branches", "join.missing"}


def test_join_that_may_open_before_a_conditional_branch_comes():
    steps = [FIRST, step("2", 2), step("3", 3), step("4", 4), step("5", 5, waits_for_all=True), last()]
    found = codes(plan(steps, "1>2 1>3 2>5 3>5 3>4:more 4>5 5>9"), "10 ngày làm việc")
    assert found == []  # 4 leads to 5 by an ordinary way, so 5 waits for it once it is open
    steps.append(step("6", 6))
    assert "join.early" in codes(
        plan(steps, "1>2 1>3 2>5 3>6 3>4:more 6>9 4>5:x 4>6 5>9"), "20 ngày làm việc"
    )


def test_waiting_for_one_way_only_is_pointed_out():
    steps = [FIRST, step("2", 2, waits_for_all=True), last()]
    found = validate(plan(steps, "1>2 2>9"), "05 ngày làm việc")
    assert [(one.code, one.blocking) for one in found] == [("join.single", False)]


def test_too_many_parallel_branches_are_told_not_tried_for_ever():
    middle = [step(str(n), n) for n in range(20, 40)]
    ways = " ".join(f"1>{one.key} {one.key}>9x" for one in middle)
    steps = [FIRST, *middle, step("9x", 30, waits_for_all=True), last(60)]
    assert codes(plan(steps, ways + " 9x>9")) == ["too-complex"]


def test_limits_not_stated_or_not_readable():
    process = straight(2)
    assert [(one.code, one.blocking) for one in validate(process, "")] == [("limit.none", False)]
    assert [one.code for one in refusing(validate(process, "sớm"))] == ["limit.unreadable"]


def test_empty_plan():
    assert codes(plan([], "")) == ["empty"]


def test_units_without_a_performer_are_named():
    def performers(one):
        return Lack(tuple(f"Xã {n}" for n in range(7)), 99) if one.key == "2" else Lack((), 99)

    found = validate(straight(2), "05 ngày làm việc", performers)
    assert [(one.code, one.steps, one.blocking) for one in found] == [("performer", ("2",), False)]
    assert "7/99 đơn vị: Xã 0; Xã 1; Xã 2; Xã 3; Xã 4 và 2 đơn vị khác" in found[0].message
