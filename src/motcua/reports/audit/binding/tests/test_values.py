"""Value cells: numbers in every printing habit, and the several ways of having none."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.numbers import format_number
from motcua.reports.audit.binding import CellState
from motcua.reports.audit.binding.values import read_value
from motcua.reports.audit.document import Place

HERE = Place("bao-cao.md", line=1)


@pytest.mark.parametrize(
    ("text", "unit", "value", "decimals", "percent"),
    [
        ("1.754", "Thủ tục", "1754", 0, False),
        ("2173", "Thủ tục", "2173", 0, False),
        ("18.402.560", "Triệu đồng", "18402560", 0, False),
        ("1 204 330", "Hồ sơ", "1204330", 0, False),
        ("1 204 330", "Hồ sơ", "1204330", 0, False),
        ("99,61%", "%", "99.61", 2, True),
        ("99,61 %", "%", "99.61", 2, True),
        ("98.605", "%", "98.605", 3, False),
        ("98.605", "Hồ sơ", "98605", 0, False),
        ("99.5", "%", "99.5", 1, False),
        ("1.204.330,5", "", "1204330.5", 1, False),
        ("1,204,330.5", "", "1204330.5", 1, False),
        ("07", "Cơ quan, đơn vị", "7", 0, False),
        ("729 TTHC", "Thủ tục", "729", 0, False),
        ("0", "Văn bản", "0", 0, False),
        ("120. 400", "Hồ sơ", "120400", 0, False),
        ("-3", "", "-3", 0, False),
    ],
)
def test_numbers(text, unit, value, decimals, percent):
    cell = read_value(text, HERE, unit)
    assert (cell.state, cell.value, cell.decimals, cell.percent_sign) == (
        CellState.NUMBER,
        Decimal(value),
        decimals,
        percent,
    )


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", CellState.BLANK),
        ("   ", CellState.BLANK),
        ("-", CellState.DASH),
        ("…", CellState.DASH),
        ("Không", CellState.NONE_WORD),
        ("Không có", CellState.NONE_WORD),
        ("Không áp dụng", CellState.NOT_APPLICABLE),
        ("Đang tổng hợp", CellState.TEXT),
        ("12/34", CellState.TEXT),
        ("1.23.456", CellState.TEXT),
    ],
)
def test_no_number_is_told_apart_from_zero(text, state):
    cell = read_value(text, HERE)
    assert cell.state is state
    assert cell.value is None


@settings(max_examples=80)
@given(st.integers(0, 10**10), st.sampled_from([".", " ", "", " "]))
def test_whole_numbers_come_back_in_every_habit(number, mark):
    printed = format_number(number).replace(".", mark)
    assert read_value(printed, HERE).value == number


@settings(max_examples=80)
@given(st.decimals(0, 100, places=2))
def test_percentages_come_back(number):
    cell = read_value(f"{format_number(number, 2)}%", HERE, "%")
    assert (cell.value, cell.decimals) == (number, 2)
