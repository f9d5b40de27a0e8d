"""The rules, on cases written as data; what deriving adds up, on any units (Hypothesis). No database."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from motcua.reports.forms.api import BLANK, Below, Contribution, added, form_set, own_rows, read_cell
from motcua.reports.submissions.rules import REGISTRY, Override, Subject, judge, oddness
from motcua.reports.submissions.seeding import Unit, drawn, province_values, unit_values
from motcua.reports.submissions.versions import digest_of, moved_rows

FORMS = form_set()
CASES = yaml.safe_load(Path(__file__).with_name("rules.yaml").read_text(encoding="utf-8"))


def typed(key: str, text: str) -> Any:
    value, _mark, note = text.partition(" # ")
    return read_cell(FORMS.row(key), value, note)


def numbers(case: dict[str, Any], name: str) -> dict[str, Decimal]:
    return {key: Decimal(text) for key, text in case.get(name, {}).items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case(case):
    subject = Subject(
        forms=FORMS,
        cells={key: typed(key, text) for key, text in case["cells"].items()},
        own=frozenset(case["rows"]),
        given=frozenset(case.get("given", ())),
        missing=case.get("missing", {}),
        system=frozenset(case.get("system", ())),
        last_year=numbers(case, "last_year"),
        peers={key: [Decimal(one) for one in each] for key, each in case.get("peers", {}).items()},
        sums=numbers(case, "sums"),
        counted=numbers(case, "counted"),
        overrides={
            key: Override(typed(key, each["given"]), "Người mẫu", "Kiểm kê", each["proven"])
            for key, each in case.get("overrides", {}).items()
        },
    )
    found = judge(subject)
    said = [f"{each.rule} {each.row} {each.severity}{' ok' if each.explained else ''}" for each in found]
    assert said == case["expect"]
    assert all(each.message and each.clause and each.todo for each in found)


def test_every_rule_has_a_case():
    assert {name for case in CASES for name in [each.split()[0] for each in case["expect"]]} | {
        "bounds"
    } == set(REGISTRY)


def test_a_value_no_choice_names_is_out_of_bounds():
    from dataclasses import replace

    cell = replace(typed("1!6", "1"), value=Decimal(7))
    found = judge(Subject(FORMS, {"1!6": cell}, frozenset({"1!6"})))
    assert "bounds 1!6" in {f"{each.rule} {each.row}" for each in found}


TEXTS = st.one_of(st.integers(0, 10**9).map(str), st.sampled_from(["", "không áp dụng", "chưa đến kỳ", "0"]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_the_sum_of_the_contributions_is_the_cell(texts):
    row = FORMS.row("4!2.2")
    cells = [typed(row.key, text) if text else BLANK for text in texts]
    parts = [
        Contribution(Below(f"U{place}", "", "commune", SimpleNamespace()), None, cell)  # type: ignore[arg-type]
        for place, cell in enumerate(cells)
    ]
    total = added(row, parts)
    known = [cell.value for cell in cells if cell.value is not None]
    assert total.complete == all(cell.state.value in {"known", "not_applicable"} for cell in cells)
    assert (total.value.numerator or 0) == sum(known)
    assert total.missing == sum(cell.state.value in {"blank", "not_due"} for cell in cells)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 12))
@example(280, 4, 1)  # a department with fewer service units than its groups took away
def test_made_up_values_keep_every_relation(seed, departments, communes):
    from motcua.reports.forms.api import Book, check_all, computed_cell, is_computed

    owned = frozenset({"van-phong"})
    units = [Unit(f"D{one}", "department", owned if not one else frozenset()) for one in range(departments)]
    units += [Unit(f"C{one}", "commune", frozenset()) for one in range(communes)]
    values = {unit: unit_values(unit, drawn(seed, unit.code)) for unit in units}
    outside = {"departments": Decimal(departments), "communes": Decimal(communes)}
    whole = dict(province_values(values, outside, drawn(seed, "")))
    for key in {key for each in values.values() for key in each}:
        whole[key] = sum((Decimal(each[key]) for each in values.values() if key in each), Decimal(0))
    for cells in [*values.values(), whole]:
        book = {key: typed(key, str(value).replace(".", ",")) for key, value in cells.items()}
        for _round in range(3):
            for row in own_rows(FORMS, "province"):
                if is_computed(FORMS, row) and (made := computed_cell(FORMS, row, book, outside)) is not None:
                    book[row.key] = made
        wrong = [each for each in check_all(Book(FORMS, book, outside)) if each.is_finding]
        assert [(each.target, each.message) for each in wrong] == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 1000), min_size=8, max_size=40), st.integers(0, 1000))
def test_oddness_is_zero_at_the_median_and_never_negative(peers, value):
    exact = [Decimal(one) for one in peers]
    found = oddness(Decimal(value), exact)
    if found is not None:
        assert found[1] >= 0 and oddness(found[0], exact) == (found[0], 0)


CELL = st.fixed_dictionaries(
    {
        "state": st.just("known"),
        "value": st.integers(0, 99).map(str),
        "places": st.just(0),
        "reason": st.just("vì"),
        "revision": st.integers(1, 3),
    }
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["1!1", "2!1.2", "4!2.2"]), CELL, min_size=1))
def test_nothing_moves_between_equal_versions_and_every_difference_is_told(cells):
    assert moved_rows(cells, cells) == [] and digest_of(cells) == digest_of(dict(reversed(cells.items())))
    after = {
        key: {**cell, "value": str(int(cell["value"]) + 2), "revision": 9} for key, cell in cells.items()
    }
    moved = moved_rows(cells, after)
    assert {each["row"] for each in moved} == set(cells) and {each["by"] for each in moved} == {"2"}
