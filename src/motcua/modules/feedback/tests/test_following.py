"""Open petitions follow units and calendars that change, and every row moved has its event."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from motcua.engine.events.api import Event
from motcua.kernel.clock import VIETNAM, frozen
from motcua.kernel.worktime import DayKind, SpecialDay
from motcua.modules.feedback import api
from motcua.modules.feedback.data import Petition
from motcua.modules.feedback.events import CODES
from motcua.modules.feedback.models import Ticket
from motcua.reference.calendars.api import CalendarChange, change_calendar, preview_calendar_change
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


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def received(world, moment: str = "2026-03-02T08:15", **changes: Any):
    values: dict[str, Any] = {"kind": "conduct", "channel": "portal", "content": "Nội dung", "receiving": world.ward.code}  # fmt: skip
    with frozen(moment):
        return api.receive_ticket(
            world.viewers["coordinator"], world.province, Petition(**(values | changes))
        ).uid


def test_open_petitions_follow_a_merger_and_come_back_with_its_undo(world):
    uid, ended = received(world), received(world)
    with frozen("2026-03-03T08:00"):
        api.withdraw_ticket(world.viewers["coordinator"], world.province, ended, "Rút")
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    decision = Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử")
    plan = plan_merge(decision, [world.ward.uid, world.other_ward.uid], draft)
    with frozen("2026-12-01T08:00"):
        touched = {
            one.follower: one.count for one in preview_change(Installer(), world.province, plan).touched
        }
        assert touched["feedback:unit"] == touched["feedback:received"] == 1
        change = make_change(Installer(), world.province, plan)
        row = Ticket.objects.get(uid=uid)
        assert (row.unit_code, row.received_code) == ("H05.99999", "H05.99999")
        assert Ticket.objects.get(uid=ended).unit_code == world.ward.code
        leader = type(world.viewers["leader"])(world.viewers["leader"].user)
        assert api.find_ticket(leader, world.province, uid) is not None
        undo_change(Installer(), world.province, change, "Thử xong")
    row = Ticket.objects.get(uid=uid)
    assert (row.unit_code, row.unit_path, row.received_path) == (
        world.ward.code, world.ward.path, world.ward.path,
    )  # fmt: skip
    moved = Event.objects.filter(subject=f"ticket:{uid}", type=CODES["moved"])
    assert moved.count() == 4  # two seats, there and back
    assert row.revision == 5


def test_an_answer_that_waits_to_be_published_follows_its_unit(world):
    """Nobody could publish it otherwise: the unit it was answered in is no more."""
    uid = received(world)
    with frozen("2026-03-03T08:00"):
        Ticket.objects.filter(uid=uid).update(state="answered")
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(
        Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử"),
        [world.ward.uid, world.other_ward.uid],
        draft,
    )
    with frozen("2026-12-01T08:00"):
        make_change(Installer(), world.province, plan)
        assert Ticket.objects.get(uid=uid).unit_code == "H05.99999"


def test_a_calendar_change_moves_the_limits_of_open_petitions(world):
    uid, ended = received(world), received(world)
    elsewhere = received(world, handling=world.department.code)
    with frozen("2026-03-03T08:00"):
        api.withdraw_ticket(world.viewers["coordinator"], world.province, ended, "Rút")
    before = Ticket.objects.get(uid=ended)
    storm = SpecialDay(dt.date(2026, 3, 4), DayKind.CLOSURE, "Bão", "Công điện 01")
    change = CalendarChange(add_days=(storm,), summary="Nghỉ bão", unit_path=world.ward.path)
    preview = preview_calendar_change(Installer(), world.province, change)
    [touched] = [one for one in preview.touched if one.follower == "feedback:limits"]
    assert touched.count == 1 and "23/03/2026 → 24/03/2026" in touched.lines[0]
    change_calendar(Installer(), world.province, change)
    row = Ticket.objects.get(uid=uid)
    assert row.due_at == at("2026-03-24T17:00")
    assert row.screen_due_at == at("2026-03-05T17:00")
    assert Ticket.objects.get(uid=ended).due_at == before.due_at
    assert Ticket.objects.get(uid=elsewhere).due_at == at("2026-03-23T17:00")
    [event] = Event.objects.filter(type=CODES["calendar-applied"])
    assert event.subject == f"ticket:{uid}"


def test_dates_folded_anew_are_those_kept(world):
    from motcua.modules.feedback.following import dates_of
    from motcua.reference.calendars.api import calendars_of

    v, p = world.viewers, world.province
    sender = api.Sender("Trần Mẫu", "0900000018")
    uids = [
        received(world),
        received(world, kind="regulation", channel="app"),
        received(world, sender=sender),
    ]
    with frozen("2026-03-05T15:30"):
        api.forward_ticket(v["coordinator"], p, uids[1], world.department.code, "Thẩm quyền của sở")
        api.accept_ticket(v["coordinator"], p, uids[2])
        api.ask_sender(v["leader"], p, uids[2], "Rõ thêm?")
    with frozen("2026-03-06T09:00"):
        api.record_clarification(v["leader"], p, uids[2], "Đây ạ")
    rows = [Ticket.objects.get(uid=uids[2])]
    with frozen("2026-03-06T10:00"):
        api.answer_ticket(v["leader"], p, uids[2], "Trả lời", "explained")
    with frozen("2026-03-09T08:00"):
        api.reopen_ticket(v["leader"], p, uids[2], "Chưa đồng ý")
    assert rows[0].waited_minutes > 0
    for row in (*rows, *Ticket.objects.filter(uid__in=uids)):
        assert dates_of(row, calendars_of(p.pk)) == {
            "screen_due_at": row.screen_due_at,
            "forward_due_at": row.forward_due_at,
            "due_at": row.due_at,
        }
