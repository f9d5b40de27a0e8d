"""Facts equal the rows they are of; figures over them are what was done, counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from motcua.engine.events.api import Event
from motcua.engine.figures.api import REGISTRY, FactShape, State, evaluate, format_value
from motcua.kernel.clock import frozen
from motcua.kernel.ids import uuid7
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.models import Dossier
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition, Publication, RatingDraft
from motcua.modules.feedback.facts import SOURCES
from motcua.modules.feedback.figures import FIGURES
from motcua.modules.feedback.models import Grievance, Rating, Ticket

pytestmark = pytest.mark.django_db
MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
PYTHON = {"text": str, "integer": int, "date": dt.date, "flag": bool}
MAY_BE_MISSING = {
    "due_on", "screened_on", "forwarded_on", "answered_on", "resolved_on", "published_on", "closed_on", "on_time",
    "since_on", "score_time", "score_agency_time", "score_contacts", "score_agencies", "score_publicity",
    "score_attitude",
}  # fmt: skip


def rows(shape: FactShape, sql: str, province: int, uids: list[Any] | None = None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"province": province, "uids": uids})
        assert [one.name for one in cursor.description] == list(shape.columns)
        return [dict(zip(shape.columns, row, strict=True)) for row in cursor.fetchall()]


def facts(world) -> dict[str, list[dict[str, Any]]]:
    return {shape.name: rows(shape, sql, world.province.pk) for shape, sql, _events in SOURCES}


def figure(world, code: str, window: Window = MARCH) -> Any:
    found = facts(world)
    return evaluate(REGISTRY.figure(code, window.last), lambda name: found[name], window)


def parts(world, code: str, window: Window = MARCH) -> tuple[int, int]:
    value = figure(world, code, window)
    return int(value.numerator), int(value.denominator)


def received(world, moment: str, **changes: Any) -> Any:
    values: dict[str, Any] = {"kind": "regulation", "channel": "portal", "content": "Nội dung", "receiving": world.ward.code}  # fmt: skip
    with frozen(moment):
        uid = api.receive_ticket(
            world.viewers["coordinator"], world.province, Petition(**(values | changes))
        ).uid
    return uid


def answered(world, moment: str, at: str, **changes: Any) -> Any:
    uid = received(world, moment, **changes)
    with frozen(at):
        api.accept_ticket(world.viewers["coordinator"], world.province, uid)
        api.answer_ticket(world.viewers["officer"], world.province, uid, "Trả lời", "explained")
    return uid


@pytest.fixture
def month(world):
    """Seven petitions around March 2026, one dossier's ratings."""
    v, p = world.viewers, world.province
    made = {
        "in time": answered(world, "2026-03-02T08:00", "2026-03-10T08:00"),
        "late": answered(world, "2026-03-02T08:00", "2026-03-24T08:00"),
        "before": answered(world, "2026-02-27T08:00", "2026-03-03T08:00", kind="conduct"),
        "after": answered(world, "2026-03-20T08:00", "2026-04-01T08:00", kind="service"),
        "refused": received(world, "2026-03-02T08:00"),
        "overdue": received(world, "2026-03-03T08:00", kind="conduct"),
        "waiting": received(world, "2026-03-03T09:00", sender=api.Sender("Trần Mẫu", "0900000018")),
    }
    with frozen("2026-03-04T08:00"):
        api.refuse_ticket(v["coordinator"], p, made["refused"], "unclear", "Không rõ")
        for name in ("overdue", "waiting"):
            api.accept_ticket(v["coordinator"], p, made[name])
        api.ask_sender(v["officer"], p, made["waiting"], "Rõ thêm?")
    with frozen("2026-03-11T08:00"):
        api.publish_ticket(v["leader"], p, made["in time"], Publication("Hỏi?", "Đáp."))
    return made


def test_every_row_is_a_fact_of_its_shape(world, month):
    for (shape, sql, events), model in zip(SOURCES[:3], (Ticket, Rating, Grievance), strict=True):
        found = rows(shape, sql, world.province.pk)
        assert len(found) == model._default_manager.count()
        for row in found:
            for name, value in row.items():
                kind = PYTHON[shape.columns[name]]
                assert isinstance(value, kind) or (value is None and name in MAY_BE_MISSING), (name, value)
        assert all(prefix.endswith(":") for prefix in events)


def test_days_are_those_of_viet_nam(world):
    uid = received(world, "2026-03-02T00:30")  # still 1 March in UTC
    shape, sql, _events = SOURCES[0]
    [row] = rows(shape, sql, world.province.pk)
    assert (row["ticket"], row["received_on"]) == (str(uid), dt.date(2026, 3, 2))
    assert row["due_on"] == dt.date(2026, 3, 23)


def test_only_the_records_asked_for_and_only_of_the_province(world, month):
    shape, sql, _events = SOURCES[0]
    wanted = [month["late"], month["refused"]]
    assert {row["ticket"] for row in rows(shape, sql, world.province.pk, wanted)} == {
        str(one) for one in wanted
    }
    assert rows(shape, sql, world.province.pk, [uuid7()]) == []
    assert rows(shape, sql, world.province.pk, []) == []
    assert rows(shape, sql, world.province.pk + 999) == []


def test_events_name_the_record_whose_row_changed(world, month):
    """An increment reads the subject's uid of these events, and nothing else."""
    subjects = {
        event.subject.partition(":")[2]
        for event in Event.objects.filter(type__startswith=SOURCES[0][2][0])
    }  # fmt: skip
    assert subjects == {str(one) for one in month.values()}


def test_petitions_counted_by_hand(world, month):
    count = {
        code: int(figure(world, f"feedback.tickets.{code}").numerator)
        for code in (
            "received",
            "received-resolved",
            "resolved",
            "resolved-in-time",
            "open",
            "overdue",
            "published",
        )
    }
    assert count == {
        "received": 6,  # all but "before"
        "received-resolved": 3,  # in time, late, refused
        "resolved": 4,  # and "before"
        "resolved-in-time": 3,  # not "late"
        "open": 3,  # after, overdue, waiting
        "overdue": 1,  # due 24/3
        "published": 1,
    }
    assert parts(world, "feedback.tickets.resolved-rate") == (3, 6)
    assert parts(world, "feedback.tickets.in-time-rate") == (3, 4)


def test_form_3_counts_what_is_about_regulations_and_taken_up(world, month):
    # in time, late, waiting; the refused one was not taken up
    assert int(figure(world, "feedback.regulation.received").numerator) == 3
    assert int(figure(world, "feedback.regulation.resolved").numerator) == 2
    value = figure(world, "feedback.regulation.rate")
    assert (value.numerator, value.denominator) == (2, 3)
    assert format_value(value, REGISTRY.figure("feedback.regulation.rate", MARCH.last)) == "66,67"
    april = Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert figure(world, "feedback.regulation.rate", april).state is State.NOT_APPLICABLE


def test_index_766_petitions(world, month):
    assert int(figure(world, "feedback.index.procedure").numerator) == 5
    assert int(figure(world, "feedback.index.staff").numerator) == 1
    # in time: answered, refused; not yet due: after; waiting for its sender. Not: late, overdue.
    assert parts(world, "feedback.index.on-time") == (4, 6)
    assert parts(world, "feedback.index.handling-satisfaction") == (4, 6)
    v, p = world.viewers, world.province
    api.record_reactions(v["coordinator"], p, month["in time"], 1, 2)
    api.mark_repeat(v["coordinator"], p, month["after"], Ticket.objects.get(uid=month["late"]).number)
    api.record_reactions(v["coordinator"], p, month["late"], 0, 9)  # late already: not taken off twice
    assert parts(world, "feedback.index.handling-satisfaction") == (2, 6)
    assert parts(world, "feedback.index.on-time") == (4, 6)


def test_each_petition_is_held_once_at_most_whatever_the_last_day(world, month):
    for day in range(2, 32):
        over, under = parts(world, "feedback.index.on-time", Window(MARCH.first, dt.date(2026, 3, day)))
        assert 0 <= over <= under
        resolved, received_ = parts(
            world, "feedback.tickets.resolved-rate", Window(MARCH.first, dt.date(2026, 3, day))
        )
        assert 0 <= resolved <= received_


def test_reopened_it_no_longer_counts_as_resolved(world, month):
    with frozen("2026-03-12T08:00"):
        api.reopen_ticket(world.viewers["leader"], world.province, month["in time"], "Chưa đồng ý")
    assert parts(world, "feedback.tickets.resolved-rate") == (2, 6)


def dossier(world) -> Dossier:
    with frozen("2026-03-02T08:15"):
        done = dossiers.file_dossier(
            world.viewers["desk"], world.province, world.filing(handling=world.department.code)
        )
        dossiers.stop_dossier(world.viewers["dept_leader"], done.uid, "Lý do thử nghiệm")
    return Dossier.objects.get(uid=done.uid)


def test_ratings_counted_by_hand(world):
    drafts = (
        RatingDraft("handling", "very-satisfied", {"time": 2, "contacts": 2}),
        RatingDraft("handling", "satisfied", {"time": 1}),
        RatingDraft("handling", "neutral"),
        RatingDraft("handling", "dissatisfied", {"time": 0, "attitude": 0}),
        RatingDraft("reception", "dissatisfied"),
    )
    unhappy = None
    for draft in drafts:
        row = unhappy if draft.kind == "reception" else dossier(world)
        with frozen("2026-03-05T08:00"):
            api.record_rating(world.viewers["desk"], world.province, row.code, draft)
        unhappy = row
    with frozen("2026-03-06T08:00"):
        api.receive_ticket(
            world.viewers["coordinator"],
            world.province,
            Petition("service", "phone", "Chậm", world.ward.code, dossier_code=unhappy.code),
        )
    assert int(figure(world, "feedback.ratings.given").numerator) == 5
    assert parts(world, "feedback.ratings.satisfied") == (2, 5)
    assert parts(world, "feedback.ratings.dissatisfied") == (2, 5)
    assert parts(world, "feedback.ratings.score-time") == (3, 3)
    assert parts(world, "feedback.ratings.score-attitude") == (0, 1)
    assert figure(world, "feedback.ratings.score-agencies").state is State.NOT_APPLICABLE
    # two dislikes and a petition of one dossier: one dossier
    assert int(figure(world, "feedback.index.aggrieved-dossiers").numerator) == 1


def test_every_figure_names_its_law_in_two_languages():
    for one in FIGURES:
        assert REGISTRY.figure(one.code, MARCH.last) == one
        assert set(one.labels) == {"vi", "en"} and one.legal_basis
