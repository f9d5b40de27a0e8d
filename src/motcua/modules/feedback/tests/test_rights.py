"""Who may do what to a petition: every operation of the table tried by every role in every place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, Publication, Sender
from motcua.modules.feedback.models import Ticket
from motcua.modules.feedback.queries import find_ticket, list_tickets, moves_for
from motcua.modules.feedback.states import TABLE
from motcua.reference.organisations.api import units_on

pytestmark = pytest.mark.django_db
WHY = "Lý do thử nghiệm"
LEADERS = {"unit-leader", "department-head"}
DESKS = {"reception-officer", "commune-coordinator", "clerk", "integration-client", "reform-coordinator"}
SCREENERS = LEADERS | {"commune-coordinator", "reform-coordinator"}
ANSWERERS = LEADERS | {"processing-officer"}
ROLES = (
    "reception-officer", "processing-officer", "unit-leader", "department-head", "clerk", "commune-coordinator",
    "reform-coordinator", "system-administrator", "ministry-analyst", "integration-client", "citizen",
)  # fmt: skip
# elsewhere: another province, over the very path of the handling unit
PLACES = ("receiving", "handling", "stranger", "elsewhere")


@dataclass
class Scene:
    """A petition taken in by a ward and answered by a department."""

    world: Any
    units: dict[str, Any] = field(default_factory=dict)
    uid: Any = None

    @property
    def province(self) -> Province:
        return self.world.province

    def to(self, state: str) -> None:
        """Brought to a state by the department's head, who may do all of it."""
        head, desk, p = self.world.viewers["dept_head"], self.world.viewers["coordinator"], self.province
        petition = Petition(
            "conduct", "direct", "Nội dung", self.units["receiving"].code, self.units["handling"].code,
            Sender("Trần Văn Mẫu", "0900000018"),
        )  # fmt: skip
        self.uid = api.receive_ticket(desk, p, petition).uid
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("received", lambda: None),
            ("accepted", lambda: api.accept_ticket(head, p, self.uid)),
            ("clarifying", lambda: api.ask_sender(head, p, self.uid, WHY)),
            ("back", lambda: api.record_clarification(head, p, self.uid, WHY)),
            ("answered", lambda: api.answer_ticket(head, p, self.uid, WHY, "explained")),
        ]
        for name, work in steps:
            work()
            if name == state:
                break


@pytest.fixture
def scene(world) -> Iterator[Scene]:
    communes = sorted(
        units_on(world.province, dt.date(2026, 3, 2), kind="commune_committee"), key=lambda unit: unit.code
    )
    with frozen("2026-03-02T08:15"):
        yield Scene(
            world,
            {
                "receiving": world.ward,
                "handling": world.department,
                "stranger": communes[2],
                "elsewhere": world.department,
            },
        )


def actors(scene: Scene) -> dict[tuple[str, str], Viewer]:
    away, _made = Province.objects.get_or_create(
        key="thu-nghiem", defaults={"agency_code": "H99", "place_code": "99"}
    )
    people = {}
    for place in PLACES:
        for role in ROLES:
            user = User.objects.create_user(f"r.{place}.{role}", None, display_name="Cán Bộ Mẫu")
            unit = scene.units[place]
            Grant.objects.create(
                user=user,
                role=Role.objects.get(code=role),
                province=away if place == "elsewhere" else scene.province,
                unit_code=unit.code,
                unit_path=unit.path,
                valid_from=dt.date(2025, 7, 1),
            )
            people[place, role] = Viewer(user)
    return people


@dataclass(frozen=True)
class Try:
    state: str
    do: Callable[[Scene, Viewer], Any]
    allowed: dict[str, set[str]]


def handling(roles: set[str]) -> dict[str, set[str]]:
    return {"handling": roles}


def officer(scene: Scene) -> int:
    return scene.world.viewers["dept_officer"].user_id


TRIES = {
    "accept": Try("received", lambda s, v: api.accept_ticket(v, s.province, s.uid), handling(SCREENERS)),
    "refuse": Try("received", lambda s, v: api.refuse_ticket(v, s.province, s.uid, "unclear", WHY), handling(SCREENERS)),
    "forward": Try("accepted", lambda s, v: api.forward_ticket(v, s.province, s.uid, s.units["stranger"].code, WHY), handling(SCREENERS)),
    "transfer": Try("accepted", lambda s, v: api.transfer_ticket(v, s.province, s.uid, "Bộ"), handling(SCREENERS)),
    "classify": Try("received", lambda s, v: api.classify_ticket(v, s.province, s.uid, kind="service"), handling(SCREENERS)),
    "assign": Try("accepted", lambda s, v: api.assign_ticket(v, s.province, s.uid, officer(s)), handling(LEADERS)),
    "ask_sender": Try("accepted", lambda s, v: api.ask_sender(v, s.province, s.uid, WHY), handling(ANSWERERS)),
    "record_clarification": Try("clarifying", lambda s, v: api.record_clarification(v, s.province, s.uid, WHY), handling(ANSWERERS)),
    "answer": Try("accepted", lambda s, v: api.answer_ticket(v, s.province, s.uid, WHY, "explained"), handling(ANSWERERS)),
    "publish": Try("answered", lambda s, v: api.publish_ticket(v, s.province, s.uid, Publication("Hỏi?", "Đáp.")), handling(LEADERS)),
    "close": Try("answered", lambda s, v: api.close_ticket(v, s.province, s.uid, WHY), handling(LEADERS)),
    "reopen": Try("answered", lambda s, v: api.reopen_ticket(v, s.province, s.uid, WHY), handling(LEADERS)),
    "withdraw": Try("accepted", lambda s, v: api.withdraw_ticket(v, s.province, s.uid, WHY), {"handling": DESKS, "receiving": DESKS}),
    "record_reactions": Try("answered", lambda s, v: api.record_reactions(v, s.province, s.uid, 1, 0), {"handling": DESKS, "receiving": DESKS}),
    "mark_repeat": Try("accepted", lambda s, v: api.mark_repeat(v, s.province, s.uid, ""), handling(SCREENERS)),
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


def state(scene: Scene) -> tuple[Any, ...]:
    row = Ticket.objects.filter(uid=scene.uid).values_list()[0]
    return row, Event.objects.filter(type__startswith="feedback:").count()


@pytest.mark.parametrize("name", sorted(TRIES))
def test_only_these_roles_in_these_places(scene: Scene, name: str):
    tried = TRIES[name]
    scene.to(tried.state)
    row, before = Ticket.objects.get(uid=scene.uid), state(scene)
    wrong = []
    for (place, role), viewer in actors(scene).items():
        expected = role in tried.allowed.get(place, set())
        done = True
        with taken_back():
            try:
                with transaction.atomic():
                    tried.do(scene, viewer)
            except NotPermitted:
                done = False
                assert state(scene) == before
        if done != expected:
            wrong.append(f"{role} in {place} {'may not' if expected else 'may'}")
        offered = name in {move.operation for move in moves_for(viewer, row)}
        if offered != expected:
            wrong.append(f"{role} in {place}: offered {offered}")
    assert not wrong


def test_taking_in_needs_the_right_over_the_receiving_unit(scene: Scene):
    scene.to("received")
    for (place, role), viewer in actors(scene).items():
        done = True
        with taken_back():
            try:
                api.receive_ticket(viewer, scene.province, Petition("service", "phone", "Nội dung", scene.units["receiving"].code))  # fmt: skip
            except NotPermitted:
                done = False
        assert done == (place == "receiving" and role in DESKS), (place, role)


def test_found_by_the_two_units_and_nobody_else(scene: Scene):
    scene.to("received")
    sees = DESKS | ANSWERERS | SCREENERS
    for (place, role), viewer in actors(scene).items():
        expected = place in ("receiving", "handling") and role in sees
        assert (find_ticket(viewer, scene.province, scene.uid) is not None) == expected, (place, role)
        listed = list_tickets(viewer, scene.province, api.TicketFilter(state="all"))
        assert (scene.uid in {one.uid for one in listed}) == expected, (place, role)
    nobody = Viewer(AnonymousUser())
    assert find_ticket(nobody, scene.province, scene.uid) is None
    with pytest.raises(NotPermitted):
        api.accept_ticket(nobody, scene.province, scene.uid)


def test_a_petition_of_another_province_is_none(scene: Scene):
    scene.to("received")
    away = Province.objects.create(key="khac", agency_code="H98", place_code="98")
    head = scene.world.viewers["dept_head"]
    assert find_ticket(head, away, scene.uid) is None
    with pytest.raises(NotPermitted):
        api.accept_ticket(head, away, scene.uid)


def test_what_is_given_to_another_is_answered_by_them_or_by_who_assigns(scene: Scene):
    scene.to("accepted")
    w = scene.world
    api.assign_ticket(w.viewers["dept_leader"], scene.province, scene.uid, officer(scene))
    with pytest.raises(api.FeedbackRefused) as refusal:
        api.answer_ticket(w.viewers["dept_second"], scene.province, scene.uid, WHY, "explained")
    assert refusal.value.code == "feedback.of-another"
    with taken_back():
        api.answer_ticket(w.viewers["dept_leader"], scene.province, scene.uid, WHY, "explained")
    api.answer_ticket(w.viewers["dept_officer"], scene.province, scene.uid, WHY, "explained")


def test_given_only_to_somebody_who_may_answer_for_the_unit(scene: Scene):
    scene.to("accepted")
    w = scene.world
    for name in ("dept_clerk", "officer", "desk", "other_officer"):
        with pytest.raises(api.FeedbackRefused) as refusal:
            api.assign_ticket(w.viewers["dept_leader"], scene.province, scene.uid, w.viewers[name].user_id)
        assert refusal.value.code == "feedback.assignee"
