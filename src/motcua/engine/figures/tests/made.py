"""Rows and figures made by chance for the tests of every engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from motcua.engine.figures.api import (
    Bound,
    Climb,
    Column,
    FactShape,
    Figure,
    Filter,
    Operator,
    Quantity,
    Selection,
    Unit,
    in_period,
    open_at_end,
)
from motcua.engine.figures.language import Measure, MeasureKind

SHAPE = FactShape(
    "made_records",
    {
        "record": "text",
        "unit": "text",
        "received_unit": "text",
        "field": "text",
        "began_on": "date",
        "ended_on": "date",
        "due_on": "date",
        "at": "moment",
        "seen_at": "moment",
        "days": "integer",
        "minutes": "integer",
        "fee": "decimal",
        "paid": "decimal",
        "online": "flag",
        "free": "flag",
    },
    key="record",
    unit="unit",
)
OTHER = FactShape(
    "made_tickets",
    {"ticket": "text", "unit": "text", "field": "text", "on_day": "date", "score": "integer"},
    key="ticket",
    unit="unit",
)
SHAPES = {SHAPE.name: SHAPE, OTHER.name: OTHER}
FIRST, LAST = date(2024, 12, 15), date(2025, 12, 14)
WORDS = [
    "",
    "a",
    "B",
    "đất đai",
    "Đất đai",
    "đất đai",
    "hộ tịch",
    "Ứ",
    "z",
    "NULL",
    "\\N",
    'a"b,\nc',
    "𝒙",
    "％",
]
UNITS = ["H05.15", "H05.16", "H05.29.1", "đơn vị"]

texts = st.sampled_from(WORDS)
units = st.sampled_from(UNITS)
days = st.dates(date(2024, 12, 1), date(2025, 12, 31))
moments = st.integers(0, 400 * 86_400_000_000).map(
    lambda micro: datetime(2024, 12, 1, tzinfo=UTC) + timedelta(microseconds=micro)
)
integers = st.one_of(st.integers(-5, 5), st.integers(-(2**53), 2**53))
decimals = st.one_of(
    st.decimals(-100, 100, places=2), st.decimals(-(10**9), 10**9, places=6), st.integers(-3, 3).map(Decimal)
)
BY_KIND = {
    "text": texts,
    "date": days,
    "moment": moments,
    "integer": integers,
    "decimal": decimals,
    "flag": st.booleans(),
}


def rows_of(shape: FactShape, most: int = 30):
    """Rows of a fact: keys differ, units are often there, everything else may be missing."""

    def cell(name: str, kind: str):
        if name == shape.key:
            return st.uuids(version=4).map(str)
        values = units if "unit" in name else BY_KIND[kind]
        return st.one_of(values, values, values, st.none())

    row = st.fixed_dictionaries({name: cell(name, kind) for name, kind in shape.columns.items()})
    return st.lists(row, max_size=most, unique_by=lambda made: made[shape.key])


def _literal(kind: str, name: str):
    return units if "unit" in name else BY_KIND[kind]


@st.composite
def conditions(draw, shape: FactShape):
    """One filter that fits the types of the fact's columns."""
    name = draw(st.sampled_from([column for column in shape.columns if column != shape.key]))
    kind = shape.columns[name]
    operator = draw(st.sampled_from(list(Operator)))
    if operator in (Operator.MISSING, Operator.PRESENT):
        return Filter(name, operator)
    if operator is Operator.AMONG:
        few = draw(st.lists(st.one_of(_literal(kind, name), st.none()), max_size=3))
        return Filter(name, operator, tuple(few))
    alike = [column for column, other in shape.columns.items() if other == kind]
    operand = st.one_of(_literal(kind, name), st.sampled_from(alike).map(Column), st.none())
    if kind == "date":
        operand = st.one_of(operand, st.sampled_from(list(Bound)))
    return Filter(name, operator, draw(operand))


@st.composite
def selections(draw, shape: FactShape):
    filters = tuple(draw(st.lists(conditions(shape), max_size=3)))
    if shape is SHAPE:
        filters += draw(st.sampled_from([(), in_period("ended_on"), open_at_end("began_on", "ended_on")]))
    kind = draw(st.sampled_from(list(MeasureKind)))
    numbers = [name for name, each in shape.columns.items() if each in ("integer", "decimal")]
    measure = Measure() if kind is MeasureKind.COUNT else Measure(kind, draw(st.sampled_from(numbers)))
    if kind is MeasureKind.DISTINCT:
        measure = Measure(kind, "field")
    unit = draw(st.sampled_from(["", "received_unit"])) if shape is SHAPE else ""
    return Selection(shape.name, filters, measure, unit)


quantities = st.lists(
    st.tuples(st.integers(-3, 3), st.sampled_from([SHAPE, SHAPE, OTHER]).flatmap(selections)),
    min_size=1,
    max_size=3,
).map(lambda terms: Quantity(tuple(terms)))


def figure(code: str = "made.figure", **parts) -> Figure:
    """A figure around quantities."""
    ratio = "denominator" in parts
    distinct = any(
        selection.measure.kind is MeasureKind.DISTINCT
        for quantity in parts.values()
        for _factor, selection in quantity.terms
    )
    return Figure(
        code=code,
        version=1,
        effective_from=FIRST,
        labels={"vi": "Thử"},
        unit=Unit("x", "x"),
        legal_basis=("Thử",),
        climb=Climb.NONE if distinct else Climb.RATIO if ratio else Climb.SUM,
        **parts,
    )


figures = st.one_of(
    quantities.map(lambda count: figure(count=count)),
    st.tuples(quantities, quantities).map(lambda two: figure(numerator=two[0], denominator=two[1])),
)
additive_figures = figures.filter(lambda made: not made.counts_distinct)
