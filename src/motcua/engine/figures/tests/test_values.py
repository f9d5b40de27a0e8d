"""Values climb without losing anything and print as Vietnamese prints them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import (
    Climb,
    FigureError,
    State,
    Value,
    climb,
    format_number,
    round_half_up,
)

counts = st.integers(0, 10**9).map(Value.of)
ratios = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda pair: Value.ratio(*pair))
absent = st.sampled_from([Value.blank(), Value.not_applicable(), Value.not_due()])


@settings(max_examples=60)
@given(st.lists(st.one_of(counts, absent), max_size=12), st.integers(0, 12))
def test_a_sum_does_not_depend_on_how_units_were_grouped(values, cut):
    whole = climb(values, Climb.SUM)
    halves = [climb(values[:cut], Climb.SUM).value, climb(values[cut:], Climb.SUM).value]
    assert (climb(halves, Climb.SUM).value.numerator or 0) == (whole.value.numerator or 0)


@settings(max_examples=60)
@given(st.lists(ratios, min_size=1, max_size=12), st.randoms())
def test_a_ratio_is_recomputed_from_added_parts_in_any_order(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    result = climb(shuffled, Climb.RATIO).value
    assert result.numerator == sum(each.numerator for each in values)
    assert result.denominator == sum(each.denominator for each in values)
    assert result == climb(values, Climb.RATIO).value


@settings(max_examples=60)
@given(st.lists(st.one_of(counts, absent), max_size=12))
def test_every_unit_is_accounted_for(values):
    result = climb(values, Climb.SUM)
    assert result.used + result.missing + result.not_applicable == len(values)
    assert result.complete == all(each.state in {State.KNOWN, State.NOT_APPLICABLE} for each in values)


def test_nothing_is_not_zero():
    assert climb([Value.blank(), Value.blank()], Climb.SUM).value.state is State.BLANK
    assert climb([Value.not_due()], Climb.SUM).value.state is State.NOT_DUE
    assert climb([Value.not_applicable()], Climb.SUM).value.state is State.NOT_APPLICABLE
    assert climb([Value.of(0), Value.blank()], Climb.SUM).value == Value.of(0)
    assert climb([], Climb.SUM).value.state is State.BLANK


def test_a_ratio_over_nothing_is_not_applicable_and_climbs_as_nothing():
    empty = Value.ratio(0, 0)
    assert empty.state is State.NOT_APPLICABLE and empty.exact() is None
    assert climb([empty, Value.ratio(1, 4)], Climb.RATIO).value == Value.ratio(1, 4)
    assert climb([empty, empty], Climb.RATIO).value.state is State.NOT_APPLICABLE


def test_a_printed_ratio_without_its_parts_cannot_climb():
    result = climb([Value.of(Decimal("99.5")), Value.ratio(1, 2)], Climb.RATIO)
    assert result.value == Value.ratio(1, 2) and result.unusable == 1 and not result.complete


def test_what_belongs_to_one_unit_does_not_climb():
    assert climb([Value.of(3), Value.of(4)], Climb.NONE).value.state is State.NOT_APPLICABLE


def test_a_value_needs_its_number():
    with pytest.raises(FigureError, match="FIG-VALUE"):
        Value(State.KNOWN)
    with pytest.raises(FigureError, match="FIG-VALUE"):
        Value(State.BLANK, None, Fraction(1))


@settings(max_examples=100)
@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=7), st.integers(0, 6))
def test_halves_round_away_from_zero(number, places):
    expected = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    result = round_half_up(Fraction(number), places)
    assert result == expected and -result.as_tuple().exponent == places


@pytest.mark.parametrize(
    ("number", "trim", "text"),
    [
        ("1234.5", False, "1.234,5"),
        ("1155106", False, "1.155.106"),
        ("100.00", True, "100"),
        ("64.20", True, "64,2"),
        ("64.20", False, "64,20"),
        ("-1000", True, "-1.000"),
        ("0", True, "0"),
        ("20991710", True, "20.991.710"),
    ],
)
def test_numbers_print_as_vietnamese_prints_them(number, trim, text):
    assert format_number(Decimal(number), trim) == text
