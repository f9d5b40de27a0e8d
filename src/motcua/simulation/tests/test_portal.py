"""The portal's values of a simulated year: for every unit, marked as made up, the same by seed, once."""

from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.events.api import Event
from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import dossier_world
from motcua.reports.indices.api import Level, subjects_on
from motcua.reports.indices.models import PortalImport, PortalValue
from motcua.simulation.draws import Draws
from motcua.simulation.portal import SOURCE, state_portal

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 12, 14)
YEAR = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def world(db):
    """One dossier of the ward, resolved in time in March, and one open."""
    world = dossier_world()
    v = world.viewers
    with frozen("2026-03-02T08:15"):
        uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True)
    with frozen("2026-03-03T09:00"):
        api.forward_dossier(v["leader"], uid)
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], uid)
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
    return world


def stated() -> dict[tuple[str, str, dt.date], tuple[object, ...]]:
    return {
        (one.unit_code, one.component, one.first_on): (one.numerator, one.denominator, one.points)
        for one in PortalValue.objects.all()
    }


def test_every_unit_has_what_only_the_portal_knows_marked_and_once(world):
    with frozen("2027-01-05T08:00"):
        assert state_portal(world.province, LAST, Draws("bac-ninh", 7)) == 3
        found, told = stated(), Event.objects.count()
        state_portal(world.province, LAST, Draws("bac-ninh", 7))
        assert stated() == found and Event.objects.count() == told
    units = {each.code: each for each in subjects_on(world.province, YEAR.last)}
    of_year = {(unit, component) for unit, component, first in found if first == YEAR.first}
    assert all((unit, "PUBLISH_ON_TIME") in of_year for unit in units)
    assert (world.province.agency_code, "PUBLIC_CONTENT_FULL") in of_year
    assert not any(
        units[unit].level is not Level.PROVINCE for unit, name in of_year if name == "PUBLIC_CONTENT_FULL"
    )
    assert found[world.ward.code, "DOSSIER_SYNC", YEAR.first][1] == 2
    assert {one.source for one in PortalImport.objects.all()} == {SOURCE} and "Mô phỏng" in SOURCE
    shares = [
        (above, below)
        for (_unit, name, _first), (above, below, _p) in found.items()
        if name != "AVERAGE_TIME"
    ]
    assert shares and all(above <= below for above, below in shares)
    assert len({above for above, below in shares if below == 470}) > 10, "chance is not the same for all"


def test_progress_differs_and_says_why(world):
    with frozen("2027-01-05T08:00"):
        state_portal(world.province, LAST, Draws("bac-ninh", 7))
    value = PortalValue.objects.get(
        unit_code=world.ward.code, component="PROCESSED_ON_TIME", first_on=YEAR.first, last_on=YEAR.last
    )
    assert (value.numerator, value.denominator, value.points) == (0, 1, 0)
    assert value.explained and "1 hồ sơ" in value.explanation and value.explanation.startswith("Mô phỏng")
