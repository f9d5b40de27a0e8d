"""Groups add up to what was measured over all rows at once, and climb without losing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import (
    UNIT,
    Climb,
    FigureError,
    Filter,
    Operator,
    State,
    Value,
    across_periods,
    check_selection,
    climbed,
    count_of,
    counted_for,
    declared,
    distinct_of,
    evaluate,
    in_period,
    measure_groups,
    nothing,
    sum_of,
)
from motcua.engine.figures.tests import made
from motcua.kernel.periods import Window

WINDOW = Window(made.FIRST, made.LAST)
both = st.fixed_dictionaries({name: made.rows_of(shape) for name, shape in made.SHAPES.items()})


def groups(figure, facts, cuts=(), **more):
    return measure_groups(figure, facts.__getitem__, cuts, WINDOW, shape_of=made.SHAPES.__getitem__, **more)


@settings(max_examples=150, deadline=None)
@given(made.figures, both)
def test_one_group_is_the_figure_itself(figure, facts):
    assert groups(figure, facts)[()].value == evaluate(figure, facts.__getitem__, WINDOW)


@settings(max_examples=150, deadline=None)
@given(made.additive_figures, both, st.sampled_from([(UNIT,), ("field",), (UNIT, "field")]))
def test_groups_add_up_to_the_whole(figure, facts, cuts):
    whole = groups(figure, facts)[()]
    assert reduce(add, groups(figure, facts, cuts).values(), nothing(figure)) == whole


@settings(max_examples=100, deadline=None)
@given(made.figures, both)
def test_narrowing_to_a_unit_gives_its_group(figure, facts):
    cut = groups(figure, facts, (UNIT,))
    for unit in made.UNITS:
        alone = groups(figure, facts, (UNIT,), units={unit})
        assert alone == ({(unit,): cut[(unit,)]} if (unit,) in cut else {})
    assert groups(figure, facts, (), units=set())[()] == nothing(figure)


@settings(max_examples=100, deadline=None)
@given(made.additive_figures, both, st.fractions(0, 1))
def test_totals_are_equal_before_and_after_a_merger_and_a_split(figure, facts, share):
    then = groups(figure, facts, (UNIT, "field"))
    whole = reduce(add, then.values(), nothing(figure))
    now = climbed(then, {"H05.15": ["mới"], "H05.16": ["mới"], "đơn vị": {"một": share, "hai": 1 - share}})
    assert reduce(add, now.values(), nothing(figure)) == whole
    assert not {key[0] for key in now} & {"H05.15", "H05.16", "đơn vị"}


def row(**cells):
    return dict.fromkeys(made.SHAPE.columns) | cells


ROWS = [
    row(record="1", unit="a", received_unit="b", ended_on=date(2025, 8, 1), fee=Decimal("1.5"), days=2),
    row(record="2", unit="a", received_unit="a", ended_on=date(2025, 8, 2), fee=None, days=-1),
    row(record="3", unit=None, received_unit="b", ended_on=None, fee=Decimal("0.5")),
]
FACTS = {"made_records": ROWS, "made_tickets": []}


def test_rows_count_for_the_unit_their_selection_names():
    handled = made.figure(count=count_of("made_records"))
    received = made.figure(count=counted_for("received_unit", count_of("made_records")))
    assert {key: got.numerator for key, got in groups(handled, FACTS, (UNIT,)).items()} == {
        ("a",): 2,
        (None,): 1,
    }
    for cut in (UNIT, "unit"):
        assert {key: got.numerator for key, got in groups(received, FACTS, (cut,)).items()} == {
            ("a",): 1,
            ("b",): 2,
        }
    assert groups(received, FACTS, (), units=["b"])[()].numerator == 2


def test_a_group_a_term_does_not_reach_is_zero_for_it_and_blank_where_people_state():
    ratio = made.figure(numerator=sum_of("made_records", "days"), denominator=declared("made_records", "fee"))
    by_unit = groups(ratio, FACTS, (UNIT,))
    assert by_unit[("a",)].numerator == 1 and by_unit[("a",)].denominator is None
    assert by_unit[("a",)].blank and by_unit[("a",)].value.state is State.BLANK
    assert by_unit[(None,)].value == Value.ratio(0, Fraction(1, 2))
    assert by_unit[(None,)].terms == (0, Fraction(1, 2))
    ended = made.figure(
        numerator=count_of("made_records", *in_period("ended_on")), denominator=count_of("made_records")
    )
    assert groups(ended, FACTS, (UNIT,))[(None,)].value == Value.ratio(0, 1)


def test_what_the_fact_does_not_have_is_refused():
    figure = made.figure(count=count_of("made_records"))
    with pytest.raises(FigureError, match="FIG-CUT"):
        groups(figure, FACTS, ("nothing",))
    with pytest.raises(FigureError, match="FIG-COLUMN"):
        groups(figure, FACTS, filters=[Filter("nothing", Operator.PRESENT)])
    with pytest.raises(FigureError, match="FIG-CUT"):
        bare = type(made.SHAPE)("bare", {"x": "text"})
        measure_groups(figure, FACTS.__getitem__, (UNIT,), shape_of=lambda name: bare)


def test_different_values_are_counted_anew_and_never_added():
    fields = made.figure(count=distinct_of("made_records", "field"))
    rows = [
        row(record="1", unit="a", field="đất"),
        row(record="2", unit="a", field="đất"),
        row(record="3", unit="b", field="đất"),
        row(record="4", unit="b", field=""),
        row(record="5", unit="c", field=None),
    ]
    facts = {"made_records": rows, "made_tickets": []}
    by_unit = groups(fields, facts, (UNIT,))
    assert [by_unit[(unit,)].numerator for unit in "abc"] == [1, 1, 0]
    assert groups(fields, facts)[()].numerator == groups(fields, facts, units=["a", "b"])[()].numerator == 1
    assert by_unit[("a",)] + nothing(fields) == by_unit[("a",)]
    for refused in (
        lambda: by_unit[("a",)] + by_unit[("b",)],
        lambda: by_unit[("a",)].times(Fraction(1, 2)),
        lambda: climbed(by_unit, {"a": ["H05"], "b": ["H05"]}),
        lambda: across_periods(fields, [Value.of(1), Value.of(1)]),
        lambda: replace(fields, climb=Climb.SUM),
        lambda: measured_of_a_number(),
    ):
        with pytest.raises(FigureError, match=r"FIG-DISTINCT|FIG-OPERAND"):
            refused()


def measured_of_a_number():
    check_selection(distinct_of("made_records", "days").terms[0][1], made.SHAPE)
