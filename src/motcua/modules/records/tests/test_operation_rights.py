"""Who may do what: every operation of the tables tried by every role in every place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from dossier_world import officer
from record_signing import signed_pdf
from record_world import file_of

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.files.api import store
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ScannedPaper
from motcua.modules.records.models import Paper
from motcua.modules.records.states import TABLE
from motcua.reference.people.api import Installer

pytestmark = pytest.mark.django_db
GOOD, DAY = Checks(True, True), dt.date(2026, 3, 2)
ROLES = (
    "reception-officer", "processing-officer", "unit-leader", "department-head", "clerk", "commune-coordinator",
    "reform-coordinator", "system-administrator", "integration-client", "citizen",
)  # fmt: skip
LEADERS = {"unit-leader", "department-head"}
DESKS = {"reception-officer", "processing-officer", "integration-client"} | LEADERS
PLACES = ("receiving", "handling", "returning", "stranger", "elsewhere")
AT_DESKS = {"receiving": DESKS, "handling": DESKS}
# Where a file is attached, the dossier's own rule holds too: who processes does so in the handling unit alone.
ATTACHING = {"receiving": {"reception-officer", "integration-client"}, "handling": DESKS}
ISSUERS = {"handling": {"clerk"} | LEADERS}
DELIVERERS = {"clerk", "reception-officer"} | LEADERS
# operation -> place -> roles
MAY = {
    "scan": ATTACHING,
    "accept": AT_DESKS,
    "refuse": AT_DESKS,
    "certify": {"receiving": LEADERS, "handling": LEADERS},
    "exempt": AT_DESKS,
    "lift": AT_DESKS,
    "keep": AT_DESKS,
    "reuse": ATTACHING,
    "take_back": AT_DESKS,
    "issue": ISSUERS,
    "deliver": {"handling": DELIVERERS, "returning": DELIVERERS},
    "replace": ISSUERS,
    "withdraw": ISSUERS,
}


def test_every_operation_is_in_the_table_of_expectations():
    assert set(MAY) == set(TABLE)


class Scene:
    """A dossier received by one unit, handled by another, returned by a third; the installer prepares."""

    def __init__(self, world):
        self.world = world
        self.units = {
            "receiving": world.ward,
            "handling": world.department,
            "returning": world.other_ward,
            "stranger": world.other_department,
            "elsewhere": world.department,
        }
        self.desk = world.viewers["desk"]
        self.leader = world.viewers["dept_leader"]
        self.uid = self.paper = None

    def file(self):
        filing = self.world.filing(
            receiving=self.world.ward.code,
            handling=self.world.department.code,
            returning=self.world.other_ward.code,
        )
        return dossiers.file_dossier(self.desk, self.world.province, filing, hand_over=True).uid

    def prepare(self, name):
        self.uid = self.file()
        if name in ("issue", "deliver", "replace", "withdraw"):
            self._resolve()
            if name != "issue":
                api.issue_result(None, self.uid)
        if name in ("accept", "refuse"):
            api.scan_papers(self.desk, self.uid, [ScannedPaper(1, file_of(self.world, self.desk))])
        if name in ("certify", "keep", "reuse", "take_back"):
            file = file_of(self.world, self.desk, signed=True)
            api.scan_papers(self.desk, self.uid, [ScannedPaper(1, file, checks=GOOD)])
        if name in ("reuse", "take_back"):
            self.paper = api.keep_paper(self.desk, self.uid, PaperDraft("Giấy", component=1)).uid
        if name == "take_back":
            api.reuse_paper(self.desk, self.uid, 2, self.paper, Consent("form", DAY))
        if name == "lift":
            api.exempt_papers(self.desk, self.uid, [1], "shown")

    def _resolve(self):
        v = self.world.viewers
        officer, file = v["dept_officer"], file_of(self.world, v["dept_officer"], signed=True)
        dossiers.forward_dossier(self.leader, self.uid, assignee=officer.user_id)
        dossiers.submit_dossier(officer, self.uid, ResultDraft("Giấy xác nhận", file_id=file))
        dossiers.approve_dossier(self.leader, self.uid)
        dossiers.sign_dossier(self.leader, self.uid)
        dossiers.record_result(v["dept_clerk"], self.uid)

    def do(self, name, viewer):
        work = {
            "scan": lambda: api.scan_papers(viewer, self.uid, [ScannedPaper(1, self.own_file(viewer))]),
            "accept": lambda: api.accept_scans(viewer, self.uid, [1]),
            "refuse": lambda: api.refuse_scan(viewer, self.uid, 1, Checks(False, True)),
            "certify": lambda: api.certify_scan(viewer, self.uid, 1),
            "exempt": lambda: api.exempt_papers(viewer, self.uid, [1], "shown"),
            "lift": lambda: api.lift_exemption(viewer, self.uid, [1]),
            "keep": lambda: api.keep_paper(viewer, self.uid, PaperDraft("Giấy khác", "K2", component=1)),
            "reuse": lambda: api.reuse_paper(viewer, self.uid, 2, self.paper, Consent("form", DAY)),
            "take_back": lambda: api.take_back_reuse(viewer, self.uid, 2, "Nhầm"),
            "issue": lambda: api.issue_result(viewer, self.uid),
            "deliver": lambda: api.deliver_result(viewer, self.uid),
            "replace": lambda: api.replace_result(viewer, self.uid, self.other_result(viewer), "Sai"),
            "withdraw": lambda: api.withdraw_result(viewer, self.uid, "Sai"),
        }
        return work[name]()

    def own_file(self, viewer):
        return file_of(self.world, viewer)

    def other_result(self, viewer):
        content = signed_pdf(f"sửa {viewer.user_id}")
        return api.ResultFile(store(content, name="s.pdf", province=self.world.province, viewer=viewer).pk)


def actors(scene):
    """One account of every role in every place; leaders with a post, since they sign by it."""
    province = scene.world.province
    other = Province.objects.create(key="khac", agency_code="H99", place_code="99")
    found = {}
    for place in PLACES:
        for role in ROLES:
            unit, name = scene.units[place], f"{place}.{role}"
            if role in LEADERS and place != "elsewhere":
                found[place, role] = officer(province, name, role, unit)
                continue
            user = User.objects.create(username=name, display_name=f"Cán Bộ Mẫu {name}")
            Grant.objects.create(
                user=user,
                province=other if place == "elsewhere" else province,
                role=Role.objects.get(code=role),
                unit_code=unit.code,
                unit_path=unit.path,
                valid_from=dt.date(2025, 7, 1),
            )
            found[place, role] = Viewer(user)
    return found


@pytest.mark.parametrize("name", list(MAY))
def test_who_may(world, name):
    with frozen("2026-03-02T08:15"):
        scene = Scene(world)
        people = actors(scene)
        scene.prepare(name)
        wrong = []
        for (place, role), viewer in people.items():
            allowed = role in MAY[name].get(place, ())
            events = Event.objects.count()
            try:
                with transaction.atomic():
                    scene.do(name, viewer)
                    transaction.set_rollback(True)
                done = True
            except NotPermitted:
                done = False
                told = Event.objects.filter(type__startswith="records:").count()
                assert told <= events
            if done != allowed:
                wrong.append((place, role, done))
        assert wrong == []


def test_who_may_withdraw_and_scope_a_paper(world):
    """Leaders of the unit that put it in, and nobody else."""
    with frozen("2026-03-02T08:15"):
        scene = Scene(world)
        people = actors(scene)
        scene.prepare("reuse")
        for (place, role), viewer in people.items():
            for work in (
                lambda viewer=viewer: api.withdraw_paper(viewer, scene.paper, "Sai"),
                lambda viewer=viewer: api.scope_paper(viewer, scene.paper, "unit"),
            ):
                if place == "receiving" and role in LEADERS:
                    with transaction.atomic():
                        work()
                        transaction.set_rollback(True)
                    continue
                with pytest.raises(NotPermitted):
                    work()
        assert Paper.objects.get(uid=scene.paper).state == "valid"


def test_an_unknown_dossier_and_paper_are_nobodys(world):
    from motcua.kernel.ids import uuid7

    for work in (
        lambda: api.papers_of(world.viewers["desk"], uuid7()),
        lambda: api.scan_papers(world.viewers["desk"], uuid7(), [ScannedPaper(1)]),
        lambda: api.withdraw_paper(Installer(), uuid7(), "x"),
    ):
        with pytest.raises(NotPermitted):
            work()
