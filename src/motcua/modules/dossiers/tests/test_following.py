"""What happens around a dossier: units change, calendars change, applicants are told, officers are warned."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from motcua.engine.events.api import Event, seal_all
from motcua.engine.notices.api import Notice
from motcua.engine.outbox.models import Message
from motcua.engine.provinces.api import mark_simulated
from motcua.kernel.clock import VIETNAM, frozen, today
from motcua.kernel.worktime import DayKind, SpecialDay
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.keepers import follow_keepers
from motcua.modules.dossiers.models import ClockEntry, Dossier, Task
from motcua.modules.dossiers.queries import clock_of, find_dossier, search_dossiers
from motcua.modules.dossiers.recalendar import follow_dates
from motcua.modules.dossiers.telling import tell_applicants
from motcua.modules.dossiers.warning import warn_and_escalate
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


def tell_all() -> int:
    """A few beats: each deals with a bounded number of events."""
    counted = 0
    while told := tell_applicants():
        counted += told
    return counted


def filed(world, moment: str = "2026-03-02T08:15"):
    with frozen(moment):
        return api.file_dossier(world.viewers["desk"], world.province, world.filing(), hand_over=True).uid


def test_open_dossiers_follow_a_merger_and_come_back_with_its_undo(world):
    uid = filed(world)
    done = filed(world)
    with frozen("2026-03-02T09:00"):
        api.withdraw_dossier(world.viewers["desk"], done, "Rút")
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    decision = Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(decision, [world.ward.uid, world.other_ward.uid], draft)
    with frozen("2026-12-01T08:00"):
        touched = {
            one.follower: one.count for one in preview_change(Installer(), world.province, plan).touched
        }
        assert touched["dossiers:unit"] == 1 and touched["dossiers:tasks"] == 1
        change = make_change(Installer(), world.province, plan)
        dossier = Dossier.objects.get(uid=uid)
        assert (dossier.unit_code, dossier.received_code) == ("H05.99999", "H05.99999")
        assert Dossier.objects.get(uid=done).unit_code == world.ward.code
        officer = type(world.viewers["officer"])(world.viewers["officer"].user)
        assert find_dossier(officer, world.province, uid) is not None
        assert [one.uid for one in search_dossiers(officer, world.province, "nguyen dao")] == [uid]
        undo_change(Installer(), world.province, change, "Thử xong")
    assert Dossier.objects.get(uid=uid).unit_code == world.ward.code


def test_a_calendar_change_moves_the_law_and_never_the_promise(world):
    uid = filed(world)
    storm = SpecialDay(dt.date(2026, 3, 4), DayKind.CLOSURE, "Bão", "Công điện 01")
    change = CalendarChange(add_days=(storm,), summary="Nghỉ bão")
    preview = preview_calendar_change(Installer(), world.province, change)
    [touched] = [one for one in preview.touched if one.follower == "dossiers:dates"]
    assert touched.count == 1 and world.ward.code in touched.lines[0]
    change_calendar(Installer(), world.province, change)
    with frozen("2026-03-03T08:00"):
        assert follow_dates(world.province.pk) == 1
        assert follow_dates(world.province.pk) == 0
    dossier = Dossier.objects.get(uid=uid)
    assert dossier.promised == at("2026-03-05T17:00") and dossier.legal_due == at("2026-03-06T17:00")
    assert clock_of(dossier).legal_due == dossier.legal_due
    assert ClockEntry.objects.filter(dossier=dossier, kind="calendar").count() == 1


def test_the_applicant_is_told_once_from_the_sealed_log(world):
    filed(world)
    assert tell_all() == 0
    seal_all()
    assert tell_all() >= 1
    told = Message.objects.filter(subject__startswith="dossier:")
    assert told.count() == 1
    seal_all()
    tell_all()
    assert told.count() == 1


def test_in_a_simulated_province_nobody_is_told_or_warned(world):
    filed(world)
    seal_all()
    mark_simulated(world.province)
    assert tell_applicants() == 0 and warn_and_escalate() == 0
    assert not Message.objects.filter(subject__startswith="dossier:").exists()


def test_who_has_a_step_is_warned_and_the_leader_hears_when_it_is_late(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid, assignee=v["officer"].user_id)
    task = Task.objects.get(dossier__uid=uid, closed_at=None)
    with frozen("2026-03-02T11:00"):
        assert warn_and_escalate() == 0
    with frozen(task.warn_at.astimezone(VIETNAM).replace(tzinfo=None).isoformat()):
        assert warn_and_escalate() == 1
        assert warn_and_escalate() == 0
    assert set(Message.objects.filter(lane="app").values_list("kind", flat=True)) == {"dossiers.warned"}
    with frozen("2026-03-04T08:00"):
        assert warn_and_escalate() == 1
        assert warn_and_escalate() == 0
    told = list(Event.objects.filter(subject=f"dossier:{uid}").order_by("pk").values_list("type", flat=True))
    assert [one.rpartition(":")[2] for one in told[-2:]] == ["warned", "escalated"]


def test_what_waits_for_the_applicant_is_not_escalated(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.request_supplement(v["leader"], uid, ["Giấy A"], "Thiếu")
    with frozen("2026-03-10T10:00"):
        assert warn_and_escalate() == 0
    assert not Notice.objects.exists()


def test_a_result_is_told_with_the_place_to_fetch_it(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T10:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
    seal_all()
    tell_all()
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"dossiers.received", "dossiers.result-recorded"} <= kinds


def merged(world, decided: str, *units, name: str, code: str):
    """A merger in force today; the change, and the unit it made."""
    day = today()
    [top] = units_on(world.province, day, kind="province_committee")
    draft = UnitDraft(name, "commune_committee", code, parent=top.uid)
    plan = plan_merge(Decision(decided, day, title="Hợp nhất thử"), [unit.uid for unit in units], draft)
    change = make_change(Installer(), world.province, plan)
    [made] = [unit for unit in units_on(world.province, day) if unit.code == code]
    return change, made


def seen_by(world, unit, uid, role: str = "reception-officer"):
    """What somebody with a post in a unit finds of a dossier: by its identity, and by the applicant's name."""
    from dossier_world import officer

    viewer = officer(world.province, f"heir{next(_NUMBERS)}", role, unit)
    by_name = [one.uid for one in search_dossiers(viewer, world.province, "nguyen dao")]
    return find_dossier(viewer, world.province, uid) is not None, uid in by_name


_NUMBERS = itertools.count()


def ended_dossier(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T09:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
        api.return_result(v["desk"], uid)
    return uid


def test_the_successor_sees_what_its_predecessor_ended_and_figures_stay_where_they_were(world):
    uid, code = ended_dossier(world), world.ward.code
    with frozen("2026-12-01T08:00"):
        change, heir = merged(
            world, "01/NQ", world.ward, world.other_ward, name="UBND phường Mẫu", code="H05.99999"
        )
        assert seen_by(world, heir, uid) == (False, False), "not before the pass"
        moved = follow_keepers(world.province)
        assert moved >= 3 and follow_keepers(world.province) == 0, "done again, it moves nothing"
        assert seen_by(world, heir, uid) == (True, True)
        assert seen_by(world, world.department, uid) == (False, False)
        dossier = Dossier.objects.get(uid=uid)
        assert (dossier.unit_code, dossier.received_code, dossier.return_code) == (code,) * 3
        assert set(Task.objects.filter(dossier=dossier).values_list("unit_code", flat=True)) == {code}
        undo_change(Installer(), world.province, change, "Thử xong")
        assert follow_keepers(world.province) == moved
        assert seen_by(world, heir, uid) == (False, False)
        assert seen_by(world, world.ward, uid) == (True, True)
    assert Dossier.objects.get(uid=uid).unit_path == world.ward.path


def test_files_go_through_two_mergers_and_back_one_by_one(world):
    uid = ended_dossier(world)
    others = units_on(world.province, dt.date(2026, 12, 1), kind="commune_committee")
    third = next(unit for unit in others if unit.code not in (world.ward.code, world.other_ward.code))

    def path() -> str:
        follow_keepers(world.province)
        return Dossier.objects.get(uid=uid).unit_path

    with frozen("2026-12-01T08:00"):
        first, one = merged(
            world, "01/NQ", world.ward, world.other_ward, name="UBND phường Một", code="H05.99998"
        )
        assert path() == one.path
    with frozen("2026-12-02T08:00"):
        second, two = merged(world, "02/NQ", one, third, name="UBND phường Hai", code="H05.99999")
        assert path() == two.path
        undo_change(Installer(), world.province, second, "Thử xong")
        assert path() == one.path
        undo_change(Installer(), world.province, first, "Thử xong")
        assert path() == world.ward.path


def test_a_result_not_handed_over_is_returned_by_the_successor_and_stays_resolved_by_its_predecessor(world):
    v = world.viewers
    uid = filed(world)
    with frozen("2026-03-02T09:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
    with frozen("2026-12-01T08:00"):
        change, heir = merged(
            world, "01/NQ", world.ward, world.other_ward, name="UBND phường Mẫu", code="H05.99999"
        )
        follow_keepers(world.province)
        dossier = Dossier.objects.get(uid=uid)
        assert (dossier.unit_code, dossier.unit_path) == (world.ward.code, heir.path)
        assert (dossier.return_code, dossier.return_path) == (heir.code, heir.path)
        undo_change(Installer(), world.province, change, "Thử xong")
        follow_keepers(world.province)
    dossier = Dossier.objects.get(uid=uid)
    assert {dossier.unit_code, dossier.return_code} == {world.ward.code}
    assert {dossier.unit_path, dossier.return_path} == {world.ward.path}


def test_opened_again_a_dossier_is_its_keepers(world):
    from dossier_world import officer

    uid = ended_dossier(world)
    with frozen("2026-12-01T08:00"):
        _change, heir = merged(
            world, "01/NQ", world.ward, world.other_ward, name="UBND phường Mẫu", code="H05.99999"
        )
        follow_keepers(world.province)
        one, two = (officer(world.province, name, "unit-leader", heir) for name in ("mot", "hai"))
        api.ask_reopening(one, uid, "Sai họ tên")
        api.decide_reopening(two, uid, grant=True)
        dossier = Dossier.objects.get(uid=uid)
        assert (dossier.unit_code, dossier.received_code, dossier.return_code) == (heir.code,) * 3
        assert Task.objects.get(dossier=dossier, closed_at=None).unit_code == heir.code


def test_a_change_says_how_many_ended_files_go_along_and_asks_for_the_pass(world, monkeypatch):
    ended_dossier(world)
    asked: list[Any] = []
    monkeypatch.setattr(
        "motcua.modules.dossiers.keepers.defer", lambda job, sent, **_: asked.append((job.name, sent))
    )
    day = dt.date(2026, 12, 1)
    [top] = units_on(world.province, day, kind="province_committee")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(
        Decision("01/NQ", day, title="Hợp nhất thử"), [world.ward.uid, world.other_ward.uid], draft
    )
    with frozen("2026-12-01T08:00"):
        touched = {
            one.follower: one.count for one in preview_change(Installer(), world.province, plan).touched
        }
        assert touched["dossiers:ended"] == 1
        change = make_change(Installer(), world.province, plan)
        undo_change(Installer(), world.province, change, "Thử xong")
    assert asked == [("dossiers.follow-keepers", {"province_id": world.province.pk})] * 2
