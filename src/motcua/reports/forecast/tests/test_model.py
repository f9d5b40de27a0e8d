"""Probabilities, intervals and scores: pure."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import isclose, prod

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reports.forecast.model import LEAST, WEIGHT, History, Position, distribution, interval, score

HERE = Position("U1", "1.001", "HT", 2)
CHANCES = st.lists(st.fractions(0, 1), max_size=7)


def test_the_nearest_level_that_has_seen_enough_speaks():
    past = History()
    assert past.estimate(HERE) is None
    past.add(Position("U2", "1.002", "DD", 5), 0, 1000)
    assert past.estimate(HERE).level == "all"  # type: ignore[union-attr]
    past.add(Position("U2", "1.002", "DD", 2), 10, LEAST)
    assert past.estimate(HERE).level == "days"  # type: ignore[union-attr]
    past.add(Position("U2", "1.003", "HT", 2), 10, LEAST)
    assert past.estimate(HERE).level == "field"  # type: ignore[union-attr]
    past.add(Position("U2", "1.001", "HT", 2), 3, LEAST)
    assert past.estimate(HERE).level == "procedure"  # type: ignore[union-attr]
    past.add(HERE, 6, LEAST)
    found = past.estimate(HERE)
    assert found is not None and (found.level, found.late, found.seen) == ("unit", 6, LEAST)
    assert past.share is not None
    assert found.probability == (6 + WEIGHT * past.share) / (LEAST + WEIGHT)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50), st.integers(0, 9)), min_size=1, max_size=20)
)
def test_a_probability_is_never_outside_what_was_seen(rows):
    past = History()
    for late, seen, days in rows:
        past.add(Position("U", "P", "F", days), min(late, seen), seen)
    found = past.estimate(HERE)
    assert found is not None and 0 <= found.probability <= 1
    assert past.seen == sum(seen for _late, seen, _days in rows)


@settings(deadline=None)
@given(CHANCES)
def test_the_distribution_is_that_of_every_combination(chances):
    found = distribution(chances)
    assert isclose(sum(found), 1, abs_tol=1e-9)
    for number, weight in enumerate(found):
        exact = sum(
            prod(float(p if hit else 1 - p) for p, hit in zip(chances, hits, strict=True))
            for hits in product((True, False), repeat=len(chances))
            if sum(hits) == number
        )
        assert isclose(weight, exact, abs_tol=1e-9)


@settings(deadline=None)
@given(CHANCES)
def test_the_interval_holds_what_it_says(chances):
    low, high = interval(chances)
    assert 0 <= low <= high <= len(chances)
    weights = distribution(chances)
    assert sum(weights[low : high + 1]) >= 0.9 - 1e-9


def test_thousands_of_small_chances_are_reckoned():
    low, high = interval([Fraction(1, 250)] * 15_000)  # 60 expected
    assert low < 60 < high and (low, high) == (48, 73)


def test_a_forecast_that_knows_beats_the_share():
    known = score([(Fraction(9, 10), 10, 9), (Fraction(1, 10), 10, 1)], Fraction(1, 2))
    assert (known.expected, known.actual, known.dossiers) == (10, 10, 20)
    assert known.brier == Fraction(9, 100) and known.base == Fraction(1, 4)
    assert sum(each.dossiers for each in known.bins) == 20
    assert sum(each.actual for each in known.bins) == 10
    assert score([], Fraction(1, 2)).brier is None
