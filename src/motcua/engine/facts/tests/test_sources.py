"""A fact that is declared wrongly is refused when the program starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from motcua.engine.facts import sources as room
from motcua.engine.facts.api import FactsError, FactSource, define_source, source_of, sources
from motcua.engine.figures.api import REGISTRY, FactShape

SHAPE = FactShape("declared_things", {"thing": "text", "unit": "text", "days": "integer"}, "thing", "unit")
SQL = "SELECT uid::text, unit, days FROM t WHERE province_id = %(province)s AND uid = ANY(%(uids)s)"


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(room, "_sources", {})
    monkeypatch.setattr(REGISTRY, "_facts", dict(REGISTRY._facts))


def test_a_source_is_declared_once_and_found_by_its_fact():
    source = define_source(SHAPE, SQL, ("things:thing:",))
    assert define_source(SHAPE, SQL, ("things:thing:",)) is source
    assert sources() == (source,) and source_of("declared_things") is source
    assert REGISTRY.fact("declared_things") == SHAPE
    assert source.follows("things:thing:changed") and not source.follows("things:other:changed")
    with pytest.raises(FactsError, match="FACTS-TWICE"):
        define_source(SHAPE, SQL + " ", ("things:thing:",))
    with pytest.raises(FactsError, match="FACTS-UNKNOWN"):
        source_of("nothing")


def test_another_declaration_has_another_digest():
    source = FactSource(SHAPE, SQL, ("x",))
    wider = FactShape(SHAPE.name, {**SHAPE.columns, "more": "date"}, "thing", "unit")
    others = [replace(source, sql=SQL + " "), replace(source, shape=wider)]
    assert len({source.digest, *(each.digest for each in others)}) == 3
    assert replace(source, events=("y",)).digest == source.digest


@pytest.mark.parametrize(
    ("shape", "sql", "events", "code"),
    [
        (replace(SHAPE, key=""), SQL, ("x",), "FACTS-KEY"),
        (replace(SHAPE, key="days"), SQL, ("x",), "FACTS-KEY"),
        (replace(SHAPE, unit=""), SQL, ("x",), "FACTS-KEY"),
        (SHAPE, SQL.replace("%(uids)s", "1"), ("x",), "FACTS-SQL"),
        (SHAPE, SQL, (), "FACTS-EVENTS"),
        (SHAPE, SQL, ("",), "FACTS-EVENTS"),
    ],
)
def test_a_source_that_cannot_be_kept_fresh_is_refused(shape, sql, events, code):
    with pytest.raises(FactsError) as refusal:
        define_source(shape, sql, events)
    assert refusal.value.code == code and sources() == ()
