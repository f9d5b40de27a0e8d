"""Rows counted for another unit than the one they name: for the unit above it, or the one that keeps its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from motcua.engine.facts.engines import DuckEngine
from motcua.engine.figures.api import REGISTRY, Figure


def homeward(
    engine: DuckEngine, figures: Sequence[Figure], homes: Mapping[str, str], units: Sequence[str] | None
) -> DuckEngine:
    """An engine whose facts name, in the columns that figures take units from, the homes of the codes.

    `units`: the only codes, as the rows name them, whose rows are there at all (None: all).
    """
    columns: dict[str, set[str]] = {}
    for figure in figures:
        for each in figure.selections():
            columns.setdefault(each.fact, set()).add(each.unit or REGISTRY.fact(each.fact).unit)
    wanted = homes if units is None else {code: homes.get(code, code) for code in units}
    moved = {
        fact: _moved(engine.relations[fact], sorted(names), wanted, everything=units is None)
        for fact, names in columns.items()
    }
    return replace(engine, relations={**engine.relations, **moved})


def _moved(relation: str, columns: Sequence[str], homes: Mapping[str, str], *, everything: bool) -> str:
    if not homes:
        return relation if everything else f"(SELECT * FROM {relation} AS r WHERE FALSE)"
    listed = ", ".join(f"({_text(code)}, {_text(home)})" for code, home in sorted(homes.items()))
    join = "LEFT JOIN" if everything else "JOIN"
    joins, renamed = [], []
    for number, column in enumerate(columns):
        joins.append(f'{join} (VALUES {listed}) AS h{number}(code, home) ON h{number}.code = r."{column}"')
        renamed.append(f'coalesce(h{number}.home, r."{column}") AS "{column}"')
    return f"(SELECT r.* REPLACE ({', '.join(renamed)}) FROM {relation} AS r {' '.join(joins)})"


def _text(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"
