"""The fact of steps: working time as the calendar and the clock give it, through pauses, calendars and moves."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engine.facts.api import (
    measure_figures,
    measure_live,
    measure_spread,
    rebuild,
    source_of,
    verify,
    whole_province,
)
from motcua.engine.facts.leaving import relation
from motcua.engine.figures.api import MIDDLE, REGISTRY, SPREADS, UNIT
from motcua.kernel.clock import frozen, local
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.models import ClockEntry, Task
from motcua.reference.calendars.api import (
    WORK_DAYS,
    calendar_for,
    calendar_of,
    day_of,
    work_parameters,
    worked,
)

pytestmark = pytest.mark.django_db
WINDOW = Window(dt.date(2026, 3, 2), dt.date(2026, 3, 31))


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> Any:
    from motcua.modules.dossiers.tests.made import dossier_world

    settings.FACTS_ROOT = tmp_path / "facts"
    return dossier_world()


def rows(world: Any) -> list[dict[str, Any]]:
    source = source_of("dossier_steps")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {relation(source)} AS f ORDER BY step", source.parameters(world.province.pk, None)
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def story(world: Any) -> Any:
    """Received on Monday, asked for a supplement on Tuesday, complete on Thursday, signed on Friday."""
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
    with frozen("2026-03-02T09:00"):
        api.forward_dossier(v["leader"], uid)
    with frozen("2026-03-03T09:00"):
        api.request_supplement(v["officer"], uid, ["Giấy A"], "Thiếu")
    with frozen("2026-03-05T14:00"):
        api.take_supplement(v["desk"], uid)
    with frozen("2026-03-06T08:30"):
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
    return uid


def reckoned(world: Any, task: Task) -> int | None:
    """Working minutes of a step without what its dossier waited, by the calendar itself."""
    if task.closed_at is None:
        return None
    calendar = calendar_for(world.province.pk, task.unit_path)
    minutes = calendar.minutes_between(task.opened_at, task.closed_at)
    since = None
    for entry in ClockEntry.objects.filter(dossier=task.dossier, leg="").order_by("pk"):
        if entry.kind == "pause":
            since = entry.at
        elif entry.kind in ("resume", "end") and since is not None:
            first, last = max(since, task.opened_at), min(entry.at, task.closed_at)
            minutes -= calendar.minutes_between(first, last) if first < last else 0
            since = None
    return minutes


def test_a_step_takes_its_working_time_without_what_was_waited(world, story):
    found = {row["step"]: row for row in rows(world)}
    tasks = list(Task.objects.order_by("pk"))
    assert len(found) == len(tasks) >= 4
    for task in tasks:
        row = found[f"{story}/{task.pk}"]
        assert row["minutes"] == reckoned(world, task), task.key
        assert (
            row["opened_on"] == local(task.opened_at).date()
            and row["opened_hour"] == local(task.opened_at).hour
        )
        assert row["on_time"] == (
            None if task.closed_at is None else task.due_at is None or task.closed_at <= task.due_at
        )
    worked_on = next(row for row in found.values() if row["kind"] == "process" and row["state"] == "done")
    task = Task.objects.get(kind="process", state="done")
    whole = calendar_for(world.province.pk).minutes_between(task.opened_at, task.closed_at)
    assert 0 < worked_on["minutes"] < whole, "Tuesday to Thursday was waited"
    names = {world.viewers[name].user.display_name for name in ("desk", "officer", "leader")}
    assert not names & {str(cell) for row in found.values() for cell in row.values()}


def test_figures_of_steps_are_the_same_live_and_open_to_themselves(world, story):
    source = source_of("dossier_steps")
    rebuild(world.province, source)
    scope = whole_province(world.province)
    figures = [figure for figure in REGISTRY.figures(WINDOW.last) if figure.code.startswith("dossiers.steps")]
    assert len(figures) == 6
    for cuts in ((), (UNIT,), ("kind",), ("officer",)):
        facts = measure_figures(world.province, figures, WINDOW, cuts, scope=scope)
        assert facts.groups == measure_live(world.province, figures, WINDOW, cuts, scope=scope).groups
    opened = facts.of("dossiers.steps-opened")
    assert sum((one.numerator for one in opened.values()), Fraction()) == Task.objects.count()
    spread = SPREADS.spread("dossiers.step-minutes", WINDOW.last)
    kinds, _snapshot = measure_spread(world.province, spread, WINDOW, ("kind",), scope=scope)
    only = next(row["minutes"] for row in rows(world) if row["kind"] == "process" and row["state"] == "done")
    assert kinds[("process",)].at(MIDDLE) == only
    assert verify(world.province, source).holds


def test_a_waiting_step_is_nobodys_late_one(world):
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        api.forward_dossier(v["leader"], uid)
        api.request_supplement(v["officer"], uid, ["Giấy A"], "Thiếu")
    rebuild(world.province, source_of("dossier_steps"))
    measured = measure_figures(
        world.province, [REGISTRY.figure(f"dossiers.{code}", WINDOW.last) for code in ("steps-open", "steps-open-late")],
        WINDOW, scope=whole_province(world.province),
    )  # fmt: skip
    assert [measured.at(f"dossiers.{code}").numerator for code in ("steps-open", "steps-open-late")] == [1, 0]
    assert [row["waiting"] for row in rows(world) if row["closed_on"] is None] == [True]


moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31), timezones=st.just(dt.UTC))


def test_working_time_in_sql_is_that_of_the_calendar(world):
    statement = f"""
        SELECT {worked("c", "%(until)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh'")}
             - {worked("o", "%(since)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh'")}
        FROM {WORK_DAYS} o JOIN {WORK_DAYS} c ON c.calendar = o.calendar
        WHERE o.calendar = {calendar_of("%(path)s")}
          AND o.day = {day_of("%(since)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh'")}
          AND c.day = {day_of("%(until)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh'")}
    """
    given_ = work_parameters(world.province.pk)
    calendar = calendar_for(world.province.pk, world.ward.path)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(moments, moments)
    def check(since, until):
        with connection.cursor() as cursor:
            cursor.execute(statement, {**given_, "since": since, "until": until, "path": world.ward.path})
            assert cursor.fetchall() == [(calendar.minutes_between(since, until),)]

    check()
