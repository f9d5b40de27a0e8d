"""Changing a calendar: what inherits, what is refused, what followers and the log are told, and undo."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import transaction

from motcua.engine.events.api import Event, tell
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import VIETNAM, frozen
from motcua.kernel.worktime import CalendarYear, DayKind, WeeklyHours, due, parse_limit, vietnam
from motcua.reference.calendars.api import (
    CalendarChange,
    CalendarRefused,
    calendar_for,
    calendar_version,
    change_calendar,
    close_for_emergency,
    deadline_print,
    preview_calendar_change,
    preview_calendar_restore,
    register_calendar_follower,
    restore_calendar,
)
from motcua.reference.calendars.models import CalendarVersion
from motcua.reference.calendars.tests.conftest import Following, holiday, sessions
from motcua.reference.organisations.api import (
    Decision,
    UnitDraft,
    merge_units,
    rename_unit,
    undo_change,
    unit_at,
)

TUESDAY = dt.date(2026, 12, 1)
DECISION = {"decision_number": "5/QĐ-UBND"}


@pytest.fixture(autouse=True)
def _today():
    with frozen(dt.datetime(2026, 11, 25, 9, tzinfo=VIETNAM)):
        yield


def refusal(code: str):
    return pytest.raises(CalendarRefused, check=lambda error: error.code == f"calendars.{code}")


def closing(day: dt.date, path: str = "/", **fields) -> CalendarChange:
    return CalendarChange(unit_path=path, add_days=(holiday(day),), summary="Nghỉ thêm", **fields)


def test_a_province_without_versions_follows_the_packaged_calendar(province):
    assert calendar_for(province.pk, "/T01/T01.1/") is vietnam()
    assert calendar_version(province.pk) == (0, deadline_print(vietnam()))


def test_a_day_off_of_the_province_moves_deadlines_in_every_unit(province, manager, town):
    received = dt.datetime(2026, 11, 30, 9, tzinfo=VIETNAM)
    limit = parse_limit("01 ngày làm việc")
    assert due(calendar_for(province.pk, town["T01.1"]), received, limit).at.date() == TUESDAY
    version = change_calendar(manager(), province, closing(TUESDAY), **DECISION)
    assert (version.number, version.unit_path, version.decision_number) == (1, "/", "5/QĐ-UBND")
    after = due(calendar_for(province.pk, town["T01.1"]), received, limit)
    assert after.at.date() == dt.date(2026, 12, 2)
    assert "thứ Ba 01/12/2026" in after.explanation and "Nghỉ của tỉnh" in after.explanation
    assert calendar_version(province.pk, town["T01.1"]) == (1, version.fingerprint)


def test_a_unit_inherits_from_its_nearest_ancestor(province, manager, town):
    boss = manager()
    change_calendar(boss, province, closing(TUESDAY, town["T01.1"]), **DECISION)
    works = {code: calendar_for(province.pk, path).is_working_day(TUESDAY) for code, path in town.items()}
    assert works == {"T01": True, "T01.1": False, "T01.1.01": False, "T01.2": True}
    # A later change of the province reaches the unit that has a calendar of its own too.
    change_calendar(boss, province, closing(dt.date(2026, 12, 2)), **DECISION)
    assert not calendar_for(province.pk, town["T01.1.01"]).is_working_day(dt.date(2026, 12, 2))
    assert calendar_version(province.pk, town["T01.1"])[0] == 1
    assert calendar_version(province.pk, town["T01.2"])[0] == 1
    assert calendar_version(province.pk, town["T01.1"])[1] != calendar_version(province.pk, town["T01.2"])[1]


def test_ordinary_again_and_back_to_the_parent(province, manager, town):
    boss, path = manager(), town["T01.1"]
    new_year = dt.date(2027, 1, 1)
    open_on = CalendarChange(path, remove_days=(new_year,), summary="Trực ngày lễ")
    change_calendar(boss, province, open_on, **DECISION)
    day = calendar_for(province.pk, path).day(new_year)
    assert (day.kind, day.minutes, day.name) == (DayKind.WORK, 450, "")
    assert not calendar_for(province.pk, "/").is_working_day(new_year)
    back = CalendarChange(path, reset_days=(new_year,), summary="Thôi trực")
    change_calendar(boss, province, back, **DECISION)
    assert calendar_version(province.pk, path) == (2, deadline_print(vietnam()))
    with refusal("change.unknown-days"):
        change_calendar(boss, province, back, **DECISION)


def test_new_weekly_hours_hold_from_their_day_on(province, manager):
    week = (*[sessions("08:00-12:00", "13:00-17:00")] * 5, sessions("08:00-11:30"), ())
    hours = WeeklyHours(dt.date(2026, 12, 7), week, "Quyết định 9/QĐ-UBND")
    change = CalendarChange(hours=(hours,), summary="Giờ mùa đông")
    preview = preview_calendar_change(manager(), province, change)
    assert preview.days[0].date == dt.date(2026, 12, 7) and preview.moves_deadlines
    assert any("quá 40 giờ" in caution for caution in preview.warnings)
    change_calendar(manager(name="khac"), province, change, **DECISION)
    calendar = calendar_for(province.pk)
    assert calendar.day(dt.date(2026, 12, 4)).sessions == sessions("07:30-11:30", "13:30-17:00")
    assert calendar.day(dt.date(2026, 12, 7)).sessions == sessions("08:00-12:00", "13:00-17:00")
    assert calendar.day(dt.date(2026, 12, 12)).sessions == sessions("08:00-11:30")
    assert calendar.day_minutes == 450, "one working day as a duration stays what it was"


def test_years_are_confirmed_and_added_by_the_province_only(province, manager, town):
    years = (CalendarYear(2027, True), CalendarYear(2028, False, "chưa công bố"))
    boss = manager()
    with refusal("change.years-of-unit"):
        change_calendar(
            boss, province, CalendarChange(town["T01.1"], years=years, summary="Năm mới"), **DECISION
        )
    with refusal("change.contradiction"):
        gap = CalendarChange(years=(CalendarYear(2030, False),), summary="Cách năm")
        change_calendar(boss, province, gap, **DECISION)
    change_calendar(boss, province, CalendarChange(years=years, summary="Năm mới"), **DECISION)
    calendar = calendar_for(province.pk, town["T01.1"])
    assert calendar.is_confirmed(TUESDAY.replace(year=2027)) and calendar.last_day == dt.date(2028, 12, 31)
    # A year that a unit below uses cannot be taken away again.
    change_calendar(boss, province, closing(dt.date(2028, 5, 4), town["T01.1"]), **DECISION)
    with refusal("change.contradiction"):
        restore_calendar(boss, province, "/", 0)
    assert calendar_for(province.pk).last_day.year == 2028


def test_an_emergency_closure_needs_no_decision_but_a_source(province, manager, town):
    boss = manager()
    version = close_for_emergency(
        boss,
        province,
        days=(TUESDAY,),
        reason="Bão số 14",
        source="Công điện 12/CĐ-UBND",
        sessions=sessions("07:30-11:30"),
    )
    day = calendar_for(province.pk, town["T01.2"]).day(TUESDAY)
    assert (day.kind, day.minutes, day.name, day.source) == (
        DayKind.CLOSURE,
        240,
        "Bão số 14",
        "Công điện 12/CĐ-UBND",
    )
    assert version.decision_number == ""
    with refusal("change.source"):
        close_for_emergency(boss, province, days=(dt.date(2026, 12, 2),), reason="Bão số 14", source=" ")


@pytest.mark.parametrize(
    ("change", "decision", "code"),
    [
        (CalendarChange(summary="Không gì cả"), DECISION, "change.empty"),
        (CalendarChange(add_days=(holiday(TUESDAY),)), DECISION, "change.summary"),
        (closing(TUESDAY), {}, "change.decision"),
        (closing(TUESDAY, "/T01/T01.9/"), DECISION, "unit.unknown"),
        (closing(TUESDAY, "/T01/"), DECISION, "unit.unknown"),
        (closing(dt.date(2035, 1, 1)), DECISION, "change.contradiction"),
        (CalendarChange(add_days=(holiday(TUESDAY),) * 2, summary="Hai lần"), DECISION, "change.twice"),
        (CalendarChange(remove_days=(TUESDAY,), summary="Bỏ"), DECISION, "change.unknown-days"),
        (CalendarChange(drop_hours=(TUESDAY,), summary="Bỏ"), DECISION, "change.unknown-hours"),
        (
            CalendarChange(add_days=(holiday(TUESDAY, sessions=sessions("07:30-11:30")),), summary="Nửa ngày"),
            DECISION,
            "change.contradiction",
        ),
    ],
)  # fmt: skip
def test_refused_and_nothing_changed(province, manager, town, change, decision, code):
    boss = manager()
    count = Event.objects.count()
    with refusal(code):
        change_calendar(boss, province, change, **decision)
    assert not CalendarVersion.objects.exists() and Event.objects.count() == count
    assert calendar_for(province.pk) is vietnam()


def test_only_who_manages_the_unit_and_all_below(province, manager, town, installer):
    local = manager(town["T01.1"])
    change_calendar(local, province, closing(TUESDAY, town["T01.1.01"]), **DECISION)
    for path in ("/", town["T01"], town["T01.2"]):
        for act in (
            lambda path=path: change_calendar(local, province, closing(TUESDAY, path), **DECISION),
            lambda path=path: preview_calendar_change(local, province, closing(TUESDAY, path)),
            lambda path=path: restore_calendar(local, province, path, 0),
            lambda path=path: preview_calendar_restore(local, province, path, 0),
        ):
            with pytest.raises(NotPermitted):
                act()
    assert CalendarVersion.objects.count() == 1


def test_events_tell_the_whole_change(province, manager, town):
    def snapshot():
        rows = CalendarVersion.objects.order_by("pk")
        return {
            f"{row.unit_path}#{row.number}": [row.summary, row.decision_number, row.fingerprint]
            for row in rows
        }

    def apply(state, event):
        said = event.payload
        key = f"{said['path']}#{said['number']}"
        return state | {key: [said["summary"], said["decision"], said["fingerprint"]]}

    boss = manager()
    kinds = {"calendars:calendar:changed": apply, "calendars:calendar:restored": apply}
    with replays(snapshot, kinds) as happened:
        change_calendar(boss, province, closing(TUESDAY, town["T01.1"]), **DECISION)
        restore_calendar(boss, province, town["T01.1"], 0)
    assert [event.unit_code for event in happened] == ["T01.1", "T01.1"]
    assert tell(happened[0]) == "Sửa lịch làm việc, phiên bản 1: Nghỉ thêm (văn bản 5/QĐ-UBND)"
    assert happened[0].payload["definition"]["days"][0]["date"] == "2026-12-01"
    assert happened[0].actor_id == boss.user_id
    assert happened[1].payload["restores"] == 0


def test_the_same_key_does_nothing_twice(province, manager):
    boss = manager()
    first = change_calendar(boss, province, closing(TUESDAY), **DECISION, idempotency_key="a")
    again = change_calendar(boss, province, closing(TUESDAY), **DECISION, idempotency_key="a")
    assert first == again and CalendarVersion.objects.count() == 1
    with refusal("change.empty"):
        change_calendar(boss, province, closing(TUESDAY), **DECISION, idempotency_key="b")


def test_a_preview_that_is_no_longer_true_is_refused(province, manager):
    boss = manager()
    seen = preview_calendar_change(boss, province, closing(TUESDAY)).number
    change_calendar(boss, province, closing(dt.date(2026, 12, 2)), **DECISION, seen=seen)
    with refusal("change.stale"):
        change_calendar(boss, province, closing(TUESDAY), **DECISION, seen=seen)


def test_preview_shows_days_units_and_followers_and_changes_nothing(province, manager, town):
    register_calendar_follower(Following())
    boss = manager()
    change_calendar(boss, province, closing(dt.date(2026, 12, 3), town["T01.1"]), **DECISION)
    preview = preview_calendar_change(boss, province, closing(TUESDAY))
    assert [(day.date, day.old.minutes, day.new.minutes) for day in preview.days] == [(TUESDAY, 450, 0)]
    assert preview.units == ((town["T01.1"], 1),)
    assert [(t.label, t.count, t.lines) for t in preview.touched] == [("Việc thử", 2, ("False", "/"))]
    assert CalendarVersion.objects.count() == 1 and calendar_for(province.pk).is_working_day(TUESDAY)
    past = preview_calendar_change(boss, province, closing(dt.date(2026, 11, 23)))
    assert any("1 ngày đã qua" in caution for caution in past.warnings)


def test_followers_are_brought_along_in_the_same_transaction(province, manager):
    following = Following()
    register_calendar_follower(following)
    seen_inside: list[bool] = []

    class Looking(Following):
        code = "test:looking"

        def apply(self, province, old, new, change_uid: uuid.UUID) -> int:
            seen_inside.append(calendar_for(province.pk).is_working_day(TUESDAY))
            return 0

    register_calendar_follower(Looking())
    version = change_calendar(manager(), province, closing(TUESDAY), **DECISION)
    assert following.applied == [(deadline_print(vietnam()), version.fingerprint, version.uid)]
    assert seen_inside == [False], "the calendars in force are already the new ones"


def test_a_follower_that_fails_undoes_the_change(province, manager):
    class Failing(Following):
        def apply(self, province, old, new, change_uid) -> int:
            raise RuntimeError("không làm được")

    register_calendar_follower(Failing())
    boss = manager()
    with pytest.raises(RuntimeError), transaction.atomic():
        change_calendar(boss, province, closing(TUESDAY), **DECISION)
    assert not CalendarVersion.objects.exists()
    assert calendar_for(province.pk) is vietnam(), "nothing of it stays in the process"


def test_undo_restores_an_equal_print_as_a_new_version(province, manager):
    boss = manager()
    first = change_calendar(boss, province, closing(TUESDAY), **DECISION)
    change_calendar(boss, province, closing(dt.date(2026, 12, 2)), **DECISION)
    assert preview_calendar_restore(boss, province, "/", 1).days[0].date == dt.date(2026, 12, 2)
    third = restore_calendar(boss, province, "/", 1)
    assert (third.number, third.fingerprint) == (3, first.fingerprint)
    fourth = restore_calendar(boss, province, "/", 0)
    assert fourth.fingerprint == deadline_print(vietnam()) == calendar_version(province.pk)[1]
    with refusal("version.unknown"):
        restore_calendar(boss, province, "/", 9)
    with refusal("change.empty"):
        restore_calendar(boss, province, "/", 0)


def test_a_units_calendar_follows_its_rename_and_comes_back(province, manager, town, installer):
    change_calendar(manager(), province, closing(TUESDAY, town["T01.1"]), **DECISION)
    uid = unit_at(province, "T01.1", TUESDAY).uid
    act = rename_unit(
        installer, province, Decision("2/QĐ", dt.date(2026, 11, 25)), uid, name="UBND phường An", code="T01.8"
    )
    assert not calendar_for(province.pk, "/T01/T01.8/").is_working_day(TUESDAY)
    assert calendar_for(province.pk, town["T01.1"]).is_working_day(TUESDAY)
    undo_change(installer, province, act, "Nhập nhầm")
    assert not calendar_for(province.pk, town["T01.1"]).is_working_day(TUESDAY)


def test_merged_units_do_not_inherit_one_of_their_calendars(province, manager, town, installer):
    change_calendar(manager(), province, closing(TUESDAY, town["T01.1"]), **DECISION)
    root = unit_at(province, "T01", TUESDAY).uid
    both = [unit_at(province, code, TUESDAY).uid for code in ("T01.1", "T01.2")]
    draft = UnitDraft("UBND xã An Bình", "commune_committee", "T01.3", root)
    merge_units(installer, province, Decision("3/QĐ", dt.date(2026, 11, 25)), both, draft)
    assert calendar_for(province.pk, "/T01/T01.3/").is_working_day(TUESDAY)
