"""Dated parameters: defaults, values from a day on, what they do to the first-day rule, refusals and events."""

from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.events.api import Event, tell
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import VIETNAM, frozen
from motcua.kernel.worktime import DayStart, due, first_day_rules, parse_limit, rule_on, vietnam
from motcua.reference.calendars.api import (
    YES_NO,
    CalendarRefused,
    declare_parameter,
    declared_parameters,
    parameter,
    rule_for,
    set_parameter,
    withdraw_parameter,
)
from motcua.reference.calendars.models import Parameter

TODAY, LATER = dt.date(2026, 11, 25), dt.date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _today():
    with frozen(dt.datetime(2026, 11, 25, 9, tzinfo=VIETNAM)):
        yield


def refusal(code: str):
    return pytest.raises(CalendarRefused, check=lambda error: error.code == f"calendars.{code}")


@pytest.mark.django_db
def test_defaults_hold_while_nothing_is_set(province):
    of_these_rooms = [
        known for known in declared_parameters() if known.name.startswith(("clock.", "dossiers."))
    ]
    values = {known.name: parameter(province.pk, known.name, TODAY) for known in of_these_rooms}
    lead = values.pop("dossiers.warn_before")
    assert (lead.minutes(2250, 450), lead.limit) == (450, None)
    assert values == {
        "clock.first_day_rule": "packaged",
        "clock.handover_after": dt.time(15),
        "clock.late_moves_limit": False,
        "clock.off_hours_moves_receipt": False,
        "dossiers.extension_notice_days": 1,
        "dossiers.four_eyes": "drafter",
        "dossiers.green_lane_hours": 24,
        "dossiers.green_lane_share": 0.6,
        "dossiers.kept_fields": (),
        "dossiers.max_supplements": 1,
        "dossiers.online_accept_hours": 8,
        "dossiers.supplement_restart": "restart",
        "dossiers.supplement_within_days": 3,
    }
    assert rule_for(province.pk, TODAY) == rule_on(TODAY, first_day_rules())
    assert all(known.basis for known in declared_parameters())
    with pytest.raises(LookupError):
        parameter(province.pk, "khong.co", TODAY)


@pytest.mark.django_db
def test_a_value_holds_from_its_day_until_the_next(province, manager):
    boss = manager()
    set_parameter(boss, province, "dossiers.max_supplements", "2", dt.date(2026, 12, 1), "Quyết định 1")
    set_parameter(boss, province, "dossiers.max_supplements", "0", LATER, "Quyết định 2")
    days = (
        TODAY,
        dt.date(2026, 11, 30),
        dt.date(2026, 12, 1),
        dt.date(2026, 12, 31),
        LATER,
        dt.date(2030, 1, 1),
    )
    assert [parameter(province.pk, "dossiers.max_supplements", day) for day in days] == [1, 1, 2, 2, 0, 0]


@pytest.mark.django_db
def test_the_provinces_first_day_rule_names_its_own_basis(province, manager):
    boss = manager()
    set_parameter(boss, province, "clock.late_moves_limit", "yes", LATER, "Quyết định 3/2026/QĐ-UBND")
    set_parameter(
        boss, province, "clock.first_day_rule", "same-day", dt.date(2027, 3, 1), "Quyết định 4/2027/QĐ-UBND"
    )
    assert not rule_for(province.pk, TODAY).late_moves_limit
    rule = rule_for(province.pk, LATER)
    assert rule.late_moves_limit and rule.day_start is DayStart.NEXT_WORKING_DAY
    assert rule.source.startswith("Quyết định 3/2026/QĐ-UBND; ") and rule.code == "nd118-2025-own"
    assert rule_for(province.pk, dt.date(2027, 3, 1)).day_start is DayStart.SAME_DAY
    # Received on a Monday at 16:00, one working day: Tuesday by the law alone, Wednesday by the province's rule.
    received, limit = dt.datetime(2027, 1, 11, 16, tzinfo=VIETNAM), parse_limit("01 ngày làm việc")
    assert due(vietnam(), received, limit).at.date() == dt.date(2027, 1, 12)
    found = due(vietnam(), received, limit, rule)
    assert found.at.date() == dt.date(2027, 1, 13) and "Quyết định 3/2026/QĐ-UBND" in found.explanation


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "day", "basis", "code"),
    [
        ("khong.co", "1", LATER, "Quyết định", "parameter.unknown"),
        ("dossiers.max_supplements", "hai", LATER, "Quyết định", "parameter.value"),
        ("dossiers.max_supplements", "-1", LATER, "Quyết định", "parameter.value"),
        ("dossiers.green_lane_share", "0%", LATER, "Quyết định", "parameter.value"),
        ("dossiers.green_lane_share", "1/0", LATER, "Quyết định", "parameter.value"),
        ("dossiers.warn_before", "100%", LATER, "Quyết định", "parameter.value"),
        ("dossiers.warn_before", "03 tháng", LATER, "Quyết định", "parameter.value"),
        ("dossiers.warn_before", "sớm", LATER, "Quyết định", "parameter.value"),
        ("clock.handover_after", "25:00", LATER, "Quyết định", "parameter.value"),
        ("clock.late_moves_limit", "có thể", LATER, "Quyết định", "parameter.value"),
        ("dossiers.supplement_restart", "maybe", LATER, "Quyết định", "parameter.value"),
        ("dossiers.max_supplements", "2", LATER, "  ", "parameter.basis"),
        ("dossiers.max_supplements", "2", dt.date(2026, 11, 24), "Quyết định", "parameter.past"),
    ],
)
def test_refused_and_nothing_changed(province, manager, name, value, day, basis, code):
    boss, count = manager(), Event.objects.count()
    with refusal(code):
        set_parameter(boss, province, name, value, day, basis)
    assert not Parameter.objects.exists() and Event.objects.count() == count


@pytest.mark.django_db
def test_shares_and_lead_times_are_read_as_people_write_them(province, manager):
    boss = manager()
    for text, share in (("0,5", 0.5), ("75%", 0.75), ("1", 1.0)):
        set_parameter(boss, province, "dossiers.green_lane_share", text, LATER, "Quyết định")
        assert parameter(province.pk, "dossiers.green_lane_share", LATER) == share
    for text, minutes in (
        ("01 ngày làm việc", 450),
        ("04 giờ làm việc", 240),
        ("½ ngày làm việc", 225),
        ("10%", 90),
    ):
        set_parameter(boss, province, "dossiers.warn_before", text, LATER, "Quyết định")
        assert parameter(province.pk, "dossiers.warn_before", LATER).minutes(900, 450) == minutes
    assert parameter(province.pk, "dossiers.warn_before", LATER).minutes(0, 450) == 0


@pytest.mark.django_db
def test_only_who_manages_the_whole_province(province, manager):
    boss, local = manager(), manager("/T01/T01.1/", name="xa")
    set_parameter(boss, province, "dossiers.max_supplements", "2", LATER, "Quyết định")
    with pytest.raises(NotPermitted):
        set_parameter(local, province, "dossiers.max_supplements", "3", LATER, "Quyết định")
    with pytest.raises(NotPermitted):
        withdraw_parameter(local, province, "dossiers.max_supplements", LATER)
    assert Parameter.objects.get().value == "2"


@pytest.mark.django_db
def test_events_tell_every_setting_and_the_same_again_tells_nothing(province, manager):
    def snapshot():
        return {f"{row.name}@{row.valid_from}": [row.value, row.basis] for row in Parameter.objects.all()}

    def put(state, event):
        said = event.payload
        return state | {f"{said['name']}@{said['valid_from']}": [said["value"], said["basis"]]}

    def take(state, event):
        del state[f"{event.payload['name']}@{event.payload['valid_from']}"]
        return state

    boss = manager()
    with replays(
        snapshot, {"calendars:parameter:set": put, "calendars:parameter:withdrawn": take}
    ) as happened:
        set_parameter(boss, province, "dossiers.max_supplements", "2", LATER, "Quyết định 1")
        set_parameter(boss, province, "dossiers.max_supplements", "2", LATER, "Quyết định 1")
        set_parameter(boss, province, "dossiers.max_supplements", "3", LATER, "Quyết định 2")
        withdraw_parameter(boss, province, "dossiers.max_supplements", LATER)
    assert len(happened) == 3
    assert tell(happened[0]) == (
        "Đặt tham số dossiers.max_supplements = 2 từ ngày 2027-01-01 (căn cứ: Quyết định 1)"
    )
    assert {event.actor_id for event in happened} == {boss.user_id}


@pytest.mark.django_db
def test_what_already_holds_is_not_taken_back(province, manager):
    boss = manager()
    set_parameter(boss, province, "dossiers.max_supplements", "2", TODAY, "Quyết định 1")
    with refusal("parameter.past"):
        withdraw_parameter(boss, province, "dossiers.max_supplements", TODAY)
    with refusal("parameter.not-set"):
        withdraw_parameter(boss, province, "dossiers.max_supplements", LATER)
    assert parameter(province.pk, "dossiers.max_supplements", TODAY) == 2


def test_a_name_is_declared_once_and_its_default_is_readable():
    with pytest.raises(ValueError, match="twice"):
        declare_parameter("clock.handover_after", "Khác", "yes", YES_NO, "Luật")
    with pytest.raises(LookupError):
        declare_parameter("test.unreadable", "Thử", "maybe", YES_NO, "Luật")
