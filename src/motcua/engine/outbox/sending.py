"""Taking due messages and sending them, so that a kill at any moment loses nothing.

Taking is one short statement: the row says `sending` and carries a lease before anything leaves. Sending happens
outside any transaction. Killed in between, the lease runs out and the message goes again with the same uid.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import QuerySet

from motcua.engine.events.api import record
from motcua.engine.jobs.api import cause_of
from motcua.engine.outbox import breaker
from motcua.engine.outbox.events import DEAD
from motcua.engine.outbox.models import Message, State, open_payload
from motcua.engine.outbox.senders import Outgoing, Permanent, Postponed, Sender, Sent, Temporary, sender_of
from motcua.engine.privacy.api import PrivacyError
from motcua.engine.provinces.models import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import now

_log = logging.getLogger("motcua.outbox")
BATCH = 10
THREADS = 6
BUDGET = 20.0  # seconds one round of a lane lasts at most

# A lane is found by hopping from one to the next on the index, not by reading the backlog.
_LANES = """
WITH RECURSIVE lane AS (
  (SELECT province_id, lane FROM outbox_message WHERE state IN ('waiting', 'sending', 'failed')
   ORDER BY province_id, lane LIMIT 1)
  UNION ALL
  SELECT following.province_id, following.lane FROM lane CROSS JOIN LATERAL (
    SELECT m.province_id, m.lane FROM outbox_message m
    WHERE m.state IN ('waiting', 'sending', 'failed') AND (m.province_id, m.lane) > (lane.province_id, lane.lane)
    ORDER BY m.province_id, m.lane LIMIT 1) following)
SELECT lane.province_id, lane.lane FROM lane WHERE EXISTS (
  SELECT 1 FROM outbox_message m WHERE m.province_id = lane.province_id AND m.lane = lane.lane
  AND m.state IN ('waiting', 'sending', 'failed') AND m.next_at <= %s)
"""
_TAKE = """
WITH due AS (
  SELECT m.id FROM outbox_message m
  WHERE m.province_id = %s AND m.lane = %s AND m.state IN ('waiting', 'sending', 'failed') AND m.next_at <= %s
    AND (m.subject = '' OR NOT EXISTS (
      SELECT 1 FROM outbox_message earlier WHERE earlier.province_id = m.province_id AND earlier.lane = m.lane
      AND earlier.subject = m.subject AND earlier.id < m.id
      AND earlier.state IN ('waiting', 'sending', 'failed')))
  ORDER BY m.next_at, m.id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE outbox_message m SET state = 'sending', next_at = %s, lease = %s, attempts = m.attempts + 1
FROM due WHERE m.id = due.id
RETURNING m.id, m.uid, m.kind, m.subject, m.key, m.attempts, m.created_at, m.payload
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One message under a lease, with its adapter."""

    id: int
    lease: UUID
    outgoing: Outgoing
    sender: Sender


def lanes_due() -> list[tuple[int, str]]:
    """(province, lane) of every lane in which something is due."""
    return [(int(row[0]), str(row[1])) for row in fetch(_LANES, [now()])]


def send_all() -> int:
    """One round over all lanes, several at a time; returns how many attempts were made."""
    work = [lane for lane in lanes_due() for _thread in range(_threads(lane[1]))]
    if len(work) < 2:
        return sum(send_lane(*lane) for lane in work)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="outbox") as pool:
        return sum(pool.map(_in_thread, work))


def _threads(lane: str) -> int:
    sender = sender_of(lane)
    return sender.parallel if sender else 0


def _in_thread(lane: tuple[int, str]) -> int:
    try:
        return send_lane(*lane)
    finally:
        connection.close()


def send_due() -> int:
    """One round over all lanes in this thread; returns how many attempts were made."""
    return sum(send_lane(*lane) for lane in lanes_due())


def send_lane(province_id: int, lane: str, budget: float = BUDGET) -> int:
    """Sends what is due in one lane until nothing is, the breaker opens or `budget` seconds are over."""
    sender = sender_of(lane)
    if sender is None or not sender.ready(province_id, lane):
        return 0
    made, began = 0, time.monotonic()
    while time.monotonic() - began < budget:
        allowed = breaker.allowance(province_id, lane, sender.lease)
        if allowed == 0:
            break
        taken = take(province_id, lane, sender, allowed or BATCH)
        if not taken:
            if allowed == 1:
                breaker.give_back(province_id, lane)
            break
        attempted = _send_each(taken)
        made += attempted
        if attempted < len(taken):
            break
    return made


def _send_each(taken: list[Taken]) -> int:
    """Sends one after the other; what remains after the lane broke goes back untouched. Returns the attempts made."""
    for place, one in enumerate(taken, start=1):
        if not send_one(one) and breaker.is_open(one.outgoing.province_id, one.outgoing.lane):
            _give_back(taken[place:])
            return place
    return len(taken)


def take(province_id: int, lane: str, sender: Sender, limit: int) -> list[Taken]:
    """Marks up to `limit` due messages as being sent, under a lease. Two workers never take the same one."""
    moment, lease = now(), uuid4()
    until = moment + dt.timedelta(seconds=sender.lease)
    rows = fetch(_TAKE, [province_id, lane, moment, limit, until, lease])
    return list(_opened(sorted(rows, key=lambda row: row[0]), province_id, lane, lease, sender))


def _opened(
    rows: list[tuple[Any, ...]], province_id: int, lane: str, lease: UUID, sender: Sender
) -> Iterator[Taken]:
    for id_, uid, kind, subject, key, attempt, created_at, payload in rows:
        try:
            content = open_payload(bytes(payload))
        except PrivacyError as error:
            _end(id_, lease, error.code)
            continue
        outgoing = Outgoing(uid, province_id, lane, kind, subject, key, attempt, created_at, content)
        yield Taken(id_, lease, outgoing, sender)


def send_one(taken: Taken) -> bool:
    """One attempt, its outcome written down. True when the other side has taken it over."""
    province_id, lane = taken.outgoing.province_id, taken.outgoing.lane
    if taken.sender.attempts is not None and taken.outgoing.attempt > taken.sender.attempts:
        _end(taken.id, taken.lease, "outbox.worker.killed")  # every attempt ended with a dead worker
        return False
    try:
        sent = taken.sender.send(taken.outgoing)
    except Postponed as later:
        _postpone(taken, later)
        return False
    except Permanent as refusal:
        _end(taken.id, taken.lease, refusal.reason)
        return False
    except Temporary as failure:
        _fail(taken, failure)
        return False
    except Exception as error:
        cause = cause_of(error)
        _log.error("sender broke", extra={"lane": lane, "kind": cause.kind, "place": cause.place})
        _fail(taken, Temporary(cause.kind))
        return False
    _succeed(taken, sent)
    breaker.tell_success(province_id, lane)
    return True


def _succeed(taken: Taken, sent: Sent) -> None:
    """Also for a lease that ran out meanwhile: it has arrived, whoever else is at it."""
    Message.objects.filter(pk=taken.id, state=State.SENDING).update(
        state=State.SENT,
        sent_at=now(),
        lease=None,
        last_error="",
        reference=sent.reference[:120],
        demo=sent.demo,
    )


def _fail(taken: Taken, failure: Temporary) -> None:
    outgoing, sender = taken.outgoing, taken.sender
    if failure.blames_lane:
        breaker.tell_failure(outgoing.province_id, outgoing.lane, failure.reason)
    if sender.attempts is not None and outgoing.attempt >= sender.attempts:
        _end(taken.id, taken.lease, failure.reason)
        return
    wait = max(back_off(sender, outgoing.attempt), failure.after or 0.0)
    _held(taken).update(
        state=State.FAILED,
        next_at=now() + dt.timedelta(seconds=wait),
        lease=None,
        last_error=failure.reason[:100],
    )


def back_off(sender: Sender, attempt: int) -> float:
    """Seconds before the next attempt: tripled each time up to the longest, a fifth more or less by chance."""
    seconds = min(sender.first_wait * 3.0 ** min(attempt - 1, 30), sender.longest_wait)
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads attempts, no secret


def _postpone(taken: Taken, later: Postponed) -> None:
    _held(taken).update(
        state=State.WAITING,
        next_at=later.until,
        lease=None,
        attempts=taken.outgoing.attempt - 1,
        last_error=later.reason[:100],
    )


def _give_back(taken: list[Taken]) -> None:
    for one in taken:
        _held(one).update(state=State.WAITING, next_at=now(), lease=None, attempts=one.outgoing.attempt - 1)


def _held(taken: Taken) -> QuerySet[Message]:
    return Message.objects.filter(pk=taken.id, lease=taken.lease, state=State.SENDING)


def _end(id_: int, lease: UUID, reason: str) -> None:
    """Gives a message up, with an event, if this lease still holds it."""
    with transaction.atomic():
        held = Message.objects.select_for_update().filter(pk=id_, lease=lease, state=State.SENDING).first()
        if held is None:
            return
        Message.objects.filter(pk=id_).update(state=State.DEAD, lease=None, last_error=reason[:100])
        record(
            DEAD,
            province=Province.objects.get(pk=held.province_id),
            subject=f"message:{held.uid}",
            payload={"lane": held.lane, "kind": held.kind, "attempts": held.attempts, "error": reason[:100]},
        )
