"""The packaged form definitions hold together."""

import re

import pytest

from motcua.reports.forms.definitions import form_set

FORMS = form_set()
ROWS = FORMS.rows()
VALUE_ROWS = [row for row in ROWS if not row.is_heading]


def test_there_are_seven_forms_and_each_row_has_one_key():
    assert list(FORMS.forms) == list("1234567")
    assert len(ROWS) == 136
    assert len({row.key for row in ROWS}) == len(ROWS)


def test_every_sub_row_stands_under_a_row_that_exists():
    keys = {row.key for row in ROWS}
    missing = [row.key for row in ROWS if row.parent_code and f"{row.form}!{row.parent_code}" not in keys]
    assert missing == []


@pytest.mark.parametrize("row", VALUE_ROWS, ids=lambda row: row.key)
def test_a_row_that_takes_a_value_is_fully_described(row):
    assert row.unit and row.label_en and row.owner
    assert set(row.levels) <= {"province", "department", "commune"} and row.levels
    assert row.climb in {"sum", "ratio", "none"}
    assert row.period_rule in {"flow", "cumulative", "stock"}
    assert (row.kind == "percent") == (row.unit == "%")
    assert bool(row.choices) == (row.kind in {"flag", "choice"})


def test_headings_take_no_value():
    for row in ROWS:
        if row.is_heading:
            assert not row.unit and not row.levels and not row.climb


def test_relations_name_only_rows_that_exist():
    keys = {row.key for row in VALUE_ROWS}
    for relation in FORMS.relations:
        operands = re.findall(r"\[([^\]]+)\]", relation.expression)
        targets = [] if relation.target.startswith("unit=") else [relation.target]
        for name in operands + targets:
            assert (name if "!" in name else f"{relation.form}!{name}") in keys, relation


def test_relations_explain_themselves_and_name_no_place_or_number_of_one_province():
    for relation in FORMS.relations:
        assert relation.note and relation.kind in {"ratio", "sum", "le", "eq"}
        assert not re.search(r"\bBN\b|Bắc Ninh|1678|narrative|printed", relation.note + relation.expression)


def test_a_row_that_climbs_as_a_ratio_has_parts_that_climb_as_sums():
    ratios = {f"{item.form}!{item.target}": item for item in FORMS.relations if item.kind == "ratio"}
    for row in VALUE_ROWS:
        if row.climb == "ratio":
            parts = re.findall(r"\[([^\]]+)\]", ratios[row.key].expression)
            assert {FORMS.row(f"{row.form}!{part}").climb for part in parts} == {"sum"}, row.key


def test_an_unknown_version_is_refused():
    with pytest.raises(FileNotFoundError):
        form_set("1999")
