"""Every row that takes a value is a figure; percentages are computed from their parts."""

from datetime import date
from decimal import Decimal

import pytest

from motcua.engine.figures.api import Climb, Registry, State, Value, evaluate, format_value
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.figures import define_row_figures, ratio_of, row_figure, row_figure_code

FORMS = form_set()
ROWS = [row for row in FORMS.rows() if not row.is_heading]


def rows_of(values, externals=()):
    facts = {
        "form_values": [{"row": key, "value": value} for key, value in values.items()],
        "form_externals": [{"name": name, "value": value} for name, value in dict(externals).items()],
    }
    return facts.__getitem__


def test_every_row_that_takes_a_value_is_a_figure():
    registry = Registry()
    define_row_figures(registry)
    define_row_figures(registry)
    assert {figure.code for figure in registry.figures(date(2025, 12, 14))} == {
        row_figure_code(row.key) for row in ROWS
    }


@pytest.mark.parametrize("row", [row for row in ROWS if ratio_of(FORMS, row)], ids=lambda row: row.key)
def test_a_percentage_with_a_relation_reads_its_parts(row):
    figure = row_figure(FORMS, row)
    assert figure.is_ratio and figure.scale == 100 and figure.climb in {Climb.RATIO, Climb.NONE}
    assert evaluate(figure, rows_of({})).state is State.BLANK


def test_a_percentage_is_computed_and_rounded_half_up():
    figure = row_figure(FORMS, FORMS.row("3!3.1"))
    value = evaluate(figure, rows_of({"3!3.1.1": 153771, "3!3.1.2": 151619}))
    assert value == Value.ratio(151619, 153771) and format_value(value, figure) == "98,6"


def test_a_ratio_with_an_outside_figure():
    figure = row_figure(FORMS, FORMS.row("4!1.5.4"))
    value = evaluate(figure, rows_of({"4!1.5": 1357}, {"service_units_2015": 1678}))
    assert value.numerator == 321 and format_value(value, figure) == "19,13"


def test_a_ratio_over_nothing_is_not_applicable():
    figure = row_figure(FORMS, FORMS.row("2!2.2"))
    value = evaluate(figure, rows_of({"2!2.2.1": 0, "2!2.2.2": 0}))
    assert format_value(value, figure) == "không áp dụng"


def test_a_declared_row_is_what_was_declared():
    figure = row_figure(FORMS, FORMS.row("7!5.2.1"))
    assert evaluate(figure, rows_of({"7!5.2.1": Decimal("99.5")})) == Value.of(Decimal("99.5"))
