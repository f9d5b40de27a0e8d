"""The whole way of a dossier, and what each step leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import VIETNAM, frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import HandedPaper, Handover, ResultDraft
from motcua.modules.dossiers.models import Approval, ClockEntry, Dossier, DossierResult, Slip, Task
from motcua.modules.dossiers.queries import clock_of
from motcua.modules.dossiers.states import Status

pytestmark = pytest.mark.django_db

RESULT = ResultDraft("Giấy xác nhận", summary="Đồng ý")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_from_the_counter_to_the_result(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        done = api.file_dossier(v["desk"], world.province, world.filing())
    assert done.code == f"{world.ward.code}-260302-0001"
    assert (done.status, done.revision) == (Status.RECEIVED, 1)
    assert done.promised == at("2026-03-05T17:00")
    uid = done.uid
    with frozen("2026-03-02T09:00"):
        api.forward_dossier(v["desk"], uid)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid, assignee=v["officer"].user_id)
    task = Task.objects.get(dossier__uid=uid, closed_at=None)
    assert (task.key, task.assignee_id) == ("3", v["officer"].user_id)
    # one and a half days of 7,5 hours from 10:00
    assert task.due_at == at("2026-03-03T15:45")
    with frozen("2026-03-03T10:00"):
        api.submit_dossier(v["officer"], uid, RESULT)
    with frozen("2026-03-03T14:00"):
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        done = api.record_result(v["clerk"], uid)
    assert done.status == Status.DONE
    with frozen("2026-03-04T09:00"):
        done = api.return_result(v["desk"], uid, Handover("counter", "Nguyễn Thị Mẫu Đào"))
    assert done.status == Status.RETURNED
    dossier = Dossier.objects.get(uid=uid)
    assert dossier.ended_at == at("2026-03-03T14:00")
    assert [a.kind for a in Approval.objects.order_by("pk")] == ["approve", "sign"]
    assert DossierResult.objects.get(dossier=dossier).document_number == "01/2026"
    assert not Task.objects.filter(dossier=dossier, closed_at=None).exists()
    assert Slip.objects.get(dossier=dossier).kind == "01"
    assert dossier.revision == done.revision == 8
    told = list(Event.objects.filter(subject=f"dossier:{uid}").values_list("type", flat=True).order_by("pk"))
    assert [one.rpartition(":")[2] for one in told] == [
        "received", "forwarded", "forwarded", "submitted", "approved", "signed", "result-recorded", "returned",
    ]  # fmt: skip


def test_cached_dates_are_what_the_entries_fold_to(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
    with frozen("2026-03-02T16:00"):
        api.request_supplement(v["desk"], uid, ["Giấy chứng sinh bản chính"], "Thiếu bản chính")
    with frozen("2026-03-06T09:00"):
        done = api.take_supplement(v["desk"], uid, [HandedPaper("Giấy chứng sinh")])
    dossier = Dossier.objects.get(uid=uid)
    # asked on the day of receipt: the limit starts anew from 06/3, three working days
    assert done.promised == dossier.legal_due == at("2026-03-11T17:00")
    # index: 05/3 17:00 moved by the working time waited: 1 h on 02/3, three whole days, 1 h 30 on 06/3
    assert dossier.index_due == at("2026-03-11T10:00")
    clock = clock_of(dossier)
    assert (clock.promised, clock.legal_due, clock.index_due) == (
        dossier.promised, dossier.legal_due, dossier.index_due,
    )  # fmt: skip
    assert ClockEntry.objects.filter(dossier=dossier).count() == 3
    assert [slip.kind for slip in Slip.objects.order_by("pk")] == ["01", "02", "01"]


def test_a_stranger_finds_nothing_and_changes_nothing(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    before = Event.objects.count()
    for stranger in ("other_desk", "dept_officer"):
        with pytest.raises(NotPermitted):
            api.forward_dossier(v[stranger], uid)
        with pytest.raises(NotPermitted):
            api.withdraw_dossier(v[stranger], uid, "x")
    assert Event.objects.count() == before
    assert Dossier.objects.get(uid=uid).revision == 1


def test_what_is_not_in_the_table_is_refused_with_its_reason(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    with pytest.raises(api.DossierRefused) as refused:
        api.return_result(v["desk"], uid)
    assert refused.value.code == "dossiers.state"
    assert "Đã xử lý xong" in refused.value.message


def test_a_repeated_request_does_nothing_twice(world):
    v = world.viewers
    first = api.file_dossier(v["desk"], world.province, world.filing(), idempotency_key="k1")
    again = api.file_dossier(v["desk"], world.province, world.filing(), idempotency_key="k1")
    assert again.repeated and again.uid == first.uid and again.code == first.code
    assert Dossier.objects.count() == 1
    api.forward_dossier(v["desk"], first.uid, idempotency_key="k2")
    repeated = api.forward_dossier(v["desk"], first.uid, idempotency_key="k2")
    assert repeated.repeated
    assert Task.objects.filter(dossier__uid=first.uid).count() == 2


def test_serial_numbers_run_without_gaps(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        codes = [api.file_dossier(v["desk"], world.province, world.filing()).code for _ in range(3)]
    assert codes == [f"{world.ward.code}-260302-000{n}" for n in (1, 2, 3)]


def test_joint_legs_run_side_by_side_each_with_its_clock(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing("1.000003"), hand_over=True).uid
        api.submit_dossier(v["officer"], uid, RESULT)
    dossier = Dossier.objects.get(uid=uid)
    legs = {leg.key: leg for leg in dossier.legs.all()}
    assert legs["3a"].due_at == at("2026-03-04T17:00")
    assert legs["3b"].due_at == at("2026-03-03T17:00")
    with frozen("2026-03-03T09:00"):
        api.forward_dossier(v["dept_officer"], uid, step="3a")
    assert Task.objects.filter(dossier=dossier, key="4").count() == 0
    with frozen("2026-03-04T09:00"):
        api.forward_dossier(v["dept2_officer"], uid, step="3b")
    assert Task.objects.get(dossier=dossier, key="4").closed_at is None
    legs = {leg.key: leg for leg in dossier.legs.all()}
    assert legs["3a"].ended_at <= legs["3a"].due_at and legs["3b"].ended_at > legs["3b"].due_at
    with frozen("2026-03-04T10:00"):
        done = api.sign_dossier(v["leader"], uid)
    assert done.status == Status.DONE
