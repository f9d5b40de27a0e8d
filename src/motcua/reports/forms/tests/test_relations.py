"""Relations are parsed and evaluated exactly; blanks and zero divisors are answers, not errors."""

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.intervals import Interval
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.relations import (
    RelationSyntaxError,
    Status,
    evaluate,
    operands,
    parse,
    spelled,
)

MAX_EXAMPLES = 60


def known(**figures):
    return lambda name: figures.get(name.strip("{}"))


def points(**figures):
    return known(**{name: Interval.point(value) for name, value in figures.items()})


def test_row_names_are_completed_by_the_form():
    assert operands("[2.2]/[2.1]*100", "1") == ("1!2.2", "1!2.1")
    assert operands("[6!2.1]+[1.5]+{communes}", "4") == ("6!2.1", "4!1.5", "{communes}")


def test_a_ratio_of_counts_is_one_exact_value():
    figures = {"3!3.1.2": Interval.point(151_619), "3!3.1.1": Interval.point(153_771)}
    result = evaluate("[3.1.2]/[3.1.1]*100", figures.get, "3")
    assert result.interval == Interval.point(Fraction(15_161_900, 153_771))


def test_blank_operands_are_named_and_nothing_is_computed():
    result = evaluate("[2]/[1]*100", {"9!1": Interval.point(4)}.get, "9")
    assert (result.status, result.blank, result.interval) == (Status.BLANK, ("9!2",), None)


def test_a_zero_divisor_is_undefined():
    figures = {"9!1": Interval.point(0), "9!2": Interval.point(0)}
    assert evaluate("[2]/[1]*100", figures.get, "9").status is Status.UNDEFINED


def test_spelled_shows_the_numbers_in_the_formula():
    assert spelled("[1.1]+[1.2]", "2", {"2!1.1": "186", "2!1.2": "9"}.get) == "186 + 9"
    assert spelled("[2]/[1]*100", "1", {"1!2": "3", "1!1": "4"}.get) == "3 : 4 × 100"


@pytest.mark.parametrize(
    "text", ["", "[1.1]+", "(1", "import os", "[1.1]**2", "max(1", "1 2", "{a}.b", "f(1)"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(RelationSyntaxError):
        parse(text, "1")


def test_every_packaged_relation_is_readable():
    relations = form_set().relations
    assert len(relations) >= 60
    for relation in relations:
        parse(relation.expression, relation.form)


expressions = st.recursive(
    st.one_of(st.integers(0, 99).map(str), st.sampled_from(["{a}", "{b}", "{c}"])),
    lambda inner: st.builds(lambda x, mark, y: f"({x}{mark}{y})", inner, st.sampled_from("+-*/"), inner),
    max_leaves=8,
)
exact = st.fractions(min_value=-50, max_value=50, max_denominator=8)


@settings(max_examples=MAX_EXAMPLES)
@given(expressions, exact, exact, exact)
def test_points_give_what_exact_arithmetic_gives(expression, a, b, c):
    source = expression
    for name, value in {"a": a, "b": b, "c": c}.items():
        source = source.replace("{" + name + "}", f"Fraction({value.numerator},{value.denominator})")
    source = "".join(f"Fraction({part})" if part.isdigit() else part for part in _split(source))
    result = evaluate(expression, points(a=a, b=b, c=c))
    try:
        expected = eval(source)
    except ZeroDivisionError:
        assert result.status is Status.UNDEFINED
    else:
        assert result.interval == Interval.point(expected)


def _split(source):
    """Bare whole numbers apart from fractions already written out."""
    return [part for part in re.split(r"(Fraction\(-?\d+,\d+\))|(\d+)", source) if part]


@settings(max_examples=MAX_EXAMPLES)
@given(expressions, exact, exact, exact, st.fractions(0, 1), st.fractions(0, 1))
def test_ranges_hold_every_value_inside_them(expression, a, b, c, left, right):
    wide = {"a": Interval(a - 1, a + 1), "b": Interval(b - left, b + right), "c": Interval.point(c)}
    result = evaluate(expression, known(**wide))
    inner = evaluate(expression, points(a=a, b=b, c=c))
    if result.status is Status.VALUE:
        assert inner.status is Status.VALUE
        assert inner.interval.low in result.interval


@settings(max_examples=MAX_EXAMPLES)
@given(exact, exact, exact, exact)
def test_max_and_min_take_both_edges(a, b, c, d):
    one, two = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    top = evaluate("max({a},{b})", known(a=one, b=two)).interval
    bottom = evaluate("min({a},{b})", known(a=one, b=two)).interval
    assert (top.low, top.high) == (max(one.low, two.low), max(one.high, two.high))
    assert (bottom.low, bottom.high) == (min(one.low, two.low), min(one.high, two.high))
