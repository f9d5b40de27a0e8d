"""How each fact of each province stands, for the administrator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.engine.facts import segments
from motcua.engine.facts.models import FactTable, Segment
from motcua.engine.facts.refreshing import is_current
from motcua.engine.facts.sources import sources
from motcua.engine.provinces.api import Province


@dataclass(frozen=True, slots=True)
class State:
    """One fact of one province. `rows`: of the bases, with `changed` rows in `deltas` newer files; `size` in bytes."""

    province: str
    fact: str
    built: bool
    asked: bool
    position: int
    fresh_at: dt.datetime | None
    rows: int
    changed: int
    bases: int
    deltas: int
    size: int


def states() -> list[State]:
    """Every fact of every province, built or not."""
    found = []
    for province in Province.objects.order_by("pk"):
        tables = {each.fact: each for each in FactTable.objects.filter(province=province)}
        found += [_state(province, source.name, tables.get(source.name)) for source in sources()]
    return found


def _state(province: Province, fact: str, table: FactTable | None) -> State:
    known = segments.live(province.pk, fact)
    bases = [each for each in known if each.kind == Segment.Kind.BASE]
    deltas = [each for each in known if each.kind == Segment.Kind.DELTA]
    return State(
        province=province.key,
        fact=fact,
        built=table is not None and is_current(table),
        asked=table is not None and table.asked_at is not None,
        position=table.position if table else 0,
        fresh_at=table.fresh_at if table else None,
        rows=sum(each.rows for each in bases),
        changed=sum(each.rows for each in deltas),
        bases=len(bases),
        deltas=len(deltas),
        size=sum(each.size for each in known),
    )
