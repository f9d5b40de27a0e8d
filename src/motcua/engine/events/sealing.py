"""Sealing: links the digests of events into each province's chain, and checks the chain afterwards."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from motcua.engine.events.chain import GENESIS, Verification, link, verify_rows
from motcua.engine.events.models import Event, Seal, Unsealed
from motcua.engine.events.recording import content_of
from motcua.engine.statements.api import fetch, run
from motcua.kernel.clock import now, today

BATCH = 2_000
_WAITING = """
SELECT event.province_id, event.id, event.uid::text, event.digest
FROM events_unsealed waiting JOIN events_event event ON event.id = waiting.event_id
ORDER BY waiting.event_id LIMIT %s
"""
_SEALER_LOCK = 7_309_001  # advisory lock: one sealer at a time, however many workers run


def seal_events(limit: int = BATCH) -> int:
    """Seals up to `limit` waiting events in one transaction; returns how many. 0 when another sealer is at it."""
    with transaction.atomic():
        if not _lock():
            return 0
        waiting = sorted(fetch(_WAITING, [limit]), key=lambda row: (row[0] is not None, row[0] or 0, row[1]))
        for province_id, events in groupby(waiting, key=lambda row: row[0]):
            _copy(_links(province_id, events))
        run("DELETE FROM events_unsealed WHERE event_id = ANY(%s)", [[row[1] for row in waiting]])
    return len(waiting)


def seal_all(progress: Callable[[int], None] | None = None) -> int:
    """Seals until nothing waits; returns how many. Safe to stop at any moment and to run again."""
    total = 0
    while sealed := seal_events():
        total += sealed
        if progress is not None:
            progress(total)
    return total


def tidy_waiting() -> None:
    """Clears away what was sealed from the table of waiting events: after hundreds of thousands each look for the next ones
    would walk over the gone ones (sealing ten million fell from 16,000 to 2,600 a second). Nothing inside a transaction."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM events_unsealed")


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        return bool(cursor.fetchone()[0])


def _links(province_id: int | None, events: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows of seals, each linked to the one before; all of them, for while they are copied nothing else may be asked."""
    last = Seal.objects.filter(province=province_id).order_by("-position").first()
    position = last.position if last else 0
    chain = bytes(last.chain_digest) if last else GENESIS
    month, rows = today().replace(day=1), []
    for _province, event_id, uid, digest in events:
        position += 1
        chain = link(chain, position, uid, bytes(digest))
        rows.append((province_id, month, position, event_id, chain))
    return rows


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    statement = "COPY events_seal (province_id, month, position, event_id, chain_digest) FROM STDIN"
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def verify(rows: Iterable[dict[str, Any]] | None = None) -> Verification:
    """Checks every event's content and every link of this database, and measures its unsealed tail."""
    found = verify_rows(export_rows() if rows is None else rows)
    unsealed, oldest = unsealed_tail()
    return replace(found, unsealed=unsealed, oldest_unsealed=oldest)


def export_rows() -> Iterator[dict[str, Any]]:
    """Every sealed event in chain order, as JSON-ready rows that can be verified without a database."""
    seals = (
        Seal.objects.select_related("event").order_by("province_id", "position").iterator(chunk_size=2_000)
    )
    for seal in seals:
        yield {
            "province": seal.province_id,
            "month": seal.month.isoformat(),
            "position": seal.position,
            "content": json.loads(json.dumps(content_of(seal.event))),
            "digest": bytes(seal.event.digest).hex(),
            "chain": bytes(seal.chain_digest).hex(),
        }


def unsealed_tail() -> tuple[int, dt.timedelta | None]:
    """How many events wait for their seal, and the age of the oldest."""
    oldest = Unsealed.objects.aggregate(oldest=Min("event__recorded_at"))["oldest"]
    return Unsealed.objects.count(), (now() - oldest if oldest else None)


def sealed_after(province_id: int, position: int, limit: int = 500) -> list[tuple[int, Event]]:
    """The next sealed events of a province after a position of its chain, in order, with their positions.

    Positions have no gaps and never change, so whoever remembers the last one it dealt with misses nothing.
    """
    seals = (
        Seal.objects.filter(province_id=province_id, position__gt=position)
        .select_related("event")
        .order_by("position")[:limit]
    )
    return [(seal.position, seal.event) for seal in seals]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a province's chain: position, the event's uid and moment of recording, and the link's digest (hex)."""

    position: int
    event_uid: str
    recorded_at: dt.datetime
    chain_digest: str


def sealed_head(province_id: int) -> Head | None:
    """The last sealed event of a province; None when nothing is sealed."""
    seal = Seal.objects.filter(province_id=province_id).select_related("event").order_by("-position").first()
    if seal is None:
        return None
    chain = bytes(seal.chain_digest).hex()
    return Head(seal.position, str(seal.event.uid), seal.event.recorded_at, chain)
