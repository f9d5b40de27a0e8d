from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.intervals import (
    Agreement,
    EmptyIntervalError,
    Interval,
    UndefinedQuotientError,
    agreement,
    compare,
    rounding_interval,
    total,
    truncation_interval,
)

fractions = st.fractions(min_value=-100, max_value=100, max_denominator=50)


@st.composite
def members(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    low, high = sorted((draw(fractions), draw(fractions)))
    inside = low + (high - low) * draw(st.fractions(min_value=0, max_value=1, max_denominator=9))
    return Interval(low, high), inside


@given(members(), members())
@settings(max_examples=80, deadline=None)
def test_results_hold_every_member(left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]) -> None:
    (a, x), (b, y) = left, right
    assert x + y in a + b
    assert x - y in a - b
    assert x * y in a * b
    if not b.low <= 0 <= b.high:
        assert x / y in a / b
    else:
        with pytest.raises(UndefinedQuotientError):
            a / b


@given(members(), members())
@settings(max_examples=60, deadline=None)
def test_meeting_is_symmetric_and_follows_from_a_common_value(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]
) -> None:
    (a, x), (b, _) = left, right
    assert a.meets(b) == b.meets(a)
    assert a.meets(b) or x not in b
    assert not a.inside(b) or x in b


def test_open_edges() -> None:
    half_open = Interval(Fraction(0), Fraction(1), False, True)
    assert 0 in half_open and 1 not in half_open
    assert not half_open.meets(Interval.point(1))
    assert 0 in half_open * Interval(Fraction(0), Fraction(5), True, True)
    assert 1 not in half_open + half_open * 0 + 0
    with pytest.raises(EmptyIntervalError):
        Interval(Fraction(1), Fraction(0))


def test_ranges_of_a_printed_figure() -> None:
    assert Fraction("99.605") in rounding_interval(Decimal("99.61"), 2)
    assert Fraction("99.615") not in rounding_interval(Decimal("99.61"), 2)
    assert Fraction("-99.605") in rounding_interval(Decimal("-99.61"), 2)
    assert Fraction("99.6199") in truncation_interval(Decimal("99.61"), 2)
    assert Fraction("99.6099") not in truncation_interval(Decimal("99.61"), 2)


@pytest.mark.parametrize(
    ("printed", "places", "part", "whole", "expected"),
    [
        ("98.6", 1, 151619, 153771, Agreement.EQUAL),
        ("99.61", 2, 151619, 153771, Agreement.DIFFERENT),
        ("99.55", 2, 1120, 1125, Agreement.TRUNCATED),
        ("99.56", 2, 1120, 1125, Agreement.EQUAL),
    ],
)
def test_agreement_of_a_percentage(
    printed: str, places: int, part: int, whole: int, expected: Agreement
) -> None:
    computed = Interval.point(part) / whole * 100
    assert agreement(Decimal(printed), places, computed) is expected


def test_a_wide_computation_is_possible_only() -> None:
    computed = rounding_interval(Decimal("64.2"), 1)
    assert agreement(Decimal("64.22"), 2, computed) is Agreement.POSSIBLE
    assert compare(computed, Interval.point(64)) is Agreement.DIFFERENT
    assert compare(Interval.point(2), Interval.point(2)) is Agreement.EQUAL
    assert total([1, Interval.point(2), Decimal("0.5")]) == Interval.point(Fraction(7, 2))
