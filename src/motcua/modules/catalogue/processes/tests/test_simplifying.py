from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Simplification
from motcua.modules.catalogue.processes.costs import (
    Activity,
    Burden,
    cost_of,
    formula,
    formula_on,
    income_before,
    percent_saved,
)
from motcua.modules.catalogue.processes.simplifying import (
    Proposal,
    benefit_of,
    finish_simplification,
    plans_of,
    save_simplification,
    totals,
)

BEFORE = Burden(
    days=Decimal(45),
    papers=6,
    activities=(Activity("prepare", Decimal("4"), 50_000), Activity("submit", Decimal("1.5"), 20_000)),
    fees=100_000,
    times=Decimal(1),
    subjects=3_228,
    gdp=105_600_000,  # 50,000 đồng an hour
)
AFTER = replace(BEFORE, days=Decimal(30), papers=3, activities=(Activity("prepare", Decimal("2")),), fees=0)


def test_cost_is_what_the_formula_says():
    found = cost_of(BEFORE, formula("tt03-2022"))
    assert found.hourly == 50_000
    assert found.once == 4 * 50_000 + 50_000 + 75_000 + 20_000 + 100_000
    assert found.year == 445_000 * 3_228
    assert found.lines[0] == (
        "Thu nhập một giờ = 105.600.000 đồng ÷ 12 tháng ÷ 22 ngày ÷ 8 giờ = 50.000 đồng"
    )
    assert found.lines[-1] == "Chi phí một năm = 445.000 × 1 lần × 3.228 đối tượng = 1.436.460.000 đồng"


def test_nothing_is_rounded_before_the_end():
    burden = Burden(activities=(Activity("prepare", Decimal(1)),), gdp=1_000_000, subjects=2_112)
    found = cost_of(burden, formula("tt03-2022"))
    assert found.hourly == Fraction(1_000_000, 2_112)
    assert (found.once, found.year) == (473, 1_000_000)


def test_example_of_a_city_as_published():
    assert percent_saved(1_024_000 * 3_228, 231_000 * 3_228) == Decimal("77.44")
    assert percent_saved(45, 0) == 100
    assert percent_saved(0, 0) is None
    assert percent_saved(10, 12) == -20


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_percentages_are_exact_to_two_decimals(before, after):
    exact = Fraction(before - after, before) * 100
    assert abs(Fraction(percent_saved(before, after)) - exact) <= Fraction(1, 200)


def test_formulas_are_dated_and_say_how_sure_they_are():
    assert formula_on(dt.date(2020, 1, 1)).code == "tt02-2017"
    assert formula_on(dt.date(2026, 1, 1)).code == "tt03-2022"
    assert {formula(code).confidence for code in ("tt02-2017", "tt03-2022")} == {"unverified"}
    assert income_before(dt.date(2025, 6, 1)).amount == 114_000_000
    assert income_before(dt.date(2024, 6, 1)).year == 2023


def test_burden_survives_json():
    assert Burden.from_json(BEFORE.to_json()) == BEFORE


def test_plan_is_saved_changed_and_finished(editor, procedure):
    row = save_simplification(editor, procedure, Proposal("Bỏ giấy tờ", BEFORE, AFTER), idempotency_key="a")
    assert save_simplification(editor, procedure, Proposal("Khác", AFTER, AFTER), idempotency_key="a") == row
    found = benefit_of(row)
    assert (found.days_saved, found.papers_saved) == (Decimal("33.33"), Decimal("50.00"))
    assert found.cost_after.once == 100_000
    assert found.cost_saved == percent_saved(445_000, 100_000) == Decimal("77.53")
    assert found.saved == 345_000 * 3_228
    row = save_simplification(editor, procedure, Proposal("Bỏ hai giấy tờ", BEFORE, BEFORE), uid=row.uid)
    assert (row.what, benefit_of(row).saved) == ("Bỏ hai giấy tờ", 0)
    finish_simplification(editor, row, dt.date(2026, 9, 30))
    assert Simplification.objects.get().done_at == dt.date(2026, 9, 30)
    for refused in (
        lambda: save_simplification(editor, procedure, Proposal("x", BEFORE, AFTER), uid=row.uid),
        lambda: finish_simplification(editor, row, dt.date(2026, 9, 30)),
    ):
        with pytest.raises(CatalogueError) as caught:
            refused()
        assert caught.value.code == "catalogue.simplification.finished"


@pytest.mark.parametrize(
    ("proposal", "code"),
    [
        (Proposal(" ", BEFORE, AFTER), "what"),
        (Proposal("x", BEFORE, AFTER, formula="cu"), "formula"),
        (Proposal("x", replace(BEFORE, fees=-1), AFTER), "values"),
    ],
)
def test_refusals_change_nothing(editor, procedure, proposal, code):
    before = Event.objects.count()
    with pytest.raises(CatalogueError) as caught:
        save_simplification(editor, procedure, proposal)
    assert caught.value.code == f"catalogue.simplification.{code}"
    assert (Event.objects.count(), Simplification.objects.count()) == (before, 0)


def test_finishing_is_not_for_tomorrow_nor_for_strangers(editor, person, province, procedure):
    row = save_simplification(editor, procedure, Proposal("x", BEFORE, AFTER))
    with pytest.raises(CatalogueError) as caught:
        finish_simplification(editor, row, dt.date(2026, 10, 2))
    assert caught.value.code == "catalogue.simplification.day"
    stranger = person("la", province, [])
    with pytest.raises(NotPermitted):
        finish_simplification(stranger, row, dt.date(2026, 10, 1))
    with pytest.raises(NotPermitted):
        save_simplification(stranger, procedure, Proposal("x", BEFORE, AFTER))


def test_totals_count_each_procedure_once(editor, province, procedure):
    save_simplification(editor, procedure, Proposal("x", BEFORE, replace(BEFORE, days=Decimal(40))))
    save_simplification(editor, procedure, Proposal("y", BEFORE, AFTER))
    found = totals(plans_of(province))
    assert (found.plans, found.procedures, found.time_goal, found.cost_goal) == (2, 1, 1, 1)
    assert found.cost_before == 2 * 445_000 * 3_228
    assert (found.time_share, found.saved_percent) == (100, percent_saved(890, 545))
    assert totals([]).time_share is None
