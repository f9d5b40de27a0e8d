from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.modules.catalogue.api import CatalogueError, process_for, process_plan
from motcua.modules.catalogue.data import StepLink
from motcua.modules.catalogue.models import Process, ProcessVersion
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.running import forget_processes, plan_of
from motcua.modules.catalogue.processes.tests.made import straight
from motcua.modules.catalogue.processes.usual import default_plan
from motcua.modules.catalogue.processes.validation import validate
from motcua.modules.catalogue.processes.writing import (
    Approval,
    approve_process,
    close_process,
    discard_process_draft,
    fingerprint,
    save_process_draft,
)

OCTOBER, NOVEMBER, DECEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _nothing_kept():
    forget_processes()
    process_plan.cache_clear()


def refused(operation, *args, **kwargs) -> str:
    def state():
        return (
            Event.objects.count(),
            list(ProcessVersion.objects.order_by("pk").values()),
            Process.objects.count(),
        )

    before = state()
    with pytest.raises((CatalogueError, NotPermitted)) as caught:
        operation(*args, **kwargs)
    assert state() == before
    return caught.value.code


def runs(plan):
    return fingerprint(plan)


def test_default_is_the_five_step_process_and_fits_its_limit(plan):
    assert [one.kind for one in plan.steps] == ["reception", "assign", "process", "sign", "return"]
    assert [one.quarters for one in plan.steps] == [1, 1, 16, 2, 0]
    assert plan.steps[0].place == "receiving"
    assert plan.after("4", "return")[0].key == "3"
    assert validate(plan, "05 ngày làm việc") == ()


@pytest.mark.parametrize(
    ("limit", "kinds", "quarters", "minutes"),
    [
        ("01 ngày làm việc", 4, [1, 2, 1, 0], [0, 0, 0, 0]),
        ("½ ngày làm việc", 4, [0, 2, 0, 0], [0, 0, 0, 0]),
        ("04 giờ làm việc", 4, [0, 0, 0, 0], [30, 180, 30, 0]),
        ("03 ngày làm việc", 5, [1, 1, 8, 2, 0], [0] * 5),
        ("15 ngày", 5, [1, 1, 36, 2, 0], [0] * 5),
        ("xem ghi chú", 5, [1, 1, 16, 2, 0], [0] * 5),
    ],
)
def test_default_follows_the_limit(plan, procedure, province, limit, kinds, quarters, minutes):
    from motcua.modules.catalogue.api import procedure_on
    from motcua.modules.catalogue.data import Channel, ChannelLimit

    info = procedure_on(province, procedure.code, OCTOBER)
    content = replace(info.content, channels=(Channel("direct", (ChannelLimit(limit),)),))
    made = default_plan(replace(info, content=content, at_province=False, at_commune=True))
    assert len(made.steps) == kinds
    assert [one.quarters for one in made.steps] == quarters
    assert [one.minutes for one in made.steps] == minutes


def test_draft_is_kept_and_read_back(editor, procedure, plan):
    version = save_process_draft(editor, procedure, plan)
    kept = plan_of(version)
    assert (kept.steps, kept.links, kept.name) == (plan.steps, plan.links, plan.name)
    assert version.limit_text == "05 ngày làm việc"
    assert version.approved_at is None
    assert process_for(procedure.province, procedure.code, OCTOBER) is None


def test_saving_again_replaces_the_draft(editor, procedure, plan):
    first = save_process_draft(editor, procedure, plan)
    seen = fingerprint(plan_of(first))
    shorter = replace(plan, steps=plan.steps[1:], links=plan.links[1:])
    again = save_process_draft(editor, procedure, shorter, seen=seen)
    assert again.pk == first.pk
    assert again.steps.count() == 4
    assert refused(save_process_draft, editor, procedure, plan, seen=seen) == "catalogue.process.overtaken"


def test_draft_refuses_what_tables_cannot_hold(editor, procedure, plan):
    doubled = replace(plan, steps=(*plan.steps, plan.steps[0]))
    assert refused(save_process_draft, editor, procedure, doubled) == "catalogue.process.shape"
    long = replace(plan, links=(StepLink("1", "2", "x" * 41),))
    assert refused(save_process_draft, editor, procedure, long) == "catalogue.process.shape"


def test_approved_version_runs_from_its_day_and_closes_the_one_before(
    editor, province, procedure, plan, approval
):
    first = approve_process(
        editor, save_process_draft(editor, procedure, plan), approval, OCTOBER, looked_at=True
    )
    assert process_for(province, procedure.code, dt.date(2026, 9, 30)) is None
    running = process_for(province, procedure.code, OCTOBER)
    assert (running.version_id, running.decision) == (first.pk, "200/QĐ-UBND")
    changed = replace(plan, name="Quy trình mới")
    second = approve_process(
        editor, save_process_draft(editor, procedure, changed), approval, NOVEMBER, looked_at=True
    )
    first.refresh_from_db()
    assert first.valid_to == NOVEMBER
    assert second.number == 2
    assert process_for(province, procedure.code, dt.date(2026, 10, 31)).version_id == first.pk
    assert process_for(province, procedure.code, NOVEMBER).name == "Quy trình mới"
    assert process_plan(first.pk) is process_plan(first.pk)


def test_events_tell_what_approval_changed(editor, procedure, plan, approval):
    version = save_process_draft(editor, procedure, plan)

    def snapshot():
        rows = ProcessVersion.objects.filter(approved_at__isnull=False)
        return {str(one.pk): [one.decision_number, one.valid_from, one.valid_to] for one in rows}

    def approve(state, event):
        payload = event.payload
        state[str(payload["version"])] = [payload["decision"], payload["valid_from"], None]
        return state

    with replays(snapshot, {events.PROCESS_APPROVED: approve}) as happened:
        approve_process(editor, version, approval, OCTOBER, looked_at=True, idempotency_key="k1")
    assert [one.type for one in happened] == [events.PROCESS_APPROVED]
    again = approve_process(editor, version, approval, OCTOBER, idempotency_key="k1")
    assert again.pk == version.pk


def test_approval_is_by_the_chairman_or_one_he_delegated(editor, procedure, plan, approval):
    version = save_process_draft(editor, procedure, plan)
    by_head = replace(approval, signer_title="Giám đốc Sở Nội vụ")
    assert refused(approve_process, editor, version, by_head, OCTOBER) == "catalogue.process.delegation"
    done = approve_process(
        editor, version, replace(by_head, delegation="303/QĐ-UBND"), OCTOBER, looked_at=True
    )
    assert done.delegation == "303/QĐ-UBND"
    assert Event.objects.get(type=events.PROCESS_APPROVED).payload["delegation"] == "303/QĐ-UBND"


def test_approval_refuses_problems_and_wants_warnings_seen(editor, procedure, plan, approval):
    slow = replace(plan, steps=(replace(plan.steps[0], quarters=9), *plan.steps[1:]))
    version = save_process_draft(editor, procedure, slow)
    assert refused(approve_process, editor, version, approval, OCTOBER) == "catalogue.process.problems"
    version = save_process_draft(editor, procedure, plan)
    assert refused(approve_process, editor, version, approval, OCTOBER) == "catalogue.process.warnings"


@pytest.mark.parametrize(
    "changes",
    [{"number": " "}, {"date": dt.date(2026, 10, 2)}, {"signer_title": ""}],
)
def test_approval_needs_a_whole_decision(editor, procedure, plan, approval, changes):
    version = save_process_draft(editor, procedure, plan)
    wrong = replace(approval, **changes)
    assert refused(approve_process, editor, version, wrong, OCTOBER) == "catalogue.process.decision"


def test_approval_keeps_the_order_of_days(editor, procedure, plan, approval):
    approve_process(editor, save_process_draft(editor, procedure, plan), approval, NOVEMBER, looked_at=True)
    draft = save_process_draft(editor, procedure, plan)
    code = refused(approve_process, editor, draft, approval, NOVEMBER, looked_at=True)
    assert code == "catalogue.process.order"


def test_approved_version_is_neither_approved_again_nor_discarded(editor, procedure, plan, approval):
    version = save_process_draft(editor, procedure, plan)
    approve_process(editor, version, approval, OCTOBER, looked_at=True)
    assert refused(approve_process, editor, version, approval, DECEMBER) == "catalogue.process.approved"
    assert refused(discard_process_draft, editor, version) == "catalogue.process.approved"


def test_closing_ends_the_process(editor, province, procedure, plan, approval):
    version = approve_process(
        editor, save_process_draft(editor, procedure, plan), approval, OCTOBER, looked_at=True
    )
    assert refused(close_process, editor, version, OCTOBER) == "catalogue.process.order"
    close_process(editor, version, NOVEMBER)
    assert process_for(province, procedure.code, NOVEMBER) is None
    assert refused(close_process, editor, version, DECEMBER) == "catalogue.process.closed"


def test_discarding_a_draft_leaves_nothing(editor, procedure, plan):
    discard_process_draft(editor, save_process_draft(editor, procedure, plan))
    assert not ProcessVersion.objects.exists()
    assert Event.objects.filter(type=events.PROCESS_DISCARDED).count() == 1


def test_only_who_may(drafter, editor, person, province, procedure, plan, approval):
    stranger = person("la", province, [])
    assert refused(save_process_draft, stranger, procedure, plan) == "permissions.refused"
    version = save_process_draft(drafter, procedure, plan)
    assert refused(approve_process, drafter, version, approval, OCTOBER) == "permissions.refused"
    assert refused(discard_process_draft, stranger, version) == "permissions.refused"
    assert refused(close_process, drafter, version, NOVEMBER) == "permissions.refused"


def test_repeated_save_with_one_key_does_nothing_twice(editor, procedure, plan):
    first = save_process_draft(editor, procedure, plan, idempotency_key="a")
    again = save_process_draft(editor, procedure, straight(2), idempotency_key="a")
    assert again.pk == first.pk
    assert fingerprint(plan_of(again)) == fingerprint(plan_of(first))


def test_text_is_squeezed_and_lines_kept(editor, procedure, plan):
    untidy = replace(plan.steps[0], name="  Tiếp   nhận ", work="một \r\n\r\n  hai")
    kept = plan_of(save_process_draft(editor, procedure, replace(plan, steps=(untidy, *plan.steps[1:]))))
    assert kept.steps[0].name == "Tiếp nhận"
    assert kept.steps[0].work == "một\nhai"


def test_approval_type_is_plain():
    assert Approval("1", OCTOBER, "Chủ tịch").delegation == ""
