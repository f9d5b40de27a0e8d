"""The engines that measure figures: DuckDB, PostgreSQL and Spark, each running the texts compiled for its dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from motcua.engine.figures.api import (
    DUCKDB,
    POSTGRES,
    REGISTRY,
    SPARK,
    Dialect,
    FactShape,
    Figure,
    Filter,
    Key,
    Measured,
    Selection,
    ShapeOf,
    Spread,
    Spreads,
    Tally,
    compiled,
    compiled_spread,
    gathered,
    listed,
)
from motcua.kernel.periods import Window

Rows = Sequence[Sequence[Any]]


class Engine(Protocol):
    """Something that runs one statement of its dialect."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def relations(self) -> Mapping[str, str]:
        """What a statement reads each fact from: the name of a table, or a sub-select in brackets."""
        ...

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows: ...


@dataclass(frozen=True, slots=True)
class DuckEngine:
    """Statements on a DuckDB connection; `relations`: what each fact is read from."""

    connection: Any
    relations: Mapping[str, str]
    dialect: Dialect = DUCKDB

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        found: Rows = self.connection.execute(text, dict(parameters)).fetchall()
        return found


@dataclass(frozen=True, slots=True)
class PostgresEngine:
    """Statements on a psycopg or Django cursor; `given`: parameters of the relations themselves."""

    cursor: Any
    relations: Mapping[str, str]
    given: Mapping[str, Any]
    dialect: Dialect = POSTGRES

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        self.cursor.execute(text, {**self.given, **parameters})
        found: Rows = self.cursor.fetchall()
        return found


@dataclass(frozen=True, slots=True)
class SparkEngine:
    """Statements on a Spark session; facts are its views. Installed by the extra `spark`; needs Java."""

    session: Any
    relations: Mapping[str, str]
    dialect: Dialect = SPARK

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        found: Rows = self.session.sql(text, args=dict(parameters)).collect()
        return found


def measure(
    engine: Engine,
    figures: Sequence[Figure],
    window: Window | None = None,
    *,
    cuts: Sequence[str] = (),
    filters: Sequence[Filter] = (),
    units: Sequence[str] | None = None,
    shape_of: ShapeOf = REGISTRY.fact,
) -> list[Mapping[Key, Measured]]:
    """Each figure by group, as `measure_groups` would have it, in one scan of each fact and way of counting."""
    count = None if units is None else len(units)
    statements = compiled(figures, engine.dialect, shape_of, cuts=cuts, filters=filters, units=count)
    results = [
        (each, engine.rows(each.on(engine.relations[each.fact]), each.parameters(window, units)))
        for each in statements
    ]
    return gathered(figures, results, cuts=cuts)


def measure_spread(
    engine: Engine,
    spread: Spread,
    window: Window | None = None,
    *,
    cuts: Sequence[str] = (),
    filters: Sequence[Filter] = (),
    units: Sequence[str] | None = None,
    shape_of: ShapeOf = REGISTRY.fact,
) -> Spreads:
    """A spread by group, as `spread_groups` would have it."""
    count = None if units is None else len(units)
    one = compiled_spread(spread, engine.dialect, shape_of, cuts=cuts, filters=filters, units=count)
    text = one.statement.on(engine.relations[spread.fact])
    return dict(one.read(row) for row in engine.rows(text, one.statement.parameters(window, units)))


def tally(
    engine: Engine,
    selection: Selection,
    shape: FactShape,
    window: Window | None = None,
    *,
    filters: Sequence[Filter] = (),
    units: Sequence[str] | None = None,
) -> Tally:
    """What the list of a selection's records adds up to, counted over the list itself."""
    _page, whole = listed(
        selection, engine.dialect, shape, filters=filters, units=None if units is None else len(units)
    )
    [row] = engine.rows(whole.on(engine.relations[shape.name]), whole.parameters(window, units))
    return whole.tally(row, whole.places[0])


def records(
    engine: Engine,
    selection: Selection,
    shape: FactShape,
    window: Window | None = None,
    *,
    filters: Sequence[Filter] = (),
    units: Sequence[str] | None = None,
    after: str = "",
    most: int = 50,
) -> list[tuple[str, Fraction | None]]:
    """The records a selection takes, by key after `after`: key, and its number (1 where it is counted)."""
    page, _whole = listed(
        selection, engine.dialect, shape, filters=filters, units=None if units is None else len(units)
    )
    parameters = page.parameters(window, units) | {"after": after, "most": most}
    rows = engine.rows(page.on(engine.relations[shape.name]), parameters)
    return [(str(key), None if number is None else Fraction(number)) for key, number in rows]
