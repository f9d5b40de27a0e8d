"""The sets read from facts in production: equal to the reference over the same rows, in values, causes and records."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.api import rebuild, source_of
from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import dossier_world
from motcua.reference.organisations.api import Decision, UnitDraft, make_change, plan_merge, units_on
from motcua.reference.people.api import Installer
from motcua.reports.indices.counted import CountedMeasures
from motcua.reports.indices.data import Failing
from motcua.reports.indices.packaged import packaged_sets

pytestmark = pytest.mark.django_db
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    settings.FACTS_ROOT = tmp_path / "facts"
    return dossier_world()


@pytest.fixture
def late(world) -> Any:
    """Two dossiers of the ward resolved, one in time and one late for a stated reason, and one of the department open."""
    v, found = world.viewers, []
    for moment in ("2026-03-03T09:00", "2026-03-20T09:00"):
        with frozen("2026-03-02T08:15"):
            uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        with frozen(moment):
            api.forward_dossier(v["leader"], uid)
            api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
            api.approve_dossier(v["leader"], uid)
            api.sign_dossier(v["leader"], uid)
            api.record_result(v["clerk"], uid)
        found.append(uid)
    with frozen("2026-03-20T10:00"):
        api.record_late_reason(v["leader"], found[1], "load")
    with frozen("2026-03-02T08:15"):
        api.file_dossier(
            v["desk"], world.province, world.filing(handling=world.department.code), hand_over=True
        )
    rebuild(world.province, source_of("dossiers"))
    return found[1]


def test_values_causes_and_records_of_units_and_of_the_province(world, late):
    measures = CountedMeasures(world.province)
    units = [world.ward.code, world.department.code, world.other_ward.code, world.province.agency_code]
    on_time = measures.values("dossiers.on-time", units, WINDOW)
    parts = {code: (value.numerator, value.denominator) for code, value in on_time.items()}
    assert parts == {
        world.ward.code: (1, 2), world.department.code: (0, 0), world.other_ward.code: (0, 0),
        world.province.agency_code: (1, 2),
    }  # fmt: skip
    received = measures.values("dossiers.received", units, WINDOW)
    assert received[world.province.agency_code].numerator == 3
    causes = measures.causes("dossiers.on-time", units, WINDOW)
    assert causes[world.ward.code] == {"load": Fraction(1)} and causes[world.department.code] == {}
    assert list(measures.failing("dossiers.on-time", world.ward.code, WINDOW)) == [Failing(str(late))]
    assert list(measures.failing("dossiers.on-time", world.ward.code, WINDOW, cause="load")) == [
        Failing(str(late), Fraction(1), "load")
    ]
    assert not measures.failing("dossiers.on-time", world.ward.code, WINDOW, cause="merger")
    assert not measures.failing("dossiers.on-time", world.department.code, WINDOW)


def test_what_two_terms_make_names_its_records_too(world, late):
    measures = CountedMeasures(world.province)
    value = measures.values("dossiers.index-on-time", [world.province.agency_code], WINDOW)
    one = value[world.province.agency_code]
    assert (one.numerator, one.denominator) == (1, 3)
    failing = measures.failing("dossiers.index-on-time", world.province.agency_code, WINDOW)
    assert len(failing) == one.denominator - one.numerator
    assert str(late) in {each.key for each in failing}


def test_after_a_merger_the_heir_answers_for_what_it_keeps(world, late):
    [top] = units_on(world.province, dt.date(2026, 12, 1), kind="province_committee")
    draft = UnitDraft("UBND phường Mẫu", "commune_committee", "H05.99999", parent=top.uid)
    plan = plan_merge(
        Decision("01/NQ", dt.date(2026, 12, 1), title="Hợp nhất thử"),
        [world.ward.uid, world.other_ward.uid],
        draft,
    )
    with frozen("2026-12-01T08:00"):
        make_change(Installer(), world.province, plan)
        rebuild(world.province, source_of("dossiers"))
        measures = CountedMeasures(world.province)
        value = measures.values("dossiers.on-time", ["H05.99999"], WINDOW)["H05.99999"]
        assert (value.numerator, value.denominator) == (1, 2)
        assert [each.key for each in measures.failing("dossiers.on-time", "H05.99999", WINDOW)] == [str(late)]


def test_facts_not_built_give_nothing_rather_than_zero(world):
    assert CountedMeasures(world.province).values("dossiers.on-time", [world.ward.code], WINDOW) == {}
    assert CountedMeasures(world.province).values("khong.co", [world.ward.code], WINDOW) == {}


def test_the_index_names_figures_that_rooms_declare():
    """All but the catalogue's, of which no facts are declared yet, and the portal's own."""
    from motcua.engine.figures.api import REGISTRY

    [index] = [each for each in packaged_sets() if each.code == "qd766"]
    unknown = {code for code in index.figures() if code not in REGISTRY and not code.startswith("catalogue.")}
    assert unknown == set()
