"""Are the segments true: every file whole, and the rows those that PostgreSQL gives now?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from motcua.engine.facts import duck, leaving, segments
from motcua.engine.facts.hashing import content_hash
from motcua.engine.facts.keeping_up import catch_up
from motcua.engine.facts.models import Segment
from motcua.engine.facts.sources import FactSource
from motcua.engine.figures.api import FactShape
from motcua.engine.provinces.api import Province
from motcua.kernel.disk import digest_of

_ROUNDS = 3
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What verify found of a fact. `damaged`: files missing or changed; `differing`: keys of rows that are not as
    PostgreSQL gives them (a few; `count` of all)."""

    rows: int
    content: str
    damaged: tuple[str, ...]
    differing: tuple[str, ...]
    count: int

    @property
    def holds(self) -> bool:
        return not self.damaged and not self.count


def verify(province: Province, source: FactSource) -> Found:
    """Compares a fact with its records, increments held back. What changes while it compares is looked at again."""
    for _round in range(_ROUNDS):
        catch_up(province)
        found = _compare(province, source)
        if found.holds or found.damaged:
            break
    return found


def _compare(province: Province, source: FactSource) -> Found:
    with segments.locked(province.pk, source.name, wait=True):
        known = segments.live(province.pk, source.name)
        damaged = tuple(str(each.uid) for each in known if not _is_whole(each))
        if damaged:
            return Found(0, "", damaged, (), 0)
        memory = duck.connect()
        try:
            leaving.leave(source, province.pk, None, memory, "given")
            relation = segments.read(source.shape, known, memory).relation
            hashed, rows = content_hash(memory, relation, source.shape)
            if hashed == content_hash(memory, "given", source.shape)[0]:
                return Found(rows, hashed, (), (), 0)
            keys = _differing(memory, relation, source.shape)
            return Found(rows, hashed, (), tuple(keys[:_SHOWN]), len(keys))
        finally:
            memory.close()


def _is_whole(segment: Segment) -> bool:
    path = segments.path_of(segment)
    return path.is_file() and path.stat().st_size == segment.size and digest_of(path) == segment.digest


def _differing(memory: Any, relation: str, shape: FactShape) -> list[str]:
    columns = duck.columns(shape)
    held, given = f"SELECT {columns} FROM {relation} AS f", f"SELECT {columns} FROM given"
    rows = memory.execute(
        f'SELECT DISTINCT "{shape.key}" FROM (({held} EXCEPT {given}) UNION ALL ({given} EXCEPT {held})) ORDER BY 1'
    ).fetchall()
    return [key for (key,) in rows]
