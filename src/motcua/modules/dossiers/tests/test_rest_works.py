"""What programs do to a dossier over the API beside the ordinary way: each once, by the right one, for the right unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from dossier_programs import program, said, send

from motcua.engine.accounts.api import User
from motcua.engine.clients import calling
from motcua.engine.clients.models import IdempotentAnswer
from motcua.engine.events.api import Event
from motcua.kernel.clock import VIETNAM, frozen, local
from motcua.modules.dossiers import api, rest
from motcua.modules.dossiers.models import (
    Consultation,
    Dossier,
    Extension,
    Reopening,
    SupplementConsent,
    SupplementException,
    Task,
)

pytestmark = pytest.mark.django_db
WHY = {"reason": "Lý do thử nghiệm"}
LEADER, DESK = "unit-leader", "integration-client"


@pytest.fixture(autouse=True)
def _clock():
    calling._permits.clear()
    with frozen("2026-03-02T08:15") as clock:
        yield clock


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


# -- the dossier before -----------------------------------------------------------------------------


def registered(world: Any) -> Any:
    return api.register_dossier(world.viewers["desk"], world.province, world.filing()).uid


def received(world: Any) -> Any:
    return api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid


def at_work(world: Any) -> Any:
    """At step 3, processing, given to nobody."""
    uid = api.file_dossier(world.viewers["desk"], world.province, world.filing(), hand_over=True).uid
    api.forward_dossier(world.viewers["leader"], uid)
    return uid


def asked(world: Any) -> Any:
    uid = at_work(world)
    due = at("2026-03-05T17:00")
    api.consult_units(world.viewers["officer"], uid, [world.department.code], "Ý kiến thế nào?", due)
    return uid


def excepted(world: Any) -> Any:
    since = dt.date(2025, 7, 1)
    SupplementException.objects.create(province=world.province, basis="Quyết định mẫu", valid_from=since)
    return at_work(world)


def waiting(world: Any) -> Any:
    uid = at_work(world)
    api.wait_for_system(world.viewers["officer"], uid, "Hệ thống mẫu")
    return uid


def stopped(world: Any) -> Any:
    uid = at_work(world)
    api.stop_dossier(world.viewers["leader"], uid, "Lý do")
    return uid


def reopening_asked(world: Any) -> Any:
    uid = stopped(world)
    api.ask_reopening(world.viewers["leader"], uid, "Lý do")
    return uid


# -- what is sent, and what it leaves ---------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """`body` and `left` get the world; `left` says whether the dossier stands as it should."""

    before: Callable[[Any], Any]
    role: str
    body: Callable[[Any], Any]
    left: Callable[[Any, Dossier], bool]
    unit: str = "ward"
    later: str = ""
    slip: str = ""


def plain(body: Any) -> Callable[[Any], Any]:
    return lambda _world: body


def step_of(dossier: Dossier) -> Task:
    return Task.objects.get(dossier=dossier, closed_at=None)


CALLS = {
    "refuse": Call(registered, DESK, plain(WHY), lambda w, d: d.status == 3, slip="03"),
    "transfer": Call(at_work, LEADER, lambda w: WHY | {"target": w.department.code}, lambda w, d: d.unit_code == w.department.code),
    "claim": Call(at_work, DESK, plain({"step": "3"}), lambda w, d: step_of(d).assignee.username.startswith("api.")),
    "assign": Call(at_work, LEADER, plain({"assignee": "t.officer"}), lambda w, d: step_of(d).assignee.username == "t.officer"),
    "send-back": Call(at_work, DESK, plain(WHY | {"to": "2"}), lambda w, d: step_of(d).key == "2"),
    "stop": Call(at_work, LEADER, plain(WHY), lambda w, d: d.status == 8, slip="05"),
    "reopening": Call(stopped, LEADER, plain(WHY), lambda w, d: Reopening.objects.get(dossier=d).decided_at is None),
    "reopening/decide": Call(reopening_asked, LEADER, plain({"grant": True}), lambda w, d: d.status == 4 and d.ended_at is None),
    "supplement/consent": Call(excepted, LEADER, plain(WHY), lambda w, d: SupplementConsent.objects.get(dossier=d).used_at is None),
    "pause-for-payment": Call(at_work, DESK, plain(None), lambda w, d: d.status == 6),
    "wait-for-system": Call(at_work, DESK, plain({"system": "Hệ thống mẫu"}), lambda w, d: d.paused_for == "system"),
    "resume-from-system": Call(waiting, DESK, plain(None), lambda w, d: d.paused_for == ""),
    "extend": Call(at_work, LEADER, plain(WHY | {"new_date": "2026-03-10", "cause": "load"}), lambda w, d: local(d.promised) == at("2026-03-10T17:00") and d.late_reason == "load", slip="04"),
    "apologise": Call(at_work, LEADER, plain(WHY), lambda w, d: Extension.objects.get(dossier=d).new_date is None, later="2026-03-20T09:00", slip="apology"),
    "late-reason": Call(at_work, DESK, plain({"cause": "load"}), lambda w, d: d.late_reason == "load"),
    "consult": Call(at_work, DESK, lambda w: {"units": [w.department.code], "question": "Ý kiến?", "due": "2026-03-05"}, lambda w, d: local(Consultation.objects.get(dossier=d).due_at) == at("2026-03-05T17:00")),
    "consult/answer": Call(asked, DESK, plain({"step": "3?1", "answer": "Đồng ý", "agrees": True}), lambda w, d: Consultation.objects.get(dossier=d).agrees is True, unit="department"),
}  # fmt: skip


def state(uid: Any) -> tuple[Any, ...]:
    """All that a refused call must leave as it was."""
    row = Dossier.objects.filter(uid=uid).values_list()[0]
    return row, Event.objects.filter(subject=f"dossier:{uid}").count(), IdempotentAnswer.objects.count()


def prepared(world: Any, clock: Any, name: str) -> tuple[Call, Any, Any]:
    one = CALLS[name]
    uid, body = one.before(world), one.body(world)
    if one.later:
        clock.move_to(at(one.later))
    return one, uid, body


@pytest.mark.parametrize("name", CALLS)
def test_the_right_program_does_it_once(world, _clock, name):
    one, uid, body = prepared(world, _clock, name)
    token = program(world.province, getattr(world, one.unit), role=one.role)
    answer = send(token, "POST", f"/{uid}/{name}", body)
    assert answer.status_code == 200, answer.content.decode()
    dossier = Dossier.objects.get(uid=uid)
    told = answer.json()
    assert one.left(world, dossier)
    assert (told["id"], told["status"], told["revision"]) == (str(uid), dossier.status, dossier.revision)
    assert list(told["slips"]) == ([one.slip] if one.slip else [])
    after = state(uid)
    again = send(token, "POST", f"/{uid}/{name}", body)
    assert again.json() == told and again["Idempotent-Replayed"] == "true"
    assert state(uid) == after


@pytest.mark.parametrize("name", CALLS)
def test_others_do_nothing(world, _clock, name):
    """Without the scope, without the right, from another unit, from another province."""
    one, uid, body = prepared(world, _clock, name)
    unit, before = getattr(world, one.unit), state(uid)
    reader = program(world.province, unit, rest.READ, role=one.role)
    assert said(send(reader, "POST", f"/{uid}/{name}", body)) == (403, "api.scope.missing")
    clerk = program(world.province, unit, role="clerk")
    assert said(send(clerk, "POST", f"/{uid}/{name}", body)) == (403, "permissions.refused")
    stranger = program(world.province, world.other_ward, role=one.role)
    assert said(send(stranger, "POST", f"/{uid}/{name}", body)) == (404, "api.not-found")
    assert state(uid) == before


WRONG = [
    ("refuse", registered, {"reason": ""}, 422, "api.request.invalid"),
    ("refuse", registered, {"reason": " "}, 409, "dossiers.refusal.reason"),
    ("refuse", registered, {"reason": "x" * 2001}, 422, "api.request.invalid"),
    ("transfer", at_work, WHY | {"target": "H99.1"}, 404, "dossiers.unit.unknown"),
    ("transfer", at_work, lambda w: WHY | {"target": w.ward.code}, 409, "dossiers.transfer.same"),
    ("claim", at_work, {"step": "9"}, 409, "dossiers.step.closed"),
    ("assign", at_work, {"assignee": "khong-ai"}, 409, "dossiers.assign.may-not"),
    ("assign", at_work, {"assignee": "t.dept_officer"}, 409, "dossiers.assign.may-not"),
    ("assign", at_work, {}, 422, "api.request.invalid"),
    ("send-back", at_work, WHY | {"to": "5"}, 409, "dossiers.return.step"),
    ("stop", stopped, WHY, 409, "dossiers.state"),
    ("reopening", at_work, WHY, 409, "dossiers.state"),
    ("reopening/decide", stopped, {"grant": True}, 409, "dossiers.reopening.none"),
    ("reopening/decide", reopening_asked, {"grant": "có lẽ"}, 422, "api.request.invalid"),
    ("supplement/consent", at_work, WHY, 409, "dossiers.supplement.no-exception"),
    ("pause-for-payment", waiting, None, 409, "dossiers.clock.paused"),
    ("wait-for-system", at_work, {"system": " "}, 409, "dossiers.system.name"),
    ("resume-from-system", at_work, None, 409, "dossiers.system.not-waiting"),
    ("extend", at_work, WHY | {"new_date": "2026-03-01"}, 409, "dossiers.extension.date"),
    ("extend", at_work, WHY | {"new_date": "2026-03-14"}, 409, "dossiers.extension.date"),
    ("extend", at_work, WHY | {"new_date": "mai"}, 422, "api.request.invalid"),
    ("extend", at_work, WHY | {"new_date": "9999-12-31"}, 404, "dossiers.calendar.unknown"),
    ("extend", at_work, WHY | {"new_date": "2026-03-10", "cause": "trời mưa"}, 409, "dossiers.late.cause"),
    ("apologise", at_work, WHY, 409, "dossiers.apology.not-late"),
    ("late-reason", at_work, {"cause": "trời mưa"}, 409, "dossiers.late.cause"),
    ("consult", at_work, {"units": [], "question": "?", "due": "2026-03-05"}, 422, "api.request.invalid"),
    ("consult", at_work, lambda w: {"units": [w.ward.code], "question": "?", "due": "2026-03-05"}, 409, "dossiers.consultation.self"),
    ("consult", at_work, lambda w: {"units": [w.department.code], "question": "?", "due": "2026-02-27"}, 409, "dossiers.consultation.due"),
    ("consult", at_work, {"units": ["H99.1"], "question": "?", "due": "2026-03-05"}, 404, "dossiers.unit.unknown"),
    ("consult/answer", asked, {"step": "3", "answer": "Đồng ý"}, 409, "dossiers.step.closed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "body", "status", "code"), WRONG)
def test_what_is_wrong_is_said_and_nothing_done(world, name, before, body, status, code):
    uid = before(world)
    token = program(world.province, world.ward, role=LEADER if name != "refuse" else DESK)
    then = state(uid)
    answer = send(token, "POST", f"/{uid}/{name}", body(world) if callable(body) else body)
    assert said(answer) == (status, code)
    if status == 422:
        assert answer.json()["where"].startswith("body.sent.")
    assert state(uid) == then


def test_who_asks_to_reopen_does_not_decide(world):
    uid = stopped(world)
    token = program(world.province, world.ward, role=LEADER)
    assert send(token, "POST", f"/{uid}/reopening", WHY).status_code == 200
    answer = send(token, "POST", f"/{uid}/reopening/decide", {"grant": True}, "khoa-thu-0002")
    assert said(answer) == (409, "dossiers.reopening.four-eyes")
    other = program(world.province, world.ward, role=LEADER)
    assert send(other, "POST", f"/{uid}/reopening/decide", {"grant": False}).status_code == 200
    assert Dossier.objects.get(uid=uid).status == 8


def test_a_name_that_is_none_and_one_who_may_not_are_answered_alike(world):
    """Whoever may assign learns nothing about accounts elsewhere."""
    uid = at_work(world)
    token = program(world.province, world.ward, role=LEADER)
    answers = [
        send(token, "POST", f"/{uid}/assign", {"assignee": name}).json()
        for name in ("khong-ai", "t.dept_officer", User.objects.latest("pk").username + "x")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_an_opinion_not_given_in_time_is_left_out_when_asked_for(world, _clock):
    uid = asked(world)
    token = program(world.province, world.ward)
    draft = {"name": "Giấy xác nhận"}
    assert said(send(token, "POST", f"/{uid}/submit", draft)) == (409, "dossiers.consultation.open")
    _clock.move_to(at("2026-03-06T09:00"))
    answer = send(token, "POST", f"/{uid}/submit", draft | {"without_answers": True})
    assert answer.status_code == 200
    listed = send(token, "GET", f"/{uid}/consultations").json()
    assert [(one["answered_at"], one["late"]) for one in listed] == [(None, True)]


def test_a_joint_leg_gets_the_agency_named(world):
    import sys

    from motcua.modules.catalogue.data import StepLink, StepPlan
    from motcua.modules.catalogue.models import Field

    steps = (
        StepPlan("1", 1, "reception", "Tiếp nhận", "reception-officer", "receiving", quarters=1),
        StepPlan("2", 2, "process", "Thụ lý", "processing-officer", quarters=4),
        StepPlan("3", 3, "joint", "Phối hợp", "processing-officer", "unit", leg_limit="1 ngày làm việc"),
        StepPlan("4", 4, "sign", "Ký", "unit-leader", quarters=1),
        StepPlan("5", 5, "return", "Trả kết quả", "reception-officer", "returning"),
    )
    links = tuple(StepLink(str(number), str(number + 1)) for number in range(1, 5))
    area = Field.objects.get(province=world.province, code="HT")
    sys.modules["dossier_world"].make_procedure(
        world.province, area, "1.000078", "Thủ tục phối hợp", "5 ngày làm việc", steps, links
    )
    uid = api.file_dossier(
        world.viewers["desk"], world.province, world.filing("1.000078"), hand_over=True
    ).uid
    token = program(world.province, world.ward)
    assert said(send(token, "POST", f"/{uid}/forward", {})) == (409, "dossiers.leg.unit")
    answer = send(token, "POST", f"/{uid}/forward", {"units": {"3": world.department.code}})
    assert answer.status_code == 200
    assert step_of(Dossier.objects.get(uid=uid)).unit_code == world.department.code


# -- reads ------------------------------------------------------------------------------------------


def test_opinions_are_listed_for_both_units_and_nobody_else(world):
    uid = asked(world)
    api.answer_consultation(world.viewers["dept_officer"], uid, "3?1", "Đồng ý", agrees=True)
    for unit in (world.ward, world.department):
        [one] = send(program(world.province, unit), "GET", f"/{uid}/consultations").json()
        wanted = {
            "step": "3?1", "unit": world.department.code, "question": "Ý kiến thế nào?", "answer": "Đồng ý",
            "agrees": True, "late": False,
        }  # fmt: skip
        assert {name: one[name] for name in wanted} == wanted
    stranger = program(world.province, world.other_ward)
    assert send(stranger, "GET", f"/{uid}/consultations").status_code == 404


def test_what_was_asked_of_the_applicant_is_listed(world):
    uid = received(world)
    api.request_supplement(world.viewers["desk"], uid, ["Bản sao"], "Thiếu bản sao")
    [one] = send(program(world.province, world.ward), "GET", f"/{uid}/supplements").json()
    assert (one["number"], one["items"], one["reason"]) == (1, ["Bản sao"], "Thiếu bản sao")
    assert one["answered_at"] is None
    assert send(program(world.province, world.other_ward), "GET", f"/{uid}/supplements").status_code == 404


def test_causes_of_lateness_are_those_the_operations_take(world):
    token = program(world.province, world.ward, rest.READ)
    causes = send(token, "GET", "/late-causes").json()
    uid = at_work(world)
    for one in causes:
        assert one["label"]
        api.record_late_reason(world.viewers["officer"], uid, one["code"])
    assert len(causes) > 5


def test_the_work_list_takes_the_filters_of_the_page(world, _clock):
    uid = at_work(world)
    other = api.file_dossier(
        world.viewers["desk"], world.province, world.filing("1.000002"), hand_over=True
    ).uid
    token = program(world.province, world.ward, role=LEADER)

    def found(query: str) -> set[str]:
        answer = send(token, "GET", f"/work?{query}")
        assert answer.status_code == 200, answer.content.decode()
        return {one["dossier_id"] for one in answer.json()}

    both, first, second = {str(uid), str(other)}, {str(uid)}, {str(other)}
    assert found("") == found("whose=free") == found(f"unit={world.ward.code}") == both
    assert found("kind=process") == first and found("kind=assign,process") == both
    assert found("procedure=1.000002") == second and found("field=HT") == both and found("field=XX") == set()
    assert found("whose=mine") == set() and found("words=dao mau") == both and found("words=xyz") == set()
    send(token, "POST", f"/{uid}/claim", {})
    assert found("whose=mine") == first and found("whose=free") == second
    api.wait_for_system(world.viewers["leader"], uid, "Hệ thống mẫu")
    assert found("waiting=only") == first and found("") == second and found("waiting=all") == both
    _clock.move_to(at("2026-03-20T09:00"))
    assert found("due=late&waiting=all") == both and found("due=today&waiting=all") == set()
    for query in ("whose=ai", "due=mai", "waiting=x", "limit=0", f"words={'x' * 101}"):
        answer = send(token, "GET", f"/work?{query}")
        assert said(answer) == (422, "api.request.invalid")
        assert answer.json()["where"] == f"query.{query.partition('=')[0]}"
