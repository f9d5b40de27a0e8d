"""The engines that measure figures: DuckDB, PostgreSQL and Spark, each running the texts compiled for its dialect."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from motcua.engine.facts.kept import KEPT, Rows
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
    Statement,
    Tally,
    compiled,
    compiled_spread,
    gathered,
    listed,
)
from motcua.kernel.periods import Window


class Engine(Protocol):
    """Something that runs one statement of its dialect."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def relations(self) -> Mapping[str, str]:
        """What a statement reads each fact from: the name of a table, or a sub-select in brackets."""
        ...

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows: ...

    def counted(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        """The result of a statement over its fact."""
        ...


@dataclass(frozen=True, slots=True)
class Layers:
    """The rows of a fact as those of files that stay (`base`), without those since replaced (`gone`), with what came in
    their place (`fresh`): relations, the last two "" where nothing changed. `mark` names the files of `base`."""

    mark: Hashable
    base: str
    gone: str = ""
    fresh: str = ""


@dataclass(frozen=True, slots=True)
class DuckEngine:
    """Statements on a DuckDB connection; `relations`: what each fact is read from.

    `layers`: of facts whose counts over the files that stay are kept, so that only what changed since is counted anew.
    """

    connection: Any
    relations: Mapping[str, str]
    layers: Mapping[str, Layers] = field(default_factory=dict)
    dialect: Dialect = DUCKDB

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        found: Rows = self.connection.execute(text, dict(parameters)).fetchall()
        return found

    def counted(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        layers = self.layers.get(statement.fact)
        if layers is None or (layers.fresh and not statement.adds):
            return self.rows(statement.on(self.relations[statement.fact]), parameters)
        key = (layers.mark, statement.text, tuple(sorted(parameters.items())))
        base = KEPT.of(key, lambda: self.rows(statement.on(layers.base), parameters))
        if not layers.fresh:
            return base
        parts = ((-1, layers.gone), (1, layers.fresh))
        text = " UNION ALL ".join(
            f"SELECT {sign} AS way, part.* FROM ({statement.on(one)}) AS part" for sign, one in parts
        )
        return statement.balanced(base, self.rows(text, parameters))


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

    def counted(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        return self.rows(statement.on(self.relations[statement.fact]), parameters)


@dataclass(frozen=True, slots=True)
class SparkEngine:
    """Statements on a Spark session; facts are its views. Installed by the extra `spark`; needs Java."""

    session: Any
    relations: Mapping[str, str]
    dialect: Dialect = SPARK

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        found: Rows = self.session.sql(text, args=dict(parameters)).collect()
        return found

    def counted(self, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
        return self.rows(statement.on(self.relations[statement.fact]), parameters)


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
    results = [(each, engine.counted(each, each.parameters(window, units))) for each in statements]
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
    return dict(
        one.read(row) for row in engine.counted(one.statement, one.statement.parameters(window, units))
    )


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
