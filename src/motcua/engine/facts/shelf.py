"""Segments as this process reads them: kept open from one statement to the next, renewed when the manifest moves."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from motcua.engine.facts import duck, segments
from motcua.engine.facts.engines import DuckEngine, Layers
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.models import FactTable, Segment
from motcua.engine.facts.refreshing import is_current
from motcua.engine.facts.sources import source_of

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far facts have come. `position`, `event_at`: the last event of the province's chain that all of them hold,
    and when it was recorded; `fresh_at`: when it was last seen that no more was sealed. `versions`: of the manifest, by
    fact. A page states `as_of`."""

    position: int
    event_at: dt.datetime | None
    fresh_at: dt.datetime | None
    versions: tuple[tuple[str, int], ...]

    @property
    def as_of(self) -> dt.datetime | None:
        """The cut-off moment of what was counted."""
        moments = [each for each in (self.event_at, self.fresh_at) if each is not None]
        return max(moments, default=None)


def snapshot_of_tables(tables: Sequence[FactTable]) -> Snapshot:
    """The snapshot that all these tables share: that of the one that lags most."""
    last = min(tables, key=lambda each: each.position)
    fresh = [each.fresh_at for each in tables if each.fresh_at is not None]
    versions = tuple(sorted((each.fact, each.version) for each in tables))
    return Snapshot(last.position, last.event_at, min(fresh, default=None), versions)


@dataclass(slots=True)
class _Held:
    version: int
    reading: segments.Reading
    users: int = 0
    retired: bool = False


Taken = Mapping[tuple[int, str], tuple[_Held, FactTable]]


class Shelf:
    """What a process holds open. Safe for threads; a forked child begins anew."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._memory: Any = None
        self._held: dict[tuple[int, str], _Held] = {}
        self._sitting: ContextVar[Taken] = ContextVar("sitting", default={})  # noqa: B039 - never changed in place

    @contextmanager
    def sitting(self, province_id: int, facts: Sequence[str]) -> Iterator[None]:
        """Within it these facts of the province are read as they stand now: one state for all parts of a page, and the
        manifest asked once. Raises as `open`."""
        taken, tables = self._take(province_id, facts)
        own = {(province_id, table.fact): (taken[table.fact], table) for table in tables}
        token = self._sitting.set({**self._sitting.get(), **own})
        try:
            yield
        finally:
            self._sitting.reset(token)
            self._give_back(taken.values())

    @contextmanager
    def open(self, province_id: int, facts: Sequence[str]) -> Iterator[tuple[DuckEngine, Snapshot]]:
        """An engine over facts of a province as the manifest stands now. Raises FACTS-NOT-READY, FACTS-FILES."""
        taken, tables = self._take(province_id, facts)
        try:
            relations = {fact: held.reading.relation for fact, held in taken.items()}
            layers = {fact: _layers(fact, held.reading) for fact, held in taken.items()}
            with self._lock:
                cursor = self._memory.cursor()
            try:
                yield DuckEngine(cursor, relations, layers), snapshot_of_tables(tables)
            finally:
                cursor.close()
        finally:
            self._give_back(taken.values())

    def _take(self, province_id: int, facts: Sequence[str]) -> tuple[dict[str, _Held], list[FactTable]]:
        sitting = self._sitting.get()
        known = [sitting[province_id, fact] for fact in facts if (province_id, fact) in sitting]
        if len(known) == len(facts):
            with self._lock:
                for held, _table in known:
                    held.users += 1
            return {table.fact: held for held, table in known}, [table for _held, table in known]
        tables = [ready(province_id, fact) for fact in facts]
        with self._lock:
            self._begin()
            taken: dict[str, _Held] = {}
            try:
                for number, fact in enumerate(facts):
                    taken[fact], tables[number] = self._hold(province_id, fact, tables[number])
                    taken[fact].users += 1
            except BaseException:
                self._give_back(taken.values())
                raise
        return taken, tables

    def _begin(self) -> None:
        if self._memory is None or self._pid != os.getpid():
            self._pid, self._held, self._memory = os.getpid(), {}, duck.connect()

    def _hold(self, province_id: int, fact: str, table: FactTable) -> tuple[_Held, FactTable]:
        held = self._held.get((province_id, fact))
        if held is not None and held.version == table.version:
            return held, table
        table, known = _consistent(table)
        before = held.reading if held is not None else None
        made = _Held(table.version, segments.read(source_of(fact).shape, known, self._memory, before))
        self._held[(province_id, fact)] = made
        if held is not None:
            held.retired = True
            self._forget_unused(held)
        return made, table

    def _give_back(self, taken: Any) -> None:
        with self._lock:
            for held in taken:
                held.users -= 1
                self._forget_unused(held)

    def _forget_unused(self, held: _Held) -> None:
        if held.retired and held.users <= 0:
            held.reading.forget(self._memory)


def _layers(fact: str, reading: segments.Reading) -> Layers:
    fresh = reading.fresh(source_of(fact).shape) if reading.latest else ""
    return Layers(reading.files, reading.base, reading.gone, fresh)


def ready(province_id: int, fact: str) -> FactTable:
    """The fact's table row. Raises FACTS-NOT-READY before it is built from its present declaration."""
    source_of(fact)
    table = FactTable.objects.filter(province_id=province_id, fact=fact).first()
    if table is None or not is_current(table):
        raise FactsError(
            "FACTS-NOT-READY",
            f"Dữ kiện “{fact}” chưa được dựng. Hệ thống dựng trong vài phút; hoặc chạy: motcua facts rebuild.",
        )
    return table


def _consistent(table: FactTable) -> tuple[FactTable, list[Segment]]:
    """A table row and the segments of that very version: a change in between is seen by the version after."""
    for _try in range(_TRIES):
        known = segments.live(table.province_id, table.fact)
        again = FactTable.objects.get(pk=table.pk)
        if again.version == table.version:
            return table, known
        table = again
    raise FactsError("FACTS-BUSY", f"Dữ kiện “{table.fact}” đang thay đổi liên tục; hãy thử lại.")


SHELF = Shelf()
