from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.worktime import parse_limit
from motcua.modules.catalogue.api import process_for
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import KeyProject
from motcua.modules.catalogue.processes.coverage import coverage, missing_by, without_process
from motcua.modules.catalogue.processes.graph import critical_path, kernel_day, limit_minutes
from motcua.modules.catalogue.processes.lanes import derived, limit_in_hours
from motcua.modules.catalogue.processes.projects import derive_lane, end_key_project, register_key_project
from motcua.modules.catalogue.processes.running import forget_processes, key_project, plan_of
from motcua.modules.catalogue.processes.tests.made import graphs, step, straight
from motcua.modules.catalogue.processes.tests.made import plan as made
from motcua.modules.catalogue.processes.validation import refusing, validate
from motcua.modules.catalogue.processes.writing import approve_process, save_process_draft

OCTOBER = dt.date(2026, 10, 1)


def test_sixty_percent_keeps_whole_quarters_and_turns_the_rest_to_minutes():
    fast, limit = derived(straight(4, 10, 5), "green-60", "05 ngày làm việc")
    assert [(one.quarters, one.minutes) for one in fast.steps] == [(0, 67), (2, 45), (6, 0), (3, 0), (0, 0)]
    assert (limit, fast.variant) == ("3 ngày làm việc", "green-60")
    assert validate(fast, limit) == ()


def test_24_working_hours_and_the_same_day():
    slow = straight(40, 30, 9)
    for variant, most, limit in (
        ("green-24h", 1440, "24 giờ làm việc"),
        ("same-day", 450, "1 ngày làm việc"),
    ):
        fast, said = derived(slow, variant, "20 ngày làm việc")
        assert said == limit
        assert most - 5 <= critical_path(fast).minutes <= most
        assert all(one.minutes > 0 for one in fast.steps[:-1])
        assert validate(fast, said) == ()


def test_short_process_stays_as_it_is_and_keeps_its_own_limit():
    fast, limit = derived(straight(2), "green-24h", "01 ngày làm việc")
    assert fast.steps == straight(2).steps
    assert limit == "1 ngày làm việc"


def test_legs_are_shortened_by_their_own_limit():
    leg = step("2", 2, "joint", leg_limit="10 ngày làm việc")
    process = made(
        [step("1", 1, "reception", quarters=1), leg, step("3", 3, "return", quarters=0)], "1>2 2>3"
    )
    assert derived(process, "green-60")[0].step("2").leg_limit == "6 ngày làm việc"
    fast, _limit = derived(process, "same-day")
    assert limit_minutes(fast.step("2").leg_limit, 450) <= 450


@settings(max_examples=200, deadline=None)
@given(graphs(), st.sampled_from(("green-60", "green-24h", "same-day")))
def test_a_lane_never_takes_longer_than_it_may(process, variant):
    before = critical_path(process).minutes
    after = critical_path(derived(process, variant)[0]).minutes
    most = {"green-60": before * Fraction(3, 5), "green-24h": 1440, "same-day": kernel_day()}[variant]
    assert after <= max(most, 0) or before <= most
    assert after <= before


@settings(max_examples=200, deadline=None)
@given(st.integers(3, 10**6))
def test_limits_in_hours_can_be_read_and_never_grow(minutes):
    text = limit_in_hours(Fraction(minutes))
    assert 0 < limit_minutes(text, kernel_day()) <= minutes
    assert parse_limit(text).amount > 0


def test_unknown_lane_and_cycles_are_refused():
    with pytest.raises(CatalogueError) as caught:
        derived(straight(2), "blue")
    assert caught.value.code == "catalogue.lane.unknown"
    with pytest.raises(CatalogueError) as caught:
        derived(made([step("1"), step("2")], "1>2 2>1"), "green-60")
    assert caught.value.code == "catalogue.lane.cycle"


@pytest.fixture
def approved(editor, procedure, plan, approval):
    forget_processes()
    return approve_process(
        editor, save_process_draft(editor, procedure, plan), approval, OCTOBER, looked_at=True
    )


def test_lane_is_derived_from_the_approved_process_and_approved_on_its_own(
    editor, province, procedure, approved, approval
):
    draft = derive_lane(editor, approved, "green-60")
    assert draft.limit_text == "3 ngày làm việc"
    assert refusing(validate(plan_of(draft), draft.limit_text)) == []
    assert process_for(province, procedure.code, OCTOBER, variant="green-60") is None
    approve_process(editor, draft, approval, OCTOBER, looked_at=True)
    assert process_for(province, procedure.code, OCTOBER, variant="green-60").variant == "green-60"
    assert process_for(province, procedure.code, OCTOBER).version_id == approved.pk


def test_lane_needs_an_approved_ordinary_process(editor, procedure, plan, drafter, person, province):
    draft = save_process_draft(editor, procedure, plan)
    with pytest.raises(CatalogueError) as caught:
        derive_lane(editor, draft, "green-60")
    assert caught.value.code == "catalogue.lane.unapproved"
    with pytest.raises(NotPermitted):
        derive_lane(person("la", province, []), draft, "green-60")


def test_key_project_holds_from_its_day_to_its_end(editor, province):
    added = register_key_project(
        editor, province, "DA-01", "Dự án thử", "green-24h", "12/QĐ-UBND", OCTOBER, idempotency_key="x"
    )
    again = register_key_project(
        editor, province, "DA-01", "Dự án thử", "green-24h", "12/QĐ-UBND", OCTOBER, idempotency_key="x"
    )
    assert again.pk == added.pk
    assert key_project(province, "DA-01", OCTOBER).lane == "green-24h"
    end_key_project(editor, added, dt.date(2026, 12, 1))
    assert key_project(province, "DA-01", dt.date(2026, 12, 1)) is None
    assert key_project(province, "DA-01", dt.date(2026, 11, 30)) == added


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": " "}, "project.incomplete"),
        ({"basis": ""}, "project.incomplete"),
        ({"lane": "same-day"}, "project.lane"),
        ({"code": "DA-00"}, "project.taken"),
    ],
)
def test_key_project_refusals_change_nothing(editor, province, changes, code):
    said = {"code": "DA-00", "name": "Dự án", "lane": "green-60", "basis": "1/QĐ", "valid_from": OCTOBER}
    register_key_project(editor, province, **said)
    before = (Event.objects.count(), list(KeyProject.objects.values()))
    with pytest.raises(CatalogueError) as caught:
        register_key_project(editor, province, **(said | {"code": "DA-02"} | changes))
    assert caught.value.code == f"catalogue.{code}"
    assert (Event.objects.count(), list(KeyProject.objects.values())) == before


def test_ending_a_project_twice_or_before_it_began(editor, drafter, province):
    project = register_key_project(editor, province, "D", "Dự án", "green-60", "1/QĐ", OCTOBER)
    with pytest.raises(CatalogueError) as caught:
        end_key_project(editor, project, OCTOBER)
    assert caught.value.code == "catalogue.project.day"
    with pytest.raises(NotPermitted):
        end_key_project(drafter, project, dt.date(2026, 12, 1))
    end_key_project(editor, project, dt.date(2026, 12, 1))
    with pytest.raises(CatalogueError) as caught:
        end_key_project(editor, project, dt.date(2026, 12, 2))
    assert caught.value.code == "catalogue.project.ended"


def test_coverage_counts_what_is_in_force_with_a_process(province, procedure, approved, editor):
    assert (coverage(province, OCTOBER).all, coverage(province, OCTOBER).configured) == (1, 1)
    earlier = dt.date(2026, 9, 20)
    assert (coverage(province, earlier).configured, coverage(province, earlier).missing) == (0, 1)
    rows = list(without_process(province, earlier, level="province", field="thu", department="Sở Nội vụ"))
    assert [one.procedure_id for one in rows] == [procedure.pk]
    assert missing_by(rows).departments == [("Sở Nội vụ", 1)]
    assert missing_by(rows).fields == [("thu", "Lĩnh vực thử", 1)]
    assert not without_process(province, earlier, level="commune").exists()
    assert not without_process(province, earlier, department="Sở Khác").exists()
