"""Who may do what to a dossier: every operation of the state table tried by every role in every place.

The table of expectations is read against `states.TABLE`: a new operation has to say here who does it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.files.models import Blob, StoredFile
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, frozen, now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import Dossier, SupplementException
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.states import TABLE
from motcua.reference.organisations.api import units_on

pytestmark = pytest.mark.django_db
RESULT = ResultDraft("Giấy xác nhận")
WHY = "Lý do thử nghiệm đủ dài"
# A refusal of these codes says that the work is somebody else's; any other would hide what is tried.
OF_RIGHTS = {"dossiers.step.of-another", "dossiers.authority.none"}

DESK = {"reception-officer", "integration-client"}
PROCESS = {"processing-officer", "unit-leader", "department-head", "integration-client"}
LEADERS = {"unit-leader", "department-head"}
CLERKS = {"clerk"}
EITHER = DESK | PROCESS
ROLES = (
    "reception-officer", "processing-officer", "unit-leader", "department-head", "clerk", "commune-coordinator",
    "system-administrator", "integration-client", "citizen",
)  # fmt: skip
SEATS = ("receiving", "handling", "returning")
# asked: a unit whose opinion is asked; elsewhere: another province, over the very paths of the handling unit
PLACES = (*SEATS, "asked", "stranger", "elsewhere")
Allowed = dict[str, set[str]]


def at_any(roles: set[str]) -> Allowed:
    return dict.fromkeys(SEATS, roles)


@dataclass
class Scene:
    """A dossier received by one unit, handled by another, returned by a third."""

    world: Any
    units: dict[str, Any] = field(default_factory=dict)
    uid: Any = None
    helpers: dict[str, Viewer] = field(default_factory=dict)

    def file(self, receive: bool = True) -> None:
        filing = self.world.filing(
            receiving=self.units["receiving"].code,
            handling=self.units["handling"].code,
            returning=self.units["returning"].code,
        )
        work = api.file_dossier if receive else api.register_dossier
        self.uid = work(self.helpers["desk"], self.world.province, filing).uid

    def to(self, step: str) -> None:
        """Brought to a step of the usual process; an opinion is asked while it is processed."""
        self.file()
        v, uid = self.helpers, self.uid
        path: list[tuple[str, Callable[[], Any]]] = [
            ("assign", lambda: api.forward_dossier(v["desk"], uid)),
            ("process", lambda: api.forward_dossier(v["leader"], uid)),
            ("approve", lambda: api.submit_dossier(v["officer"], uid, RESULT)),
            ("sign", lambda: api.approve_dossier(v["leader"], uid)),
            ("issue", lambda: api.sign_dossier(v["leader"], uid)),
            ("return", lambda: api.record_result(v["clerk"], uid)),
        ]
        for name, work in path:
            work()
            if name == step:
                break
        if step == "process":
            api.consult_units(
                v["leader"], uid, [self.units["asked"].code], "Ý kiến thế nào?", now() + dt.timedelta(days=2)
            )


@pytest.fixture
def scene(world) -> Iterator[Scene]:
    from dossier_world import officer

    with frozen("2026-03-02T08:15"):
        communes = sorted(
            units_on(world.province, now().date(), kind="commune_committee"), key=lambda unit: unit.code
        )
        units = {
            "receiving": world.ward,
            "handling": world.department,
            "returning": world.other_ward,
            "asked": world.other_department,
            "stranger": communes[2],
            "elsewhere": world.department,
        }
        helpers = {
            "desk": world.viewers["desk"],
            "leader": world.viewers["dept_leader"],
            "officer": officer(world.province, "drafter", "processing-officer", world.department),
            "clerk": world.viewers["dept_clerk"],
            "second": officer(world.province, "second_leader", "unit-leader", world.department),
        }
        yield Scene(world, units, helpers=helpers)


def actors(scene: Scene) -> dict[tuple[str, str], Viewer]:
    """One account of every role in every place, each with a post where its role signs by one."""
    from dossier_world import officer

    province = scene.world.province
    other = Province.objects.exclude(pk=province.pk).first() or Province.objects.create(
        key="khac", agency_code="H99", place_code="99"
    )
    found = {}
    for place in PLACES:
        for role in ROLES:
            unit, name = scene.units[place], f"{place}.{role}"
            if place == "handling" and role in LEADERS:
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


# -- how each operation is prepared and done --------------------------------------------------------

Prepare = Callable[[Scene], None]
Do = Callable[[Scene, Viewer], Any]


def supplement_asked(scene: Scene) -> None:
    scene.to("process")
    api.request_supplement(scene.helpers["leader"], scene.uid, ["Bản sao"], WHY)


def exception(scene: Scene) -> None:
    scene.to("process")
    SupplementException.objects.create(
        province=scene.world.province, basis="Quyết định thử nghiệm", valid_from=dt.date(2025, 7, 1)
    )


def paying(scene: Scene) -> None:
    scene.to("process")
    api.pause_for_payment(scene.helpers["leader"], scene.uid)


def awaiting(scene: Scene) -> None:
    scene.to("process")
    api.wait_for_system(scene.helpers["leader"], scene.uid, "Cơ sở dữ liệu quốc gia về dân cư")


def ended(scene: Scene) -> None:
    scene.to("process")
    api.stop_dossier(scene.helpers["leader"], scene.uid, WHY)


def reopening_asked(scene: Scene) -> None:
    ended(scene)
    api.ask_reopening(scene.helpers["second"], scene.uid, WHY)


def own_file(scene: Scene, viewer: Viewer) -> int:
    digest = hashlib.sha256(str(viewer.user_id).encode()).hexdigest()
    Blob.objects.get_or_create(digest=digest, defaults={"size": 1})
    return StoredFile.objects.create(
        province=scene.world.province,
        blob_id=digest,
        media_type="application/pdf",
        display_name="a.pdf",
        owner_id=viewer.user_id,
        created_at=now(),
    ).pk


def at(step: str) -> Prepare:
    return lambda scene: scene.to(step)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@dataclass(frozen=True)
class Try:
    prepare: Prepare
    do: Do
    allowed: Allowed
    clock: str = "2026-03-02T09:00"


TRIES: dict[str, Try] = {
    "receive": Try(lambda s: s.file(receive=False), lambda s, v: api.receive_dossier(v, s.uid), {"receiving": DESK}),
    "refuse": Try(at("process"), lambda s, v: api.refuse_dossier(v, s.uid, WHY), {"handling": EITHER}),
    "request_supplement": Try(at("process"), lambda s, v: api.request_supplement(v, s.uid, ["Bản sao"], WHY), {"handling": EITHER}),
    "consent_supplement": Try(exception, lambda s, v: api.consent_to_supplement(v, s.uid, WHY), {"handling": LEADERS}),
    "take_supplement": Try(supplement_asked, lambda s, v: api.take_supplement(v, s.uid), {**at_any(DESK), "handling": EITHER}),
    "assign": Try(at("process"), lambda s, v: api.assign_step(v, s.uid, s.helpers["leader"].user_id, step="3"), {"handling": LEADERS}),
    "claim": Try(at("process"), lambda s, v: api.claim_step(v, s.uid, step="3"), {"handling": PROCESS}),
    "forward": Try(at("assign"), lambda s, v: api.forward_dossier(v, s.uid, step="2"), {"handling": LEADERS}),
    "return_step": Try(at("approve"), lambda s, v: api.return_step(v, s.uid, "3", WHY, step="4"), {"handling": LEADERS}),
    "consult": Try(at("process"), lambda s, v: api.consult_units(v, s.uid, [s.units["stranger"].code], WHY, moment("2026-03-05T17:00"), step="3"), {"handling": PROCESS}),
    "answer_consultation": Try(at("process"), lambda s, v: api.answer_consultation(v, s.uid, "3?1", "Đồng ý"), {"asked": PROCESS}),
    "pause_for_payment": Try(at("process"), lambda s, v: api.pause_for_payment(v, s.uid), {"handling": EITHER}),
    "resume_after_payment": Try(paying, lambda s, v: api.resume_after_payment(v, s.uid), {**at_any(DESK), "handling": EITHER}),
    "wait_for_system": Try(at("process"), lambda s, v: api.wait_for_system(v, s.uid, "Hệ thống"), {"handling": EITHER}),
    "resume_from_system": Try(awaiting, lambda s, v: api.resume_from_system(v, s.uid), {"handling": EITHER}),
    "extend": Try(at("process"), lambda s, v: api.extend_dossier(v, s.uid, moment("2026-03-10T17:00"), WHY), {"handling": LEADERS}),
    "apologise": Try(at("process"), lambda s, v: api.apologise(v, s.uid, WHY), {"handling": LEADERS}, "2026-03-20T09:00"),
    "transfer": Try(at("process"), lambda s, v: api.transfer_dossier(v, s.uid, s.units["stranger"].code, WHY), {"handling": DESK | LEADERS}),
    "submit": Try(at("process"), lambda s, v: api.submit_dossier(v, s.uid, RESULT, step="3", without_answers=True), {"handling": PROCESS}, "2026-03-20T09:00"),
    "approve": Try(at("approve"), lambda s, v: api.approve_dossier(v, s.uid, step="4"), {"handling": LEADERS}),
    "sign": Try(at("sign"), lambda s, v: api.sign_dossier(v, s.uid, step="5"), {"handling": LEADERS}),
    "record_result": Try(at("issue"), lambda s, v: api.record_result(v, s.uid, step="6"), {"handling": CLERKS}),
    "return_result": Try(at("return"), lambda s, v: api.return_result(v, s.uid), {"returning": DESK}),
    "withdraw": Try(at("process"), lambda s, v: api.withdraw_dossier(v, s.uid, WHY), at_any(DESK)),
    "stop": Try(at("process"), lambda s, v: api.stop_dossier(v, s.uid, WHY), {"handling": LEADERS}),
    "record_late_reason": Try(at("process"), lambda s, v: api.record_late_reason(v, s.uid, next(iter(late_causes()))), {"handling": PROCESS}),
    "attach_paper": Try(at("process"), lambda s, v: api.attach_paper(v, s.uid, 1, own_file(s, v)), {**at_any(DESK), "handling": EITHER}),
    "ask_reopening": Try(ended, lambda s, v: api.ask_reopening(v, s.uid, WHY), at_any(LEADERS)),
    "reopen": Try(reopening_asked, lambda s, v: api.decide_reopening(v, s.uid, grant=True), at_any(LEADERS)),
}  # fmt: skip


def test_every_operation_says_who_does_it():
    assert set(TRIES) == set(TABLE)


class _Back(Exception):
    """Takes back what was just done."""


@contextmanager
def taken_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Back
    except _Back:
        pass


@pytest.mark.parametrize("name", sorted(TRIES))
def test_only_these_roles_in_these_places(scene: Scene, name: str):
    tried = TRIES[name]
    tried.prepare(scene)
    people = actors(scene)
    wrong = []
    with frozen(tried.clock):
        for (place, role), viewer in people.items():
            expected = role in tried.allowed.get(place, set())
            if attempt(scene, tried, viewer) != expected:
                wrong.append(f"{role} in {place} {'may not' if expected else 'may'}")
    assert not wrong


def attempt(scene: Scene, tried: Try, viewer: Viewer) -> bool:
    """Whether the operation is done; when refused, nothing has changed."""
    before = state(scene)
    done = False
    with taken_back():
        try:
            with transaction.atomic():
                tried.do(scene, viewer)
            done = True
        except NotPermitted:
            pass
        except api.DossierRefused as refusal:
            assert refusal.code in OF_RIGHTS, (refusal.code, refusal.message)
        assert done or state(scene) == before
    return done


def state(scene: Scene) -> tuple[Any, ...]:
    row = Dossier.objects.filter(uid=scene.uid).values_list()[0]
    return row, Event.objects.filter(type__startswith="dossiers:").count()


def test_the_desk_refuses_until_it_has_handed_over_and_never_its_neighbours(scene: Scene):
    scene.file(receive=False)
    people = actors(scene)
    tried = TRIES["refuse"]
    for (place, role), viewer in people.items():
        expected = role in {"receiving": DESK, "handling": EITHER}.get(place, set())
        assert attempt(scene, tried, viewer) == expected, (place, role)


def test_filing_needs_the_right_over_the_receiving_unit(scene: Scene):
    for (place, role), viewer in actors(scene).items():
        filing = scene.world.filing(receiving=scene.units["receiving"].code)
        for work in (api.register_dossier, api.file_dossier):
            before, done = Dossier.objects.count(), True
            with taken_back():
                try:
                    work(viewer, scene.world.province, filing)
                except NotPermitted:
                    done = False
                    assert Dossier.objects.count() == before
            assert done == (place == "receiving" and role in DESK), (place, role)


def test_a_stand_in_signs_only_while_standing_in(scene: Scene):
    from motcua.reference.people.api import Person, Span, delegate

    leader, deputy = scene.helpers["leader"], scene.world.viewers["dept_officer"]
    post = Person.objects.get(user=leader.user_id).posts.get()
    span = Span(dt.date(2026, 3, 2), dt.date(2026, 3, 4))
    delegate(leader, post, Person.objects.get(user=deputy.user_id), span, "5/UQ")
    scene.to("sign")
    acting = Viewer(deputy.user)
    with frozen("2026-03-02T09:00"), taken_back():
        api.sign_dossier(acting, scene.uid)
        assert (
            Event.objects.filter(type="dossiers:dossier:signed").latest("pk").on_behalf_of_id
            == leader.user_id
        )
    with frozen("2026-03-05T09:00"):
        # rights read while the delegation held are of no use the day after
        assert acting.may("dossiers.work.sign")
        with pytest.raises(api.DossierRefused) as refusal:
            api.sign_dossier(acting, scene.uid)
        assert refusal.value.code == "dossiers.authority.none"
        with pytest.raises(NotPermitted):
            api.sign_dossier(Viewer(deputy.user), scene.uid)
