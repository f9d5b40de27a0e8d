"""Cells are read as people write them, and refused with a code."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import State
from motcua.reports.forms.cells import Cell, from_number, read_cell, show
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.errors import FormsError

FORMS = form_set()
COUNT, PERCENT, FLAG = FORMS.row("3!3.1.1"), FORMS.row("3!3.1"), FORMS.row("1!6")


@pytest.mark.parametrize(
    ("row", "text", "value", "shown"),
    [
        (COUNT, "153.771", "153771", "153.771"),
        (COUNT, "153771", "153771", "153.771"),
        (COUNT, " 0 ", "0", "0"),
        (PERCENT, "99,61%", "99.61", "99,61"),
        (PERCENT, "100", "100", "100"),
        (PERCENT, "64,20", "64.20", "64,20"),
        (FLAG, "1", "1", "1"),
    ],
)
def test_numbers(row, text, value, shown):
    cell = read_cell(row, text)
    assert cell.state is State.KNOWN and cell.value == Decimal(value) and show(cell) == shown


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", State.BLANK),
        ("chưa có", State.BLANK),
        ("Không áp dụng", State.NOT_APPLICABLE),
        ("chưa đến kỳ", State.NOT_DUE),
    ],
)
def test_four_kinds_of_absence(text, state):
    cell = read_cell(COUNT, text)
    assert cell.state is state and cell.value is None
    assert not cell.same(read_cell(COUNT, "0"))


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("3!3", "1", "forms.cell.heading"),
        ("3!3.1.1", "=1+1", "forms.cell.number"),
        ("3!3.1.1", "@SUM(A1)", "forms.cell.number"),
        ("3!3.1.1", "-5", "forms.cell.number"),
        ("3!3.1.1", "nhiều", "forms.cell.number"),
        ("3!3.1.1", "1,5", "forms.cell.places"),
        ("3!3.1.1", "9" * 21, "forms.cell.range"),
        ("3!3.1", "100,01", "forms.cell.range"),
        ("3!3.1", "99,12345", "forms.cell.places"),
        ("1!6", "2", "forms.cell.choice"),
        ("1!6.2", "3", "forms.cell.choice"),
    ],
)
def test_refusals_name_the_row(key, text, code):
    row = FORMS.row(key)
    with pytest.raises(FormsError) as refusal:
        read_cell(row, text)
    assert refusal.value.code == code
    assert f"dòng {row.code}" in refusal.value.message.lower() or code == "forms.cell.heading"


def test_a_long_note_is_refused():
    with pytest.raises(FormsError, match="ghi chú"):
        read_cell(COUNT, "1", "x" * 501)


def test_numbers_of_a_workbook():
    assert from_number(PERCENT, 99.61).value == Decimal("99.61")
    assert from_number(COUNT, 1234.0) == Cell(State.KNOWN, Decimal(1234), "1.234", 0)
    with pytest.raises(FormsError, match="âm"):
        from_number(COUNT, -1)


@settings(max_examples=60)
@given(st.integers(0, 10**12))
def test_what_is_shown_reads_back(number):
    cell = read_cell(COUNT, str(number))
    assert read_cell(COUNT, show(cell)).same(cell)
