"""Definitions that do not fit together are refused, with a code and a reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from motcua.engine.figures.api import (
    Climb,
    Column,
    FactShape,
    Figure,
    FigureError,
    Filter,
    Operator,
    PeriodRule,
    Registry,
    Rounding,
    State,
    Unit,
    Value,
    across_periods,
    chosen_rows,
    count_of,
    counted_for,
    declared,
    evaluate,
    format_value,
    in_period,
    open_at_end,
    sum_of,
)
from motcua.kernel.periods import Window

DOSSIERS = FactShape("dossiers", {"unit": "text", "returned_on": "date", "due_on": "date", "fee": "decimal"})
ON_TIME = Filter("returned_on", Operator.AT_MOST, Column("due_on"))
RESOLVED = Filter("returned_on", Operator.PRESENT)
BASIS = ("Nghị định 118/2025/NĐ-CP",)
RATE = Figure(
    code="dossiers.on-time",
    version=1,
    effective_from=date(2025, 7, 1),
    labels={"vi": "Tỷ lệ đúng hạn", "en": "On-time rate"},
    unit=Unit("percent", "%"),
    legal_basis=BASIS,
    numerator=count_of("dossiers", RESOLVED, ON_TIME),
    denominator=count_of("dossiers", RESOLVED),
    scale=100,
    climb=Climb.RATIO,
    rounding=Rounding(2),
)
ROWS = [
    {"unit": "a", "returned_on": date(2025, 8, 1), "due_on": date(2025, 8, 2), "fee": 10},
    {"unit": "a", "returned_on": date(2025, 8, 3), "due_on": date(2025, 8, 2), "fee": 20},
    {"unit": "b", "returned_on": date(2025, 8, 2), "due_on": date(2025, 8, 2), "fee": None},
    {"unit": "b", "returned_on": None, "due_on": date(2025, 8, 9), "fee": 5},
]


def registry() -> Registry:
    made = Registry()
    made.define_fact(DOSSIERS)
    return made


def test_a_ratio_is_computed_from_selections_and_rounded_once():
    value = evaluate(RATE, lambda fact: ROWS)
    assert value == Value.ratio(2, 3)
    assert format_value(value, RATE) == "66,67"
    assert format_value(evaluate(RATE, lambda fact: []), RATE) == "không áp dụng"


def test_filters_and_sums_over_rows():
    fees = replace(
        RATE, numerator=None, denominator=None, count=sum_of("dossiers", "fee"), climb=Climb.SUM, scale=1
    )
    assert evaluate(fees, lambda fact: ROWS) == Value.of(35)
    assert evaluate(fees, lambda fact: []) == Value.of(0)
    both = count_of("dossiers", Filter("unit", Operator.AMONG, ("a", "b"))) - count_of(
        "dossiers", Filter("unit", Operator.EQUAL, "b")
    )
    assert evaluate(replace(fees, count=both), lambda fact: ROWS) == Value.of(2)


def test_a_declared_value_nobody_stated_is_blank_and_not_zero():
    stated = replace(
        RATE, numerator=None, denominator=None, count=declared("dossiers", "fee"), climb=Climb.NONE, scale=1
    )
    assert evaluate(stated, lambda fact: []).state is State.BLANK
    assert evaluate(stated, lambda fact: ROWS).state is State.BLANK
    assert evaluate(stated, lambda fact: [{"fee": Decimal("2.50")}]) == Value.of(Decimal("2.5"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Tỷ lệ"}, "FIG-CODE"),
        ({"version": 0}, "FIG-VERSION"),
        ({"labels": {"en": "x"}}, "FIG-LABEL"),
        ({"denominator": None}, "FIG-SHAPE"),
        ({"count": count_of("dossiers")}, "FIG-SHAPE"),
        ({"numerator": None, "denominator": None}, "FIG-SHAPE"),
        ({"scale": 0}, "FIG-SCALE"),
        ({"climb": Climb.SUM}, "FIG-CLIMB"),
        ({"legal_basis": (" ",)}, "FIG-BASIS"),
    ],
)
def test_a_figure_that_does_not_fit_is_refused(changes, code):
    with pytest.raises(FigureError) as refusal:
        replace(RATE, **changes)
    assert refusal.value.code == code and refusal.value.message


def test_only_a_ratio_can_be_recomputed():
    with pytest.raises(FigureError, match="FIG-CLIMB"):
        replace(RATE, numerator=None, denominator=None, count=count_of("dossiers"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rounding(7),
        lambda: Filter("unit", Operator.AMONG, "a"),
        lambda: Filter("unit", Operator.EQUAL, ("a",)),
        lambda: sum_of("dossiers", ""),
        lambda: FactShape("Hồ sơ", {}),
    ],
)
def test_broken_parts_are_refused(make):
    with pytest.raises(FigureError):
        make()


def test_the_registry_answers_by_code_and_day():
    book = registry()
    book.define(RATE)
    second = replace(RATE, version=2, effective_from=date(2026, 7, 1), rounding=Rounding(1))
    book.define(second)
    assert book.define(RATE) is RATE
    assert book.figure("dossiers.on-time", date(2026, 6, 30)) == RATE
    assert book.figure("dossiers.on-time", date(2026, 7, 1)) == second
    assert book.version("dossiers.on-time", 1) == RATE
    assert list(book.figures(date(2025, 7, 1))) == [RATE] and "dossiers.on-time" in book
    assert list(book.figures(date(2025, 6, 30))) == []


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda book: book.figure("nothing", date(2026, 1, 1)), "FIG-UNKNOWN"),
        (lambda book: book.figure(RATE.code, date(2025, 6, 30)), "FIG-NOT-IN-FORCE"),
        (lambda book: book.version(RATE.code, 9), "FIG-UNKNOWN"),
        (lambda book: book.define(replace(RATE, scale=1)), "FIG-TWICE"),
        (lambda book: book.define(replace(RATE, version=2)), "FIG-ORDER"),
        (lambda book: book.define(replace(RATE, code="x", numerator=count_of("petitions"))), "FIG-FACT"),
        (
            lambda book: book.define(replace(RATE, code="x", numerator=sum_of("dossiers", "cost"))),
            "FIG-COLUMN",
        ),
        (lambda book: book.define_fact(FactShape("dossiers", {"unit": "text"})), "FIG-FACT-TWICE"),
    ],
)
def test_the_registry_refuses_with_a_code(act, code):
    book = registry()
    book.define(RATE)
    with pytest.raises(FigureError) as refusal:
        act(book)
    assert refusal.value.code == code


def test_flows_add_over_periods_and_stocks_do_not():
    flow = [Value.ratio(1, 2), Value.ratio(3, 4)]
    assert across_periods(RATE, flow) == Value.ratio(4, 6)
    assert across_periods(RATE, [*flow, Value.blank()]).state is State.BLANK
    assert across_periods(replace(RATE, period_rule=PeriodRule.STOCK), flow) == Value.ratio(3, 4)
    assert across_periods(RATE, []).state is State.BLANK


def test_labels_fall_back_to_vietnamese():
    assert RATE.label("en") == "On-time rate" and RATE.label("fr") == "Tỷ lệ đúng hạn"


AUGUST = Window(date(2025, 8, 2), date(2025, 8, 3))
RETURNED = replace(
    RATE,
    code="dossiers.returned",
    count=count_of("dossiers"),
    numerator=None,
    denominator=None,
    scale=1,
    climb=Climb.SUM,
)


def test_a_period_counts_what_happened_within_it_both_days_included() -> None:
    within = replace(RETURNED, count=count_of("dossiers", *in_period("returned_on")))
    assert evaluate(within, lambda fact: ROWS, AUGUST) == Value.of(2)
    assert evaluate(within, lambda fact: ROWS, Window(date(2025, 8, 4), date(2025, 8, 9))) == Value.of(0)


def test_what_is_open_on_the_last_day_includes_what_ends_later_and_what_never_ended() -> None:
    rows = [
        {"began": date(2025, 8, 1), "ended": None},
        {"began": date(2025, 8, 1), "ended": date(2025, 8, 4)},
        {"began": date(2025, 8, 1), "ended": date(2025, 8, 3)},
        {"began": date(2025, 8, 4), "ended": None},
    ]
    stock = replace(RETURNED, count=count_of("work", *open_at_end("began", "ended")))
    assert evaluate(stock, lambda fact: rows, AUGUST) == Value.of(2)
    assert stock.count is not None
    assert chosen_rows(stock.count.terms[0][1], rows, AUGUST) == rows[:2]


def test_a_figure_within_a_period_needs_one() -> None:
    within = replace(RETURNED, count=count_of("dossiers", *in_period("returned_on")))
    with pytest.raises(FigureError, match="returned_on") as refused:
        evaluate(within, lambda fact: ROWS)
    assert refused.value.code == "FIG-PERIOD"


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ({"columns": {"unit": "number"}}, "FIG-TYPE"),
        ({"columns": {"unit": "text"}, "key": "uid"}, "FIG-COLUMN"),
        ({"columns": {"unit": "text"}, "unit": "place"}, "FIG-COLUMN"),
    ],
)
def test_a_fact_says_types_that_exist_and_columns_it_has(shape: dict[str, object], code: str) -> None:
    with pytest.raises(FigureError) as refused:
        FactShape("work", **shape)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_quantity_may_count_for_another_unit_and_the_column_must_be_there() -> None:
    made = registry()
    there = counted_for("unit", count_of("dossiers"))
    assert there.terms[0][1].unit == "unit"
    with pytest.raises(FigureError, match="place"):
        made.define(replace(RETURNED, count=counted_for("place", count_of("dossiers"))))
