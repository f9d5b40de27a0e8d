"""Facts kept fresh: what the sealed log tells is selected anew and written as a delta; deltas that grow are folded in.

Each fact of a province remembers the position of the chain it has dealt with. Positions have no gaps, so an event sealed
late is still met; rows are selected as they are now, so meeting an event twice changes nothing. File first, then
manifest and position in one transaction: killed anywhere, the same is simply done again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from motcua.engine.events.api import Event, sealed_after
from motcua.engine.facts import duck, leaving, segments
from motcua.engine.facts.duck import GONE
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.models import FactTable, Segment, Touched
from motcua.engine.facts.sources import FactSource, source_of, sources
from motcua.engine.figures.api import FactShape
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now

BATCH = 2_000  # events of one round
MOST_DELTAS = 24  # small deltas beyond this are put together into one
FOLD_ROWS = 50_000  # rows in deltas beyond this go into the bases
FOLD_SHARE = 5  # ... or beyond a fifth of the rows in the bases
LEAST_FOLD = 5_000
_IDLE = dt.timedelta(seconds=20)  # how often a fact without events is written down as fresh
_log = logging.getLogger("motcua.facts")


def refresh_all() -> int:
    """One round over all provinces: deals with what was sealed since; returns how many rows were selected anew."""
    return sum(refresh_province(each) for each in Province.objects.order_by("pk"))


def refresh_province(province: Province) -> int:
    """Deals with up to BATCH sealed events and all touched records, for every fact that is built.

    Raises FactsError (FACTS-DECIMAL, FACTS-KEY) of the first fact that cannot go on, after all others did.
    """
    tables = [each for each in FactTable.objects.filter(province=province) if is_current(each)]
    if not tables:
        return 0
    since = min(each.position for each in tables)
    moment = now()
    events = sealed_after(province.pk, since, BATCH)
    fresh_at = moment if len(events) < BATCH else None
    refreshed, failures = 0, []
    for each in tables:
        try:
            refreshed += refresh_table(each.province_id, each.fact, events, fresh_at)
        except FactsError as error:  # one fact that cannot go on does not hold up the others
            failures.append(error)
    if failures:
        raise failures[0]
    return refreshed


def is_current(table: FactTable) -> bool:
    """Whether a table was built, from the source as it is declared now."""
    declared = {each.name: each for each in sources()}.get(table.fact)
    return table.rebuilt_at is not None and declared is not None and declared.digest == table.declaration


def refresh_table(
    province_id: int, fact: str, events: Sequence[tuple[int, Event]], fresh_at: dt.datetime | None
) -> int:
    """Selects anew the records that events and touches name; returns how many. 0 when another process is at it."""
    with segments.locked(province_id, fact) as table:
        if table is None or not is_current(table):
            return 0
        # What follows must be without a gap from where this table stands.
        due = [(position, event) for position, event in events if position > table.position]
        if due and due[0][0] != table.position + 1:
            return 0
        source = source_of(fact)
        touched = list(Touched.objects.filter(province_id=province_id, fact=fact).values_list("pk", "record"))
        if source.whole:
            return _refresh_whole(table, source, due, touched, fresh_at)
        uids = set(subjects(source, (event for _position, event in due))) | {
            record for _pk, record in touched
        }
        if due:
            table.position, table.event_at = due[-1][0], due[-1][1].recorded_at
        if uids:
            _write_delta(table, source, sorted(uids))
            Touched.objects.filter(pk__in=[pk for pk, _record in touched]).delete()
        if due or uids or _is_stale(table, fresh_at):
            table.fresh_at = fresh_at or table.fresh_at
            table.save()
    if uids:
        compact(province_id, fact)
    return len(uids)


def _refresh_whole(
    table: FactTable,
    source: FactSource,
    due: Sequence[tuple[int, Event]],
    touched: Sequence[tuple[int, UUID]],
    fresh_at: dt.datetime | None,
) -> int:
    """The same of a fact that is read whole anew when something of it changed."""
    if due:
        table.position, table.event_at = due[-1][0], due[-1][1].recorded_at
    changed = bool(touched) or any(source.follows(event.type) for _position, event in due)
    rows = write_whole(table, source) if changed else 0
    if changed or due or _is_stale(table, fresh_at):
        table.fresh_at = fresh_at or table.fresh_at
        table.save()
    Touched.objects.filter(pk__in=[pk for pk, _record in touched]).delete()
    return rows


def write_whole(table: FactTable, source: FactSource, progress: leaving.Progress = lambda text: None) -> int:
    """Reads a fact whole into new bases in the place of all its segments; the caller saves the table. Returns its rows."""
    known = segments.live(table.province_id, source.name)
    memory = duck.connect()
    try:
        progress("select")
        rows = leaving.leave(source, table.province_id, None, memory, "selected")
        progress("write")
        segments.add_bases(table, source.shape, memory, "selected")
    finally:
        memory.close()
    segments.supersede(known)
    table.version += 1
    return rows


def _is_stale(table: FactTable, fresh_at: dt.datetime | None) -> bool:
    return fresh_at is not None and (table.fresh_at is None or fresh_at - table.fresh_at > _IDLE)


def subjects(source: FactSource, events: Iterable[Event]) -> Iterable[UUID]:
    """The records that events of the source's types are about."""
    for event in events:
        if source.follows(event.type):
            try:
                yield UUID(event.subject.rpartition(":")[2])
            except ValueError:
                _log.error("event of a fact without a record", extra={"kind": event.type})


def _write_delta(table: FactTable, source: FactSource, uids: Sequence[UUID]) -> None:
    memory = duck.connect()
    try:
        leaving.leave(source, table.province_id, uids, memory, "selected")
        _refuse_strangers(source, memory, uids)
        marks = _marks(source.shape)
        segments.add_delta(
            table,
            source.shape,
            memory,
            f'SELECT * FROM (SELECT *, FALSE AS "{GONE}" FROM selected UNION ALL SELECT {marks} FROM asked '
            f'WHERE record NOT IN (SELECT "{source.shape.of_record}" FROM selected))',
        )
    finally:
        memory.close()
    table.version += 1


def _refuse_strangers(source: FactSource, memory: Any, uids: Sequence[UUID]) -> None:
    """A row of another record than those asked for would never be found again."""
    memory.execute(
        "CREATE TABLE asked AS SELECT unnest($uids::VARCHAR[]) AS record", {"uids": list(map(str, uids))}
    )
    strange = memory.execute(
        f'SELECT COUNT(*) FROM selected WHERE "{source.shape.of_record}" NOT IN (SELECT record FROM asked)'
    ).fetchone()[0]
    if strange:
        raise FactsError(
            "FACTS-KEY",
            f"Dữ kiện “{source.name}”: {strange} dòng không thuộc hồ sơ được hỏi.",
        )


def _marks(shape: FactShape) -> str:
    named = (shape.key, shape.of_record)
    cells = [f'record AS "{name}"' if name in named else f'NULL AS "{name}"' for name in shape.columns]
    return ", ".join([*cells, f'TRUE AS "{GONE}"'])


def compact(province_id: int, fact: str) -> bool:
    """Puts small deltas together, or folds them into the bases they reach; True when it did. The rows stay the same."""
    with segments.locked(province_id, fact) as table:
        if table is None or not is_current(table):
            return False
        known = segments.live(province_id, fact)
        deltas = [each for each in known if each.kind == Segment.Kind.DELTA]
        bases = [each for each in known if each.kind == Segment.Kind.BASE]
        rows = sum(each.rows for each in deltas)
        limit = max(LEAST_FOLD, min(FOLD_ROWS, sum(each.rows for each in bases) // FOLD_SHARE))
        shape = source_of(fact).shape
        if rows > limit:
            _work(table, lambda memory: _fold(table, shape, memory, bases, deltas))
        elif len(deltas) > MOST_DELTAS:
            _work(table, lambda memory: _put_together(table, shape, memory, deltas))
        else:
            return False
    return True


def _work(table: FactTable, work: Any) -> None:
    memory = duck.connect()
    try:
        work(memory)
    finally:
        memory.close()
    table.version += 1
    table.save(update_fields=["version"])


def _put_together(table: FactTable, shape: FactShape, memory: Any, deltas: Sequence[Segment]) -> None:
    select = segments.latest_rows(shape, [segments.path_of(each) for each in deltas])
    segments.add_delta(table, shape, memory, f"SELECT * FROM ({select})")
    segments.supersede(deltas)


def _fold(
    table: FactTable, shape: FactShape, memory: Any, bases: Sequence[Segment], deltas: Sequence[Segment]
) -> None:
    """Writes each base anew into whose range of keys a delta reaches; ranges meet, the outer ones are open."""
    paths = [segments.path_of(each) for each in deltas]
    memory.execute(f"CREATE TABLE latest AS {segments.latest_rows(shape, paths)}")
    ordered = sorted(bases, key=lambda each: each.first_key)
    for number, base in enumerate(ordered or [None]):
        upto = ordered[number + 1].first_key if number + 1 < len(ordered) else None
        _fold_one(table, shape, memory, base, upto, lowest=number == 0)
    segments.supersede(deltas)


def _fold_one(
    table: FactTable, shape: FactShape, memory: Any, base: Segment | None, upto: str | None, *, lowest: bool
) -> None:
    key = f'"{shape.of_record}"'
    limits = [] if lowest or base is None else [f"{key} >= {duck.quoted(base.first_key)}"]
    limits += [] if upto is None else [f"{key} < {duck.quoted(upto)}"]
    within = " AND ".join(limits) or "TRUE"
    if not memory.execute(f"SELECT COUNT(*) FROM latest WHERE {within}").fetchone()[0]:
        return
    columns = duck.columns(shape)
    parts = [f'SELECT {columns} FROM latest WHERE {within} AND NOT "{GONE}"']
    if base is not None:
        kept = f"SELECT {key} FROM latest WHERE {within}"
        parts.append(
            f"SELECT {columns} FROM read_parquet({duck.quoted(segments.path_of(base))}) WHERE {key} NOT IN ({kept})"
        )
    memory.execute(f"CREATE OR REPLACE TABLE folded AS {' UNION ALL '.join(parts)}")
    rows = memory.execute("SELECT COUNT(*) FROM folded").fetchone()[0]
    size = segments.BASE_ROWS if rows > 2 * segments.BASE_ROWS else max(rows, 1)
    segments.add_bases(table, shape, memory, "folded", size)
    if base is not None:
        segments.supersede([base])


def reopen(province: Province | int, fact: str, uids: Iterable[UUID]) -> None:
    """Names records whose rows changed without an event of their own (a merger moved them to another unit).

    Called in the transaction that changed them; they are selected anew at the next refresh.
    """
    province_id = province.pk if isinstance(province, Province) else province
    source_of(fact)
    Touched.objects.bulk_create(
        [Touched(province_id=province_id, fact=fact, record=uid) for uid in uids], batch_size=1_000
    )


def reopen_as_by(province: Province | int, event_type: str, uids: Sequence[UUID]) -> None:
    """The same for every fact whose rows an event of this type would change: what changed needed no event of its own."""
    for source in sources():
        if source.follows(event_type):
            reopen(province, source.name, uids)
