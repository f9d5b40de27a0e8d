"""The holder's store: what comes in, what is used again, by whom, with whose consent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from dossier_world import officer
from record_world import APPLY, DAY, file_of, filed, snapshot

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.files.models import Blob, StoredFile
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.dossiers.models import Component
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ScannedPaper
from motcua.modules.records.models import Paper, Reuse
from motcua.modules.records.queries import people_needed
from motcua.reference.applicants.api import Applicant, ApplicantDraft, merge_applicants, register_applicant
from motcua.reference.people.api import Installer, UnitRef

pytestmark = pytest.mark.django_db
GOOD = Checks(legible=True, complete=True)
AGREED = Consent("account", DAY)
BIRTH = PaperDraft(
    "Giấy khai sinh", "KQ.G01.000001", "015/2026", "UBND phường Mẫu", dt.date(2026, 1, 5), dt.date(2027, 1, 5), component=1
)  # fmt: skip


@pytest.fixture(autouse=True)
def morning():
    with frozen("2026-03-02T10:00"):
        yield


def kept(world, draft=BIRTH, text=""):
    """A paper of a first dossier in the store."""
    desk = world.viewers["desk"]
    uid = filed(world)
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk, text=text), checks=GOOD)])
    return Paper.objects.get(uid=api.keep_paper(desk, uid, draft).uid)


def test_a_digitised_paper_comes_into_the_store_once(world):
    desk = world.viewers["desk"]
    uid = filed(world)
    with pytest.raises(api.RecordsRefused) as refused:
        api.keep_paper(desk, uid, BIRTH)
    assert refused.value.code == "records.keep.unchecked"
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk, text="như nhau"), checks=GOOD)])
    with replays(snapshot, APPLY):
        done = api.keep_paper(desk, uid, BIRTH)
    paper = Paper.objects.get(uid=done.uid)
    assert (paper.holder.uid, paper.source, paper.number, paper.scope) == (
        world.applicant.uid, "scanned", "015/2026", "consent",
    )  # fmt: skip
    again = kept(world, text="như nhau")
    assert again.pk == paper.pk and Paper.objects.count() == 1


def test_its_number_is_sealed_and_out_of_the_log(world):
    paper = kept(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, number_blind FROM records_paper")
        sealed, blinded = cursor.fetchone()
    assert b"015/2026" not in bytes(sealed) and len(bytes(blinded)) == 32
    told = Event.objects.get(type="records:paper:kept")
    assert "015/2026" not in str(told.payload) and "Giấy khai sinh" not in str(told.payload)
    assert paper.number == "015/2026"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "keep.name"),
        ({"scope": "ai-cũng-được"}, "keep.scope"),
        ({"issued_on": dt.date(2026, 3, 3)}, "keep.dates"),
        ({"valid_until": dt.date(2026, 1, 4)}, "keep.dates"),
        ({"component": None}, "keep.register"),
        ({"component": 7}, "component"),
    ],
)
def test_a_draft_that_says_too_little_is_refused(world, change, code):
    import dataclasses

    uid = filed(world)
    with pytest.raises(api.RecordsRefused) as refused:
        api.keep_paper(world.viewers["desk"], uid, dataclasses.replace(BIRTH, **change))
    assert refused.value.code == f"records.{code}"
    assert not Paper.objects.exists()


def test_data_of_a_register_and_a_paper_sent_online_come_in_too(world):
    desk = world.viewers["desk"]
    uid = filed(world, channel=2, papers=(HandedPaper("Tờ khai", file_id=file_of(world, desk)),))
    with replays(snapshot, APPLY):
        online = api.keep_paper(desk, uid, PaperDraft("Tờ khai", component=1))
        data = api.keep_paper(
            desk, uid, PaperDraft("Thông tin cư trú", register_code="population", reference="027000000017")
        )
    assert Paper.objects.get(uid=online.uid).source == "online"
    row = Paper.objects.get(uid=data.uid)
    assert (row.source, row.file_id, row.digest, row.reference) == ("register", None, "", "027000000017")


def test_a_kept_paper_stands_in_the_place_of_one_asked_for(world):
    desk = world.viewers["desk"]
    paper = kept(world)
    uid = filed(world)
    with replays(snapshot, APPLY):
        done = api.reuse_paper(desk, uid, 2, paper.uid, AGREED)
    row = Reuse.objects.get(uid=done.uid)
    assert (row.number, row.paper_id, row.consent, row.used_by_id) == (2, paper.pk, "account", desk.user_id)
    attached = StoredFile.objects.get(pk=Component.objects.get(dossier__uid=uid, number=2).file_id)
    assert (attached.digest, attached.owner_id) == (paper.digest, desk.user_id)
    assert Blob.objects.filter(digest=paper.digest).count() == 1
    second = api.papers_of(desk, uid)[1]
    assert second.digitised and second.reuse == row
    assert 2 not in [one.number for one in api.not_digitised(desk, world.province) if one.dossier.uid == uid]
    for attempt in (
        lambda: api.reuse_paper(desk, uid, 2, paper.uid, AGREED),
        lambda: api.scan_papers(desk, uid, [ScannedPaper(2, file_of(world, desk))]),
    ):
        with pytest.raises(api.RecordsRefused) as refused:
            attempt()
        assert refused.value.code in ("records.reuse.already", "records.scan.reused")


def test_a_reuse_is_taken_back_and_the_paper_asked_for_again(world):
    desk = world.viewers["desk"]
    paper = kept(world)
    uid = filed(world)
    api.reuse_paper(desk, uid, 2, paper.uid, AGREED)
    with replays(snapshot, APPLY):
        api.take_back_reuse(desk, uid, 2, "Nhầm giấy tờ")
    row = Reuse.objects.get()
    assert (row.state, row.ended_reason) == ("taken-back", "Nhầm giấy tờ")
    assert "Nhầm" not in str(Event.objects.get(type="records:reuse:taken-back").payload)
    assert not api.papers_of(desk, uid)[1].digitised
    with pytest.raises(api.RecordsRefused) as refused:
        api.take_back_reuse(desk, uid, 2, "Nhầm giấy tờ")
    assert refused.value.code == "records.reuse.none"
    api.reuse_paper(desk, uid, 2, paper.uid, AGREED)
    assert Reuse.objects.filter(state="used").count() == 1


def test_a_paper_is_good_through_its_last_day(world):
    desk = world.viewers["desk"]
    paper = kept(world)
    uid = filed(world)
    with frozen("2027-01-06T08:00"), pytest.raises(api.RecordsRefused) as refused:
        api.reuse_paper(desk, uid, 2, paper.uid, AGREED)
    assert refused.value.code == "records.reuse.expired" and "05/01/2027" in refused.value.message
    assert not Reuse.objects.exists()
    with frozen("2027-01-05T17:00"):
        api.reuse_paper(desk, uid, 2, paper.uid, AGREED)


def test_a_withdrawn_paper_is_used_no_more_and_stays_where_it_was(world):
    v = world.viewers
    paper = kept(world)
    before = filed(world)
    api.reuse_paper(v["desk"], before, 2, paper.uid, AGREED)
    with replays(snapshot, APPLY):
        api.withdraw_paper(v["leader"], paper.uid, "Cấp sai")
    assert Reuse.objects.get().state == "used"
    uid = filed(world)
    with pytest.raises(api.RecordsRefused) as refused:
        api.reuse_paper(v["desk"], uid, 2, paper.uid, AGREED)
    assert refused.value.code == "records.reuse.withdrawn"
    with pytest.raises(api.RecordsRefused) as refused:
        api.withdraw_paper(v["leader"], paper.uid, "Cấp sai")
    assert refused.value.code == "records.paper.ended"
    assert not api.usable(api.store_of(v["desk"], uid)).exists()
    # the same content may come in anew: the one that ended stands no longer
    assert kept(world).state == "valid"


@pytest.mark.parametrize(
    ("scope", "consent", "code"),
    [
        ("consent", Consent("law", DAY), "consent"),
        ("consent", Consent("account", dt.date(2026, 3, 3)), "consent-later"),
        ("consent", Consent("miệng", DAY), "consent"),  # type: ignore[arg-type]
        ("nobody", AGREED, "nobody"),
        ("consent", Consent("form", DAY), ""),
        ("shared", Consent("law", DAY), ""),
        ("unit", AGREED, ""),
    ],
)
def test_consent_and_scope(world, scope, consent, code):
    v = world.viewers
    paper = kept(world)
    with replays(snapshot, APPLY):
        api.scope_paper(v["leader"], paper.uid, scope)
    uid = filed(world)
    if not code:
        assert api.reuse_paper(v["desk"], uid, 2, paper.uid, consent).state == "used"
        return
    before = snapshot()
    with pytest.raises(api.RecordsRefused) as refused:
        api.reuse_paper(v["desk"], uid, 2, paper.uid, consent)
    assert refused.value.code == f"records.reuse.{code}"
    assert snapshot() == before


def test_a_paper_of_one_unit_is_not_used_by_another(world):
    v = world.viewers
    paper = kept(world)
    api.scope_paper(v["leader"], paper.uid, "unit")
    elsewhere = filed_elsewhere(world)
    with pytest.raises(api.RecordsRefused) as refused:
        api.reuse_paper(v["other_desk"], elsewhere, 2, paper.uid, AGREED)
    assert refused.value.code == "records.reuse.of-unit"
    api.scope_paper(v["leader"], paper.uid, "consent")
    assert api.reuse_paper(v["other_desk"], elsewhere, 2, paper.uid, AGREED).state == "used"


def filed_elsewhere(world, **changes):
    from motcua.modules.dossiers import api as dossiers

    filing = world.filing(receiving=world.other_ward.code, handling=world.other_ward.code, **changes)
    return dossiers.file_dossier(world.viewers["other_desk"], world.province, filing).uid


def another_person(world, number="027000000025"):
    draft = ApplicantDraft(
        kind="citizen", display_name="Trần Văn Khác", identity_kind="citizen_id", identity_number=number
    )
    unit = UnitRef(world.ward.code, world.ward.path, world.ward.name)
    return register_applicant(Installer(), world.province, draft, unit=unit)


def test_nobody_uses_the_paper_of_another_person(world):
    paper = kept(world)
    other = another_person(world)
    uid = filed(world, applicant=other.uid)
    with pytest.raises(api.RecordsRefused) as refused:
        api.reuse_paper(world.viewers["desk"], uid, 2, paper.uid, AGREED)
    assert refused.value.code == "records.reuse.holder"
    assert not api.store_of(world.viewers["desk"], uid).exists()
    # who files for the holder has the holder's papers at hand, and their own
    uid = filed(world, applicant=other.uid, submitter=world.applicant.uid)
    assert list(api.store_of(world.viewers["desk"], uid)) == [paper]


def test_two_records_of_one_person_are_one_holder(world):
    paper = kept(world)
    twin = another_person(world, "027000000033")
    merge_applicants(
        Installer(), twin, Applicant.objects.get(uid=world.applicant.uid), reason="Cùng một người"
    )
    uid = filed(world, applicant=twin.uid)
    assert list(api.store_of(world.viewers["desk"], uid)) == [paper]
    assert api.reuse_paper(world.viewers["desk"], uid, 2, paper.uid, AGREED).state == "used"


def test_the_same_key_uses_once(world):
    desk = world.viewers["desk"]
    paper = kept(world)
    uid = filed(world)
    first = api.reuse_paper(desk, uid, 2, paper.uid, AGREED, idempotency_key="k")
    again = api.reuse_paper(desk, uid, 2, paper.uid, AGREED, idempotency_key="k")
    assert again.repeated and again.uid == first.uid
    assert Reuse.objects.count() == 1
    leader = world.viewers["leader"]
    api.withdraw_paper(leader, paper.uid, "Cấp sai", idempotency_key="k")
    assert api.withdraw_paper(leader, paper.uid, "Cấp sai", idempotency_key="k").repeated


def test_nothing_is_half_kept_when_the_last_write_fails(world, monkeypatch):
    """The event is the last thing written: without it neither the reuse nor the file on the component stays."""
    from motcua.modules.records import work

    desk = world.viewers["desk"]
    paper = kept(world)
    uid = filed(world)
    before, files, events = snapshot(), StoredFile.objects.count(), Event.objects.count()

    def broken(*_args, **_kwargs):
        raise OSError("disk")

    monkeypatch.setattr(work, "record", broken)
    with pytest.raises(OSError, match="disk"):
        api.reuse_paper(desk, uid, 2, paper.uid, AGREED)
    assert snapshot() == before
    assert (StoredFile.objects.count(), Event.objects.count()) == (files, events)
    assert Component.objects.get(dossier__uid=uid, number=2).file_id is None


def test_strangers_find_no_paper(world):
    v = world.viewers
    paper = kept(world)
    uid = filed(world)
    stranger = officer(world.province, "stranger", "unit-leader", world.other_department)
    for attempt in (
        lambda: api.reuse_paper(stranger, uid, 2, paper.uid, AGREED),
        lambda: api.withdraw_paper(stranger, paper.uid, "x"),
        lambda: api.scope_paper(stranger, paper.uid, "nobody"),
        lambda: api.withdraw_paper(v["desk"], paper.uid, "x"),  # the desk may not
        lambda: list(api.store_of(stranger, uid)),
        lambda: api.papers_of(stranger, uid),
        lambda: api.results_of(stranger, uid),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert Paper.objects.get().state == "valid" and Paper.objects.get().scope == "consent"


def test_whose_paper_is_valid_is_not_forgotten(world):
    paper = kept(world)
    later = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
    assert people_needed(world.province, {paper.holder_id, 0}, later) == {paper.holder_id}
    api.withdraw_paper(world.viewers["leader"], paper.uid, "Cấp sai")
    assert people_needed(world.province, {paper.holder_id}, later) == set()
