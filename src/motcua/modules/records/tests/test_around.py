"""What happens around papers: units merge, the history of the dossier tells, files of removed papers stay."""

from __future__ import annotations

import datetime as dt

import pytest
from record_world import DAY, file_of, filed, resolved

from motcua.engine.files.api import open_file
from motcua.engine.files.models import StoredFile
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.queries import history
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ScannedPaper
from motcua.modules.records.models import ElectronicResult, Paper
from motcua.reference.organisations.api import (
    Decision,
    UnitDraft,
    make_change,
    plan_merge,
    preview_change,
    undo_change,
    units_on,
)
from motcua.reference.people.api import Installer

pytestmark = pytest.mark.django_db
GOOD = Checks(True, True)


@pytest.fixture
def uid(world):
    """A dossier done, with a paper in the store and an electronic result."""
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.scan_papers(v["desk"], uid, [ScannedPaper(1, file_of(world, v["desk"]), checks=GOOD)])
        api.keep_paper(v["desk"], uid, PaperDraft("Tờ khai", component=1))
    resolved(world, uid, file_id=file_of(world, v["officer"], signed=True))
    with frozen("2026-03-03T11:00"):
        api.issue_result(v["clerk"], uid)
    return uid


def test_papers_and_results_follow_a_merger_and_come_back_with_its_undo(world, uid):
    assert ElectronicResult.objects.get().dossier_uid == uid
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    decision = Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(decision, [world.ward.uid, world.other_ward.uid], draft)
    with frozen("2026-12-01T08:00"):
        touched = {
            one.follower: one.count for one in preview_change(Installer(), world.province, plan).touched
        }
        assert (touched["records:papers"], touched["records:results"]) == (1, 1)
        change = make_change(Installer(), world.province, plan)
        made = "/H05/H05.99999/"
        assert (Paper.objects.get().unit_path, ElectronicResult.objects.get().unit_path) == (made, made)
        undo_change(Installer(), world.province, change, "Thử xong")
    assert Paper.objects.get().unit_path == ElectronicResult.objects.get().unit_path == world.ward.path


def test_the_history_of_the_dossier_tells_what_was_done_to_its_papers(world, uid):
    told = [one.sentence for one in history(Dossier.objects.get(uid=uid))]
    assert "Số hóa thành phần 1" in told and "Phát hành kết quả điện tử số 01/2026" in told
    assert "Đưa giấy tờ vào kho dữ liệu điện tử" in told


def test_the_reused_file_outlives_the_officers_own_entry(world, uid):
    from motcua.engine.files.api import delete

    v = world.viewers
    later = filed(world)
    paper = Paper.objects.get()
    with frozen("2026-03-03T12:00"):
        api.reuse_paper(v["desk"], later, 2, paper.uid, Consent("account", DAY))
    copy = StoredFile.objects.order_by("-pk").first()
    assert copy is not None and copy.digest == paper.digest
    with open_file(copy) as content:
        same = content.read()
    delete(v["desk"], copy)
    with open_file(StoredFile.objects.get(pk=paper.file_id)) as content:
        assert content.read() == same


def test_an_officer_moved_to_another_unit_sees_the_papers_no_more(world, uid):
    from dossier_world import drop_grants, officer

    desk = world.viewers["desk"]
    assert api.papers_of(desk, uid)
    moved = officer(world.province, "moved", "reception-officer", world.other_ward)
    with pytest.raises(NotPermitted):
        api.papers_of(moved, uid)
    drop_grants(desk)
    fresh = type(desk)(desk.user)
    for read in (api.papers_of, api.store_of, api.results_of):
        with pytest.raises(NotPermitted):
            read(fresh, uid)


def test_a_paper_of_the_store_outlives_the_dossier_it_came_with(world, uid):
    """Past its retention the dossier's files go; what its holder keeps in the store stays and can be opened."""
    from motcua.engine.privacy.api import apply_retention
    from motcua.modules.dossiers.api import return_result

    with frozen("2026-03-04T08:00"):
        return_result(world.viewers["desk"], uid)
    kept = Paper.objects.get(source="scanned")
    with frozen("2046-03-05T08:00"):
        apply_retention(dry_run=False)
    assert Dossier.objects.get(uid=uid).erased_at is not None
    stored = StoredFile.objects.get(pk=kept.file_id)
    with open_file(stored) as content:
        assert content.read(4) == b"%PDF"
