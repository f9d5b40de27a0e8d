"""Ranks of a column: the nearest one, always a value of some row, and defined once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.figures.api import (
    MIDDLE,
    NINE_TENTHS,
    FigureError,
    Filter,
    Operator,
    Spread,
    SpreadRegistry,
    Unit,
    in_period,
    rank_of,
    spread_groups,
)
from motcua.engine.figures.tests import made
from motcua.kernel.periods import Window

WINDOW = Window(made.FIRST, made.LAST)


def spread(**changes):
    parts = {
        "code": "made.minutes", "version": 1, "effective_from": date(2024, 1, 1), "labels": {"vi": "Phút"},
        "unit": Unit("minute", "phút"), "legal_basis": ("Đo",), "fact": "made_records", "column": "minutes",
    }  # fmt: skip
    return Spread(**parts | changes)


def ranked(one, rows, **more):
    return spread_groups(
        one, {"made_records": rows}.__getitem__, (), WINDOW, shape_of=made.SHAPES.__getitem__, **more
    )


@given(st.integers(1, 10_000), st.fractions(Fraction(1, 100), 1))
def test_the_nearest_rank_is_the_least_that_reaches_the_share(count: int, share: Fraction):
    rank = rank_of(count, share)
    assert 1 <= rank <= count and rank >= share * count and rank - 1 < share * count


def test_middle_and_nine_tenths_of_ten():
    rows = [dict.fromkeys(made.SHAPE.columns) | {"minutes": number} for number in range(10, 0, -1)]
    [one] = ranked(spread(), rows).values()
    assert (one.rows, one.at(MIDDLE), one.at(NINE_TENTHS)) == (10, 5, 9)


@given(made.rows_of(made.SHAPE))
def test_a_rank_is_some_rows_value_and_shares_are_kept(rows):
    one = ranked(spread(filters=in_period("ended_on")), rows).get(())
    numbers = sorted(
        row["minutes"]
        for row in rows
        if row["minutes"] is not None
        and row["ended_on"] is not None
        and made.FIRST <= row["ended_on"] <= made.LAST
    )
    if not numbers:
        assert one is None
        return
    for share in (MIDDLE, NINE_TENTHS):
        value = one.at(share)
        assert value in numbers
        assert sum(number <= value for number in numbers) >= share * len(numbers)
        assert sum(number < value for number in numbers) < share * len(numbers)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Có dấu"}, "FIG-CODE"), ({"version": 0}, "FIG-VERSION"), ({"labels": {}}, "FIG-LABEL"),
        ({"legal_basis": ()}, "FIG-BASIS"), ({"shares": ()}, "FIG-SHARE"), ({"shares": (Fraction(0),)}, "FIG-SHARE"),
    ],
)  # fmt: skip
def test_what_is_no_spread_is_refused(changes, code):
    with pytest.raises(FigureError, match=code):
        spread(**changes)


def test_versions_follow_each_other_and_columns_are_numbers(monkeypatch):
    from motcua.engine.figures.api import REGISTRY

    monkeypatch.setattr(REGISTRY, "_facts", dict(REGISTRY._facts) | {"made_records": made.SHAPE})
    registry = SpreadRegistry()
    first = registry.define(spread())
    assert registry.define(spread()) is first
    second = registry.define(spread(version=2, effective_from=date(2025, 1, 1), column="days"))
    assert registry.spread("made.minutes", date(2024, 6, 1)) is first
    assert registry.spread("made.minutes", date(2025, 6, 1)) is second
    for changes, code in (
        ({"column": "days"}, "FIG-TWICE"), ({"version": 3}, "FIG-ORDER"), ({"version": 3, "column": "x"}, "FIG-COLUMN"),
        ({"version": 3, "column": "field"}, "FIG-OPERAND"),
        ({"version": 3, "filters": (Filter("x", Operator.PRESENT),)}, "FIG-COLUMN"),
    ):  # fmt: skip
        with pytest.raises(FigureError, match=code):
            registry.define(spread(**changes))
    with pytest.raises(FigureError, match="FIG-UNKNOWN"):
        registry.spread("khac", date(2025, 1, 1))
    with pytest.raises(FigureError, match="FIG-NOT-IN-FORCE"):
        registry.spread("made.minutes", date(2023, 1, 1))
