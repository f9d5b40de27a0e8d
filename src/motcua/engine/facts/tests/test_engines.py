"""One body over every engine: equal numerators, denominators and blanks for figures and rows made by chance."""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from motcua.engine.facts.engines import (
    DuckEngine,
    Engine,
    PostgresEngine,
    SparkEngine,
    measure,
    measure_spread,
    records,
    tally,
)
from motcua.engine.figures.api import (
    DUCKDB,
    POSTGRES,
    SPARK,
    UNIT,
    Column,
    FactShape,
    FigureError,
    Filter,
    MeasureKind,
    Operator,
    Spread,
    Unit,
    chosen_rows,
    compiled,
    count_of,
    in_period,
    measure_groups,
    spread_groups,
    sum_of,
)
from motcua.engine.figures.grouping import narrowed
from motcua.engine.figures.tests import made
from motcua.kernel.periods import Window

WINDOW = Window(made.FIRST, made.LAST)
MANY = int(os.environ.get("MOTCUA_TEST_EXAMPLES", "60"))
shape_of = made.SHAPES.__getitem__
both = st.fixed_dictionaries({name: made.rows_of(shape) for name, shape in made.SHAPES.items()})
cuts = st.sampled_from(
    [(), (UNIT,), (UNIT, "field"), ("field",), ("unit", "online"), ("at",), ("fee",), ("ended_on", UNIT)]
)
common_cuts = st.sampled_from([(), (UNIT,), (UNIT, "field"), ("field",)])
narrow = st.one_of(st.none(), st.lists(made.units, max_size=3, unique=True))


class Filled:
    """An engine whose tables are filled anew for each example."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def fill(self, facts: dict[str, list[dict[str, Any]]]) -> None:
        raise NotImplementedError


class FilledTables(Filled):
    """Tables of a SQL database."""

    def __init__(self, engine: Any, cursor: Any, mark: str) -> None:
        super().__init__(engine)
        self.cursor, self.mark = cursor, mark
        for name, shape in made.SHAPES.items():
            columns = ", ".join(
                f'"{each}" {engine.dialect.type_of(kind)}' for each, kind in shape.columns.items()
            )
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")

    def fill(self, facts):
        for name, rows in facts.items():
            self.cursor.execute(f"DELETE FROM {name}")
            marks = ", ".join([self.mark] * len(made.SHAPES[name].columns))
            if rows:
                values = [[row[column] for column in made.SHAPES[name].columns] for row in rows]
                self.cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", values)


class FilledSpark(Filled):
    """Views of a Spark session."""

    def fill(self, facts):
        from pyspark.sql import types

        known = {
            "text": types.StringType(),
            "integer": types.LongType(),
            "decimal": types.DecimalType(38, 10),
            "date": types.DateType(),
            "moment": types.TimestampType(),
            "flag": types.BooleanType(),
        }
        for name, rows in facts.items():
            shape = made.SHAPES[name]
            schema = types.StructType(
                [types.StructField(each, known[kind]) for each, kind in shape.columns.items()]
            )
            values = [tuple(row[column] for column in shape.columns) for row in rows]
            self.engine.session.createDataFrame(values, schema).createOrReplaceTempView(name)


NAMES = {name: name for name in made.SHAPES}


@pytest.fixture
def filled(request) -> Any:
    if request.param == "duckdb":
        memory = duckdb.connect()
        return FilledTables(DuckEngine(memory, NAMES), memory, "?")
    if request.param == "postgresql":
        request.getfixturevalue("db")
        cursor = connection.cursor()
        return FilledTables(PostgresEngine(cursor, NAMES, {}), cursor, "%s")
    return FilledSpark(SparkEngine(request.getfixturevalue("spark"), NAMES))


def body(filled: Filled, figures, facts, cut, filters, units) -> None:
    filled.fill(facts)
    got = measure(filled.engine, figures, WINDOW, cuts=cut, filters=filters, units=units, shape_of=shape_of)
    for figure, groups in zip(figures, got, strict=True):
        asked = {"filters": filters, "units": units, "shape_of": shape_of}
        assert groups == measure_groups(figure, facts.__getitem__, cut, WINDOW, **asked)
    for selection in {each for figure in figures for each in figure.selections()}:
        check_list(filled.engine, selection, facts, filters, units)


def check_list(engine: Engine, selection, facts, filters, units) -> None:
    """The list of the records is what the reference chooses, by key, and adds up to the figure's own tally."""
    shape = made.SHAPES[selection.fact]
    chosen = chosen_rows(narrowed(selection, shape, filters, units), facts[selection.fact], WINDOW)
    distinct = selection.measure.kind is MeasureKind.DISTINCT
    cells = [row[selection.measure.column if distinct else shape.key] for row in chosen]
    keys = sorted({cell for cell in cells if cell} if distinct else cells)
    asked = {"filters": filters, "units": units}
    first = records(engine, selection, shape, WINDOW, most=3, **asked)
    rest = records(engine, selection, shape, WINDOW, after=first[-1][0] if first else "", most=1000, **asked)
    assert [key for key, _ in first + (rest if first else [])] == keys
    counted = tally(engine, selection, shape, WINDOW, **asked)
    assert counted.rows == len(cells)
    if distinct:
        assert dict(first + rest) == {key: cells.count(key) for key in keys}
        assert counted.total == len(keys)
        return
    assert counted.total == sum((number for _, number in first + rest if number is not None), 0)


quiet = {"deadline": None, "suppress_health_check": list(HealthCheck)}
sets_of_figures = st.lists(made.figures, min_size=1, max_size=8)


@pytest.mark.parametrize("filled", ["duckdb", "postgresql"], indirect=True)
def test_an_engine_equals_the_reference(filled):
    @settings(max_examples=MANY, **quiet)
    @given(sets_of_figures, both, cuts, st.lists(made.conditions(made.SHAPE), max_size=1), narrow)
    def check(figures, facts, cut, filters, units):
        only = [each for each in figures if {one.fact for one in each.selections()} == {"made_records"}]
        if only:
            body(filled, only, facts, cut, filters, units)

    @settings(max_examples=MANY, **quiet)
    @given(sets_of_figures, both, common_cuts, narrow)
    def check_over_two_facts(figures, facts, cut, units):
        body(filled, figures, facts, cut, (), units)

    check()
    check_over_two_facts()


spreads = st.builds(
    lambda column, filters, shares, unit: Spread(
        "made.spread", 1, made.FIRST, {"vi": "Phân bố"}, Unit("minute", "phút"), ("Đo",), "made_records", column,
        tuple(filters), unit, tuple(shares),
    ),
    st.sampled_from(["days", "minutes", "fee"]),
    st.one_of(st.lists(made.conditions(made.SHAPE), max_size=1), st.just(list(in_period("ended_on")))),
    st.lists(st.fractions(Fraction(1, 20), 1, max_denominator=20), min_size=1, max_size=3),
    st.sampled_from(["", "received_unit"]),
)  # fmt: skip


def check_spread(engine: Engine, spread, facts, cut, filters, units) -> None:
    asked = {"filters": filters, "units": units, "shape_of": shape_of}
    got = measure_spread(engine, spread, WINDOW, cuts=cut, **asked)
    assert got == spread_groups(spread, facts.__getitem__, cut, WINDOW, **asked)


@pytest.mark.parametrize("filled", ["duckdb", "postgresql"], indirect=True)
def test_a_spread_equals_the_reference(filled):
    @settings(max_examples=MANY, **quiet)
    @given(spreads, both, cuts, st.lists(made.conditions(made.SHAPE), max_size=1), narrow)
    def check(spread, facts, cut, filters, units):
        filled.fill(facts)
        check_spread(filled.engine, spread, facts, cut, filters, units)

    check()


@pytest.mark.parametrize("filled", ["spark"], indirect=True)
def test_a_spread_on_spark_equals_the_reference(filled):
    @settings(max_examples=4, phases=[Phase.generate], **quiet)
    @given(st.lists(spreads, min_size=2, max_size=3), both, common_cuts, narrow)
    def check(some, facts, cut, units):
        filled.fill(facts)
        for spread in some:
            check_spread(filled.engine, spread, facts, cut, (), units)

    check()


@pytest.mark.parametrize("filled", ["spark"], indirect=True)
def test_spark_equals_the_reference(filled):
    # Every statement costs Spark half a second: few examples, of many figures each, and no shrinking.
    @settings(max_examples=6, phases=[Phase.generate], **quiet)
    @given(st.lists(made.figures, min_size=4, max_size=8), both, common_cuts, narrow)
    def check(figures, facts, cut, units):
        filled.fill(facts)
        got = measure(filled.engine, figures, WINDOW, cuts=cut, units=units, shape_of=shape_of)
        for figure, groups in zip(figures, got, strict=True):
            wanted = measure_groups(figure, facts.__getitem__, cut, WINDOW, units=units, shape_of=shape_of)
            assert groups == wanted
        check_list(filled.engine, figures[0].selections()[0], facts, (), units)

    check()


@pytest.mark.parametrize("dialect", [DUCKDB, POSTGRES, SPARK], ids=lambda each: each.name)
def test_a_text_holds_no_value_and_is_kept(dialect):
    secret = made.figure(
        count=sum_of("made_records", "days", Filter("field", Operator.AMONG, ("bí mật", None, "'; --")))
    )
    [one] = compiled([secret], dialect, shape_of, cuts=(UNIT,), units=2)
    assert "bí mật" not in one.text and "--" not in one.text
    assert set(one.values.values()) == {"bí mật", "'; --"}
    [again] = compiled([secret], dialect, shape_of, cuts=(UNIT,), units=2)
    assert again is one
    [other] = compiled([secret], dialect, shape_of, cuts=(UNIT,), units=3)
    assert other.text != one.text


def test_more_conditions_than_fit_one_mask_are_several_scans_and_equal_the_reference():
    memory = duckdb.connect()
    filled = FilledTables(DuckEngine(memory, NAMES), memory, "?")
    rows = [
        dict.fromkeys(made.SHAPE.columns) | {"record": str(n), "unit": "a", "days": n % 90}
        for n in range(300)
    ]
    figures = [
        made.figure(f"made.f{n}", count=sum_of("made_records", "days", Filter("days", Operator.AT_LEAST, n)))
        for n in range(100)
    ]
    assert len(compiled(figures, DUCKDB, shape_of, cuts=(UNIT,))) == 2
    body(filled, figures, {"made_records": rows, "made_tickets": []}, (UNIT,), (), None)


def test_many_figures_of_one_fact_are_one_scan():
    figures = [
        made.figure(
            f"made.f{number}", count=count_of("made_records", Filter("days", Operator.AT_LEAST, number))
        )
        for number in range(20)
    ]
    assert len(compiled(figures, DUCKDB, shape_of, cuts=(UNIT,))) == 1


@pytest.mark.parametrize(
    ("column", "operand"),
    [
        ("days", "1"),
        ("days", 2**63),
        ("days", True),
        ("field", 1),
        ("field", "a\0"),
        ("ended_on", made.moments.example),
        ("online", 1),
        ("fee", Column("field")),
        ("at", made.FIRST),
    ],
)
def test_unlike_things_are_not_compared(column, operand):
    figure = made.figure(count=count_of("made_records", Filter(column, Operator.EQUAL, operand)))
    with pytest.raises(FigureError, match="FIG-OPERAND"):
        compiled([figure], DUCKDB, shape_of)


def test_a_shape_without_unit_is_not_narrowed_to_units():
    bare = FactShape("bare", {"x": "text"}, key="x")
    with pytest.raises(FigureError, match="FIG-CUT"):
        compiled([made.figure(count=count_of("bare"))], DUCKDB, lambda name: bare, units=1)
