"""Random operations by random people against a model of the machine: what the table allows is done, nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import VIETNAM, frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import Handover, ResultDraft
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.models import ClockEntry, Dossier, Task
from motcua.modules.dossiers.queries import clock_of
from motcua.modules.dossiers.states import ENDED, TABLE, Status

pytestmark = pytest.mark.django_db
COLUMNS = (
    "code", "status", "resume_status", "steps", "unit_code", "unit_path", "promised", "legal_due", "index_due",
    "paused_at", "paused_for", "supplements", "extensions", "ended_at", "returned_at", "received_at", "revision",
    "late_reason",
)  # fmt: skip
PEOPLE = ("desk", "officer", "second", "leader", "clerk", "other_desk", "dept_officer")
RESULT = ResultDraft("Giấy xác nhận")


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM) + dt.timedelta(hours=5 * number)


# What to try, and the row of the table it must obey.
ATTEMPTS: dict[str, tuple[str, Any]] = {
    "receive": ("receive", lambda v, uid: api.receive_dossier(v, uid)),
    "refuse": ("refuse", lambda v, uid: api.refuse_dossier(v, uid, "Không đủ điều kiện")),
    "supplement": ("request_supplement", lambda v, uid: api.request_supplement(v, uid, ["Giấy A"], "Thiếu")),
    "take": ("take_supplement", lambda v, uid: api.take_supplement(v, uid)),
    "forward": ("forward", lambda v, uid: api.forward_dossier(v, uid)),
    "claim": ("claim", lambda v, uid: api.claim_step(v, uid)),
    "submit": ("submit", lambda v, uid: api.submit_dossier(v, uid, RESULT)),
    "approve": ("approve", lambda v, uid: api.approve_dossier(v, uid)),
    "sign": ("sign", lambda v, uid: api.sign_dossier(v, uid)),
    "send-back": ("return_step", lambda v, uid: api.return_step(v, uid, "3", "Sửa lại")),
    "result": ("record_result", lambda v, uid: api.record_result(v, uid)),
    "return": ("return_result", lambda v, uid: api.return_result(v, uid, Handover())),
    "pay": ("pause_for_payment", lambda v, uid: api.pause_for_payment(v, uid)),
    "paid": ("resume_after_payment", lambda v, uid: api.resume_after_payment(v, uid)),
    "wait": ("wait_for_system", lambda v, uid: api.wait_for_system(v, uid, "CSDL hộ tịch")),
    "answered": ("resume_from_system", lambda v, uid: api.resume_from_system(v, uid)),
    "extend": ("extend", lambda v, uid: api.extend_dossier(v, uid, day(60).replace(hour=17), "Xác minh")),
    "withdraw": ("withdraw", lambda v, uid: api.withdraw_dossier(v, uid, "Không còn nhu cầu")),
    "stop": ("stop", lambda v, uid: api.stop_dossier(v, uid, "Theo đề nghị")),
    "ask": ("ask_reopening", lambda v, uid: api.ask_reopening(v, uid, "Sai tên")),
    "reopen": ("reopen", lambda v, uid: api.decide_reopening(v, uid, grant=True)),
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(ATTEMPTS)), st.sampled_from(PEOPLE)), min_size=4, max_size=14
)


def snapshot(uid: uuid.UUID) -> dict[str, Any]:
    dossier = Dossier.objects.filter(uid=uid).values(*COLUMNS)[0]
    tasks = Task.objects.filter(dossier__uid=uid).order_by("pk")
    dossier["tasks"] = [
        [task.key, task.unit_path, task.assignee_id, task.state, task.due_at, task.closed_at]
        for task in tasks
    ]
    dossier["clock"] = [
        [one.leg, one.kind, one.at] for one in ClockEntry.objects.filter(dossier__uid=uid).order_by("pk")
    ]
    return dossier


def apply(state: dict[str, Any], event: Event) -> dict[str, Any]:
    told = event.payload
    state |= {name: value for name, value in told["set"].items() if name in COLUMNS}
    for task in told.get("tasks", ()):
        if task.get("new"):
            state["tasks"].append([task["key"], task["unit_path"], task["assignee_id"], task["state"], task["due_at"], task["closed_at"]])  # fmt: skip
            continue
        for known in state["tasks"]:
            if known[0] == task["key"] and known[5] is None:
                changed = task["set"]
                known[2] = changed.get("assignee_id", known[2])
                known[3] = changed.get("state", known[3])
                known[4] = changed.get("due_at", known[4])
                known[5] = changed.get("closed_at", known[5])
                break
    state["clock"] += [[one["leg"], one["kind"], one["at"]] for one in told.get("clock", ())]
    return state


APPLY = dict.fromkeys(CODES.values(), apply)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_sequence_obeys_the_table_and_its_events_tell_it(world, steps):
    with transaction.atomic():
        _walk(world, steps)
        transaction.set_rollback(True)


def _walk(world: Any, steps: list[tuple[str, str]]) -> None:
    with frozen(day(0)):
        uid = api.register_dossier(world.viewers["desk"], world.province, world.filing()).uid
    for number, (attempt, person) in enumerate([("receive", "desk"), *steps], start=1):
        operation, do = ATTEMPTS[attempt]
        before = Status(Dossier.objects.get(uid=uid).status)
        try:
            with frozen(day(number)), replays(lambda: snapshot(uid), APPLY):
                do(world.viewers[person], uid)
        except (api.DossierRefused, NotPermitted):
            continue
        move = TABLE[operation]
        after = Dossier.objects.get(uid=uid)
        assert before in move.sources, f"{operation} was done from {before!r}"
        _holds(after)


def _holds(dossier: Dossier) -> None:
    """What must hold of every dossier at rest."""
    open_tasks = list(Task.objects.filter(dossier=dossier, closed_at=None))
    status = Status(dossier.status)
    assert (dossier.ended_at is not None) == (status in ENDED)
    if status == Status.DONE:
        assert [task.kind for task in open_tasks] == ["return"]
    elif status in ENDED or status == Status.REGISTERED or dossier.received_at is None:
        assert open_tasks == []
    else:
        assert open_tasks, "a dossier being handled has a step open"
    clock = clock_of(dossier)
    assert (clock.promised, clock.legal_due, clock.index_due) == (
        dossier.promised, dossier.legal_due, dossier.index_due,
    )  # fmt: skip
    assert (clock.paused_for, clock.paused_at) == (dossier.paused_for, dossier.paused_at)
    assert Event.objects.filter(subject=f"dossier:{dossier.uid}").count() == dossier.revision
