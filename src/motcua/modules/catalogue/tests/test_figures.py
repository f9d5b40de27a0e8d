"""Procedures counted once each, for the province, a commune and a department, as in force on the last day asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from motcua.engine.facts.api import (
    catch_up,
    measure_figures,
    measure_live,
    rebuild,
    source_of,
    whole_province,
)
from motcua.engine.figures.api import REGISTRY, UNIT
from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.modules.catalogue.api import Levels, announce, create_procedure, set_override, stop_procedure
from motcua.modules.catalogue.checks import lead_days
from motcua.modules.catalogue.data import Agency
from motcua.modules.catalogue.facts import SOURCES
from motcua.modules.catalogue.figures import FIGURES
from motcua.modules.catalogue.proposals import Announcement
from motcua.reference.organisations.api import load_reference, units_on

SEPTEMBER = Window(dt.date(2026, 9, 1), dt.date(2026, 9, 30))
AUGUST = Window(dt.date(2026, 8, 1), dt.date(2026, 8, 31))


@pytest.fixture
def province(db, settings, tmp_path):
    settings.FACTS_ROOT = tmp_path / "facts"
    return load_reference("bac-ninh").province


@pytest.fixture
def world(province, procedure, editor, proposal, decision):
    """One procedure of communes (full), one of a department (partial, decided late), one of both levels (not online)."""
    units = units_on(province, dt.date(2026, 9, 15))
    department = next(unit for unit in units if unit.kind == "department")
    commune, other = [unit for unit in units if unit.kind == "commune_committee"][:2]
    content = replace(proposal.content, agencies=(Agency(department.name),))
    made = create_procedure(
        editor, province, "1.001194", Levels(province=True),
        replace(proposal, name="Cấp phép", online_level="partial", partial_reason="Kiểm tra tại chỗ", content=content),
    )  # fmt: skip
    announce(
        editor, made, Announcement("101/QĐ-UBND", dt.date(2026, 9, 14), "new", "UBND"), dt.date(2026, 9, 15)
    )
    both = create_procedure(
        editor, province, "1.001195", Levels(province=True, commune=True),
        replace(proposal, name="Cung cấp thông tin", online_level="none"),
    )  # fmt: skip
    announce(editor, both, decision, dt.date(2026, 9, 15))
    return province, {"commune": commune.code, "other": other.code, "department": department.code}, both


def numbers(province, window, units=None):
    counted = measure_live(province, FIGURES, window, units=units, scope=whole_province(province))
    found = {}
    for figure in FIGURES:
        one = counted.at(figure)
        parts = (one.numerator, one.denominator) if figure.is_ratio else one.numerator
        found[figure.code.removeprefix("catalogue.")] = parts
    return found


def test_each_procedure_is_counted_once_for_the_province_and_for_each_unit_that_handles_it(world):
    province, units, _both = world
    whole = numbers(province, SEPTEMBER)
    assert (whole["in-force"], whole["in-force-province"], whole["in-force-commune"]) == (3, 2, 2)
    assert whole["online-services"] == (2, 3) and whole["full-process"] == (1, 2)
    assert whole["announced"] == 3 and whole["announced-in-time"] == (2, 3)
    assert whole["complete"] == whole["with-limit"] == (3, 3) and whole["with-process"] == (0, 3)
    assert whole["anywhere"] == 3
    commune = numbers(province, SEPTEMBER, [units["commune"]])
    assert commune["in-force"] == 2 and commune["online-services"] == (1, 2)
    department = numbers(province, SEPTEMBER, [units["department"]])
    assert department["in-force"] == 1 and department["online-services"] == (1, 1)
    assert department["announced-in-time"] == (0, 1) and department["full-process"] == (0, 0)


def test_the_version_in_force_on_the_last_day_counts_and_what_a_unit_stopped_does_not(
    world, editor, decision
):
    province, units, both = world
    assert numbers(province, AUGUST)["in-force"] == 0
    path = f"/H05/{units['commune']}/"
    set_override(editor, both, units["commune"], path, {}, dt.date(2026, 9, 20), "Quyết định 5", stopped=True)
    assert numbers(province, SEPTEMBER, [units["commune"]])["in-force"] == 1
    assert numbers(province, SEPTEMBER, [units["other"]])["in-force"] == 2
    stop_procedure(
        editor,
        both,
        Announcement("102/QĐ-UBND", dt.date(2026, 9, 1), "abolished", "UBND"),
        dt.date(2026, 9, 30),
    )
    whole = numbers(province, SEPTEMBER)
    assert (whole["in-force"], whole["dropped"]) == (2, 1)
    day_before = Window(dt.date(2026, 9, 1), dt.date(2026, 9, 29))
    assert numbers(province, day_before)["in-force"] == 3 and numbers(province, day_before)["dropped"] == 0


def test_facts_read_whole_keep_up_and_equal_postgresql(world, editor, proposal, decision):
    province, _units, _both = world
    for shape, _sql, _events in SOURCES:
        rebuild(province, source_of(shape.name))
    scope = whole_province(province)
    with frozen("2026-10-02T09:00"):
        made = create_procedure(editor, province, "1.001196", Levels(commune=True), proposal)
        announce(editor, made, decision, dt.date(2026, 9, 15))
    catch_up(province)
    for cuts in ((), (UNIT,), ("procedure",)):
        got = measure_figures(province, FIGURES, SEPTEMBER, cuts, scope=scope)
        assert got.groups == measure_live(province, FIGURES, SEPTEMBER, cuts, scope=scope).groups
    assert measure_figures(province, FIGURES, SEPTEMBER, scope=scope).at("catalogue.in-force").numerator == 4


def test_figures_stand_in_the_registry_and_lead_days_are_working_days():
    assert {figure.code for figure in FIGURES} <= {
        figure.code for figure in REGISTRY.figures(dt.date(2026, 9, 1))
    }
    assert (
        lead_days(dt.date(2026, 9, 1), dt.date(2026, 9, 15)) == 9
    )  # two days of the national day and a weekend out
    assert lead_days(dt.date(2026, 9, 15), dt.date(2026, 9, 14)) == -1
    assert lead_days(None, dt.date(2026, 9, 14)) is None
