"""Forecasts over facts: made once a day from what was known, held against the week, seen in their units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.facts.api import rebuild, source_of
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.reports.explorer.api import places
from motcua.reports.forecast.counting import became, stands
from motcua.reports.forecast.making import make_forecast, score_due, sweep, test_on_week, test_past_weeks
from motcua.reports.forecast.models import DossierForecast, Run, UnitForecast
from motcua.reports.forecast.queries import lines_of, past_weeks

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TUESDAY, NEXT_TUESDAY = dt.date(2026, 3, 3), dt.date(2026, 3, 10)


def build(world: Any) -> None:
    rebuild(world.province, source_of("dossiers"))


def test_what_stood_and_what_became_of_it(world):
    with frozen("2026-03-10T07:00"):
        build(world)
        known = places(world.province, "now", NEXT_TUESDAY)
        [group] = became(world.province, TUESDAY, known)
        assert (group.seen, group.late, group.at.days, group.at.unit) == (3, 2, 3, world.ward.code)
        open_now, snapshot = stands(world.province, NEXT_TUESDAY, known)
    assert {each.dossier for each in open_now} == {str(uid) for uid in world.second} and snapshot is not None
    assert {each.at.days for each in open_now} == {3}


def test_a_forecast_is_made_once_and_scored_when_the_week_is_over(world):
    with frozen("2026-03-10T07:00"):
        build(world)
        run = make_forecast(world.province)
        assert run is not None and run == make_forecast(world.province)
        assert (run.day, run.last_on, run.dossiers, run.seen) == (NEXT_TUESDAY, dt.date(2026, 3, 15), 3, 3)
        assert run.expected == Decimal("2.0000")  # 2 of 3 were late: each of the three has that chance
        assert score_due(world.province) == []
    with frozen("2026-03-11T07:00"):
        api.withdraw_dossier(world.viewers["desk"], world.second[0], "Xin rút hồ sơ")
    with frozen("2026-03-16T07:00"):
        build(world)
        [scored] = score_due(world.province)
        assert score_due(world.province) == []
    assert scored.actual == 2 and scored.brier == scored.base == Decimal("0.2222222222")
    [unit] = UnitForecast.objects.filter(run=run)
    assert (unit.unit_code, unit.actual, unit.inside) == (world.ward.code, 2, True)
    assert set(DossierForecast.objects.filter(run=run).values_list("dossier", "was_late")) == {
        (world.second[0], False), (world.second[1], True), (world.second[2], True),
    }  # fmt: skip
    assert [event.type for event in Event.objects.filter(subject=f"forecast:{run.uid}").order_by("pk")] == [
        "forecast:run:made", "forecast:run:scored",
    ]  # fmt: skip
    with frozen("2026-06-16T07:00"):
        assert sweep(world.province) == 3 and Run.objects.filter(pk=run.pk).exists()


def test_a_past_week_is_tested_from_what_was_known_before_it(world):
    with frozen("2026-03-17T07:00"):
        build(world)
        assert test_on_week(world.province, dt.date(2026, 3, 3)) is None  # nothing was known before
        tested = test_on_week(world.province, NEXT_TUESDAY)
        assert tested is not None and (tested.dossiers, tested.actual) == (3, 3)
        assert tested.expected == Decimal("2.0000") and not tested.lines.exists()
        assert test_on_week(world.province, NEXT_TUESDAY) == tested
        assert test_past_weeks(world.province, 2) == []  # on Mondays nothing stood open here
    [week] = past_weeks(world.viewers["leader"], world.province)
    assert (week.actual, week.units) == (3, 1)
    assert past_weeks(world.viewers["dept_leader"], world.province)[0].units == 0


def test_without_a_past_nothing_is_said(world):
    empty = Province.objects.create(key="trong", agency_code="H99", place_code="99")
    rebuild(empty, source_of("dossiers"))
    assert make_forecast(empty) is None and test_past_weeks(empty) == []


def test_pages_show_what_is_in_the_viewer_s_units(world):
    with frozen("2026-03-10T07:00"):
        build(world)
        run = make_forecast(world.province)
        assert run is not None
        mine, theirs = signed_in("t.leader"), signed_in("t.dept_leader")
        page = mine.get(reverse("forecast:index")).content.decode()
        assert f"/ho-so/{world.second[0]}/" in page and "2 trong 3 hồ sơ" in page
        assert str(world.second[0]) not in theirs.get(reverse("forecast:index")).content.decode()
        assert lines_of(world.viewers["leader"], run).count() == 3
        assert not lines_of(world.viewers["dept_leader"], run).exists()
        for name in ("accuracy", "accuracy-csv", "units-csv", "lines-csv"):
            assert mine.get(reverse(f"forecast:{name}")).status_code == 200
        assert len(mine.get(reverse("forecast:lines-csv")).content.decode().splitlines()) == 4
        assert len(theirs.get(reverse("forecast:lines-csv")).content.decode().splitlines()) == 1


def signed_in(username: str) -> Client:
    client = Client()
    user = User.objects.get(username=username)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    client.force_login(user, backend=BACKEND)
    return client
