"""Electronic results: signed or none, one that stands, in the holder's store, replaced and withdrawn with a reason."""

from __future__ import annotations

import pytest
from record_signing import signed_pdf
from record_world import APPLY, DAY, at, file_of, filed, resolved, returned, snapshot

from motcua.engine.events.api import Event, seal_all
from motcua.engine.events.testing import replays
from motcua.engine.files.api import store
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.records import api
from motcua.modules.records.data import Consent, ResultFile
from motcua.modules.records.following import follow_dossiers
from motcua.modules.records.models import Cursor, Digitisation, ElectronicResult, Paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(world):
    """A dossier done, whose result is a signed file of the officer's."""
    uid = filed(world)
    resolved(world, uid, file_id=file_of(world, world.viewers["officer"], signed=True))
    return uid


def follow() -> int:
    """A few beats: each deals with a bounded number of events."""
    seal_all()
    counted = 0
    while told := follow_dossiers():
        counted += told
    return counted


def test_a_signed_result_is_issued_with_who_signed_it(world, signed):
    clerk, leader = world.viewers["clerk"], world.viewers["leader"]
    with frozen("2026-03-03T11:00"), replays(snapshot, APPLY):
        done = api.issue_result(clerk, signed)
    row = ElectronicResult.objects.get(uid=done.uid)
    assert (row.number, row.issued_on, row.signature) == ("01/2026", at("2026-03-03").date(), "intact")
    assert (row.signed_by_id, row.signed_unit, row.signed_at) == (
        leader.user_id, world.ward.code, at("2026-03-03T10:00"),
    )  # fmt: skip
    assert (row.unit_code, row.delivered_at, row.paper) == (world.ward.code, None, None)
    with pytest.raises(api.RecordsRefused) as refused:
        api.issue_result(clerk, signed)
    assert refused.value.code == "records.state"


def test_a_result_that_is_not_signed_or_not_recorded_is_none(world):
    v = world.viewers
    uid = filed(world)
    with pytest.raises(api.RecordsRefused) as refused:
        api.issue_result(v["clerk"], uid)
    assert refused.value.code == "records.result.not-done"
    resolved(world, uid)
    with pytest.raises(api.RecordsRefused) as refused:
        api.issue_result(v["clerk"], uid)
    assert refused.value.code == "records.result.unsigned"
    plain = file_of(world, v["clerk"])
    changed = store(signed_pdf() + b"\n%%EOF\n", name="a.pdf", province=world.province, viewer=v["clerk"]).pk
    for file, code in ((plain, "result.unsigned"), (changed, "result.altered")):
        with pytest.raises(api.RecordsRefused) as refused:
            api.issue_result(v["clerk"], uid, ResultFile(file))
        assert refused.value.code == f"records.{code}"
    with pytest.raises(api.RecordsRefused) as refused:
        api.issue_result(v["clerk"], uid, ResultFile(file_of(world, v["officer"], signed=True)))
    assert refused.value.code == "records.file.not-yours"
    assert not ElectronicResult.objects.exists()
    own = file_of(world, v["clerk"], signed=True)
    with replays(snapshot, APPLY):
        api.issue_result(v["clerk"], uid, ResultFile(own, name="Giấy xác nhận (bản điện tử)"))
    assert ElectronicResult.objects.get().file_id == own


def test_delivered_it_is_a_paper_of_its_holder(world, signed):
    v = world.viewers
    with pytest.raises(api.RecordsRefused):
        api.deliver_result(v["desk"], signed)
    api.issue_result(v["clerk"], signed)
    with frozen("2026-03-04T09:00"), replays(snapshot, APPLY):
        api.deliver_result(v["desk"], signed)
    row = ElectronicResult.objects.get()
    assert row.delivered_at == at("2026-03-04T09:00")
    assert (row.paper.source, row.paper.number, row.paper.holder.uid) == (
        "issued",
        "01/2026",
        world.applicant.uid,
    )
    assert row.paper.issued_by == world.ward.name and row.paper.digest == row.digest
    again = api.deliver_result(v["desk"], signed)
    assert again.repeated and Paper.objects.count() == 1
    with pytest.raises(api.RecordsRefused) as refused:
        api.withdraw_paper(v["leader"], row.paper.uid, "x")
    assert refused.value.code == "records.paper.of-result"
    uid = filed(world)
    with frozen("2026-03-04T10:00"):
        used = api.reuse_paper(v["desk"], uid, 2, row.paper.uid, Consent("account", DAY))
    assert used.state == "used"


def test_replaced_in_the_store_too(world, signed):
    v = world.viewers
    api.issue_result(v["clerk"], signed)
    api.deliver_result(v["desk"], signed)
    same = ElectronicResult.objects.get()
    with pytest.raises(api.RecordsRefused) as refused:
        api.replace_result(v["clerk"], signed, None, "Sai họ tên")
    assert refused.value.code == "records.result.same"
    new = file_of(world, v["clerk"], signed=True)
    with replays(snapshot, APPLY):
        done = api.replace_result(v["clerk"], signed, ResultFile(new, number="02/2026"), "Sai họ tên")
    former, row = ElectronicResult.objects.order_by("pk")
    assert (former.uid, former.state, former.successor_id, former.ended_reason) == (
        same.uid, "replaced", row.pk, "Sai họ tên",
    )  # fmt: skip
    assert (row.uid, row.state, row.number, row.file_id) == (done.uid, "issued", "02/2026", new)
    assert [(paper.state, paper.number) for paper in Paper.objects.order_by("pk")] == [
        ("replaced", "01/2026"), ("valid", "02/2026"),
    ]  # fmt: skip
    assert "họ tên" not in str(Event.objects.get(type="records:result:replaced").payload)
    assert list(api.results_of(v["desk"], signed)) == [row, former]


def test_withdrawn_with_a_reason_and_issued_anew(world, signed):
    v = world.viewers
    api.issue_result(v["clerk"], signed)
    api.deliver_result(v["desk"], signed)
    with pytest.raises(api.RecordsRefused) as refused:
        api.withdraw_result(v["clerk"], signed, "  ")
    assert refused.value.code == "records.result.reason"
    with replays(snapshot, APPLY):
        api.withdraw_result(v["clerk"], signed, "Cấp không đúng thẩm quyền")
    assert ElectronicResult.objects.get().state == "withdrawn"
    assert Paper.objects.get().state == "withdrawn"
    for attempt in (
        lambda: api.withdraw_result(v["clerk"], signed, "x"),
        lambda: api.replace_result(v["clerk"], signed, None, "x"),
        lambda: api.deliver_result(v["desk"], signed),
    ):
        with pytest.raises(api.RecordsRefused) as refused:
            attempt()
        assert refused.value.code == "records.state"
    with replays(snapshot, APPLY):
        api.issue_result(v["clerk"], signed)
    assert ElectronicResult.objects.filter(state="issued").count() == 1


def test_the_same_key_issues_once(world, signed):
    clerk = world.viewers["clerk"]
    first = api.issue_result(clerk, signed, idempotency_key="k")
    assert api.issue_result(clerk, signed, idempotency_key="k").uid == first.uid
    assert ElectronicResult.objects.count() == 1


# -- following dossiers -----------------------------------------------------------------------------


def test_a_signed_result_recorded_and_returned_is_followed(world, signed):
    with replays(snapshot, APPLY):
        follow()
    row = ElectronicResult.objects.get()
    assert (row.state, row.delivered_at, row.number) == ("issued", None, "01/2026")
    returned(world, signed)
    with replays(snapshot, APPLY):
        follow()
    row.refresh_from_db()
    assert row.delivered_at is not None and row.paper.holder.uid == world.applicant.uid
    told = Event.objects.filter(type__startswith="records:").order_by("pk")
    assert [(one.type, one.actor_id) for one in told] == [
        ("records:result:issued", None), ("records:result:delivered", None),
    ]  # fmt: skip


def test_each_event_is_followed_once(world, signed):
    assert follow() > 0
    api.withdraw_result(world.viewers["clerk"], signed, "Cấp sai")
    assert follow() > 0  # what it told itself
    before = snapshot()
    assert follow() == 0
    Cursor.objects.update(position=0)  # as after a restore of this table alone
    assert follow() > 0
    assert snapshot() == before


def test_unsigned_results_are_passed_over_and_hold_nobody_up(world, signed):
    uid = filed(world)
    resolved(world, uid)
    returned(world, uid)
    follow()
    assert [row.dossier_uid for row in ElectronicResult.objects.all()] == [signed]


def test_a_result_recorded_anew_after_reopening_replaces_the_former(world, signed):
    from dossier_world import officer

    v = world.viewers
    returned(world, signed)
    follow()
    second = officer(world.province, "second_leader", "unit-leader", world.ward)
    with frozen("2026-03-05T09:00"):
        dossiers.ask_reopening(v["leader"], signed, "Sai họ tên")
        dossiers.decide_reopening(second, signed, grant=True)
        new = file_of(world, v["clerk"], signed=True)
        dossiers.record_result(v["clerk"], signed, result=dossiers.ResultDraft("Giấy xác nhận", file_id=new))
    with replays(snapshot, APPLY):
        follow()
    former, row = ElectronicResult.objects.order_by("pk")
    assert (former.state, row.state, row.file_id) == ("replaced", "issued", new)
    assert row.delivered_at is not None  # its holder had the former one


def test_the_list_of_the_province_says_what_need_not_be_scanned(world):
    from motcua.reference.people.api import Installer

    v = world.viewers
    with pytest.raises(NotPermitted):
        api.require_digitisation(v["leader"], world.province, basis="x", valid_from=DAY, paper_code="G1")
    with pytest.raises(api.RecordsRefused) as refused:
        api.require_digitisation(Installer(), world.province, basis="QĐ 01", valid_from=DAY)
    assert refused.value.code == "records.list.what"
    line = api.require_digitisation(
        Installer(), world.province, basis="QĐ 01/QĐ-UBND", valid_from=DAY, paper_code="G1"
    )
    again = api.require_digitisation(
        Installer(), world.province, basis="QĐ 01/QĐ-UBND", valid_from=DAY, paper_code="G1"
    )
    assert line.pk == again.pk and Event.objects.filter(type="records:list:extended").count() == 1
    papers = (HandedPaper("Tờ khai", code="G2"), HandedPaper("Giấy chứng sinh", code="G1"))
    uid = filed(world, papers=papers)
    with replays(snapshot, APPLY):
        follow()
    states = api.papers_of(v["desk"], uid)
    assert [(one.state, one.required) for one in states] == [("exempt", False), ("due", True)]
    assert Digitisation.objects.get().ground == "not-listed"
    with pytest.raises(api.RecordsRefused):
        api.end_requirement(Installer(), line, DAY)
    api.end_requirement(Installer(), line, DAY.replace(day=3))
    with frozen("2026-03-03T08:15"):
        filing = world.filing(papers=papers)
        later = dossiers.file_dossier(v["desk"], world.province, filing).uid
    follow()
    assert [one.state for one in api.papers_of(v["desk"], later)] == ["due", "due"]
