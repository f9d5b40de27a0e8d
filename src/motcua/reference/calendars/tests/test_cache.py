"""What a process keeps: seen at once where it was changed, within a second elsewhere, and never what was rolled back."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.engine.provinces.api import Province
from motcua.kernel.worktime import vietnam
from motcua.reference.calendars import inforce
from motcua.reference.calendars.api import (
    calendar_for,
    calendar_version,
    change_calendar,
    forget_calendars,
    parameter,
    register_calendar_follower,
    rule_for,
    set_parameter,
)
from motcua.reference.calendars.models import CalendarVersion, Parameter
from motcua.reference.calendars.tests.conftest import Following
from motcua.reference.calendars.tests.test_changes import DECISION, TUESDAY, closing
from motcua.reference.people.api import Installer


class Clock:
    """Stands for the process's monotonic clock."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(inforce, "time", made)
    return made


def in_another_connection(act):
    """Runs `act` in a thread, hence on a connection of its own, and waits for it."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.mark.django_db
def test_warm_asks_nothing_and_looks_once_a_second(province, clock):
    calendar_for(province.pk)
    with CaptureQueriesContext(connection) as asked:
        for _time in range(50):
            calendar_for(province.pk, "/T01/T01.1/")
            calendar_version(province.pk)
            rule_for(province.pk, TUESDAY)
            parameter(province.pk, "dossiers.max_supplements", TUESDAY)
    assert len(asked) == 0
    clock.now += 1.01
    with CaptureQueriesContext(connection) as asked:
        for _time in range(50):
            calendar_for(province.pk)
    assert len(asked) == 1, "one look, and nothing was read again"


@pytest.mark.django_db(transaction=True)
def test_another_connections_change_is_seen_within_a_second(clock):
    province = Province.objects.create(key="thu", agency_code="T01", place_code="01")
    assert calendar_for(province.pk) is vietnam()
    assert parameter(province.pk, "dossiers.max_supplements", TUESDAY) == 1

    def elsewhere():
        # As another process would: rows appear, and nothing in this process is told.
        text = f"days:\n- {{date: '{TUESDAY}', kind: holiday, name: Nghỉ, source: Quyết định 1}}\n"
        common = {"province_id": province.pk, "created_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}
        CalendarVersion.objects.create(
            number=1, definition=text, fingerprint="x", summary="Nghỉ", unit_path="/", **common
        )
        Parameter.objects.create(
            name="dossiers.max_supplements",
            value="2",
            valid_from=dt.date(2026, 12, 1),
            basis="Quyết định",
            **common,
        )

    in_another_connection(elsewhere)
    assert calendar_for(province.pk) is vietnam(), "kept for up to a second"
    clock.now += 1.01
    assert not calendar_for(province.pk).is_working_day(TUESDAY)
    assert calendar_version(province.pk)[0] == 1
    assert parameter(province.pk, "dossiers.max_supplements", TUESDAY) == 2
    in_another_connection(lambda: Parameter.objects.filter(province=province).delete())
    clock.now += 1.01
    assert parameter(province.pk, "dossiers.max_supplements", TUESDAY) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_at_once_in_its_process_and_only_when_committed(clock):
    province = Province.objects.create(key="thu", agency_code="T01", place_code="01")
    calendar_for(province.pk)
    inside: list[bool] = []
    outside: list[bool] = []

    class Looking(Following):
        def apply(self, province, old, new, change_uid) -> int:
            inside.append(calendar_for(province.pk).is_working_day(TUESDAY))
            clock.now += 5  # others look again while this change is not committed
            outside.append(in_another_connection(lambda: calendar_for(province.pk).is_working_day(TUESDAY)))
            return 0

    register_calendar_follower(Looking())
    change_calendar(Installer(), province, closing(TUESDAY), **DECISION)
    assert (inside, outside) == ([False], [True])
    assert not calendar_for(province.pk).is_working_day(TUESDAY)
    assert not in_another_connection(lambda: calendar_for(province.pk)).is_working_day(TUESDAY)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_nothing(clock):
    province = Province.objects.create(key="thu", agency_code="T01", place_code="01")

    class Failing(Following):
        def apply(self, province, old, new, change_uid) -> int:
            calendar_for(province.pk)
            raise RuntimeError("không làm được")

    register_calendar_follower(Failing())
    with pytest.raises(RuntimeError):
        change_calendar(Installer(), province, closing(TUESDAY), **DECISION)
    assert calendar_for(province.pk) is vietnam() and not CalendarVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_become_two_versions(clock):
    province = Province.objects.create(key="thu", agency_code="T01", place_code="01")
    gate = threading.Barrier(2)
    days = (TUESDAY, dt.date(2026, 12, 2))

    def act(day: dt.date) -> int:
        try:
            gate.wait(10)
            return change_calendar(Installer(), province, closing(day), **DECISION).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(act, days))
    assert numbers == [1, 2]
    assert [calendar_for(province.pk).is_working_day(day) for day in days] == [False, False]


@pytest.mark.django_db
def test_a_moved_path_is_noticed_although_no_row_is_new(province, clock):
    CalendarVersion.objects.create(
        province=province,
        unit_path="/T01/T01.1/",
        number=1,
        definition=f"days:\n- {{date: '{TUESDAY}', kind: holiday, name: Nghỉ, source: Quyết định 1}}\n",
        fingerprint="x",
        summary="Nghỉ",
        created_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    )
    forget_calendars()
    assert not calendar_for(province.pk, "/T01/T01.1/").is_working_day(TUESDAY)
    CalendarVersion.objects.update(unit_path="/T01/T01.8/")
    clock.now += 1.01
    assert calendar_for(province.pk, "/T01/T01.1/").is_working_day(TUESDAY)
    assert not calendar_for(province.pk, "/T01/T01.8/").is_working_day(TUESDAY)


@pytest.mark.django_db
def test_provinces_are_kept_apart(province, clock):
    other = Province.objects.create(key="khac", agency_code="T02", place_code="02")
    with transaction.atomic():
        change_calendar(Installer(), province, closing(TUESDAY), **DECISION)
        set_parameter(
            Installer(), province, "dossiers.max_supplements", "2", dt.date(2030, 1, 1), "Quyết định"
        )
    assert calendar_for(other.pk) is vietnam()
    assert parameter(other.pk, "dossiers.max_supplements", dt.date(2031, 1, 1)) == 1
    assert parameter(province.pk, "dossiers.max_supplements", dt.date(2031, 1, 1)) == 2
