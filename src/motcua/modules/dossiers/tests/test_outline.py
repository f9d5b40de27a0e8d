"""What rooms above read of a dossier, and who may."""

from __future__ import annotations

import pytest

from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft

pytestmark = pytest.mark.django_db


def test_a_dossier_as_data(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
    found = api.dossier_outline(v["desk"], uid)
    assert (found.uid, found.receiving, found.status) == (uid, (world.ward.code, world.ward.path), 9)
    assert found.applicant == world.applicant.uid
    assert [(paper.number, paper.name, paper.originals) for paper in found.papers] == [
        (1, "Tờ khai", 1), (2, "Giấy chứng sinh", 0),
    ]  # fmt: skip
    assert found.paper(2) == found.papers[1] and found.paper(3) is None
    assert found.result is not None
    assert found.result.number == "01/2026" and found.result.signed_by == v["leader"].user_id


def test_who_belongs_to_none_of_its_units_finds_nothing(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    for name in ("other_desk", "dept_officer"):
        with pytest.raises(NotPermitted):
            api.dossier_outline(v[name], uid)
        assert not api.components_in_units(v[name], world.province).exists()
    assert api.dossier_outline(None, uid).uid == uid
    assert api.components_in_units(v["desk"], world.province).count() == 2


def test_whose_opinion_is_asked_reads_it(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        api.forward_dossier(v["leader"], uid)
    with frozen("2026-03-02T09:00") as clock:
        due = clock().replace(day=4)
        api.consult_units(v["officer"], uid, [world.department.code], "Ý kiến thế nào?", due)
    assert api.dossier_outline(v["dept_officer"], uid).uid == uid


def test_ended_dossiers_have_nothing_left_to_scan(world):
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    api.withdraw_dossier(v["desk"], uid, "Không còn nhu cầu")
    assert not api.components_in_units(v["desk"], world.province).exists()
