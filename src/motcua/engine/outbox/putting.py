"""Writing a message beside the rows it follows from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection

from motcua.engine.outbox.models import OPEN, Message, State, seal_payload
from motcua.engine.provinces.models import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7

_INSERT = (
    "INSERT INTO outbox_message (uid, province_id, lane, kind, subject, key, person, personal, payload, state, "
    "attempts, next_at, lease, last_error, reference, demo, created_at, sent_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, NULL, '', '', false, %s, NULL) "
    "ON CONFLICT (province_id, lane, key) DO NOTHING RETURNING id"
)


def put(
    lane: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    province: Province | int,
    key: str,
    subject: str = "",
    not_before: dt.datetime | None = None,
    personal: bool = True,
    person: str = "",
) -> Message:
    """Puts a message in the caller's transaction: rolled back, it never was; committed, it will be sent.

    lane: "email", "sms", "webhook:0190..."; key: what makes it one (a second put of the key in the lane and
    province returns the message that is there, whatever its payload). subject: messages of one subject keep their
    order within the lane. payload: JSON, sealed at rest. personal: whether it holds personal data; person: whose
    ("applicant:0190..."). Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"message {kind!r} put outside a transaction")
    moment = now()
    message = Message(
        uid=uuid7(),
        province_id=province.pk if isinstance(province, Province) else province,
        lane=lane,
        kind=kind,
        subject=subject,
        key=key,
        person=person,
        personal=personal,
        payload=seal_payload(dict(payload)),
        state=State.WAITING,
        next_at=not_before or moment,
        created_at=moment,
    )
    rows = fetch(_INSERT, _parameters(message))
    if not rows:
        return Message.objects.get(province_id=message.province_id, lane=lane, key=key)
    message.pk = rows[0][0]
    message._state.adding = False
    return message


def withdraw_lane(lane: str, province_id: int) -> int:
    """Cancels all that is still open in a lane which ends for good; returns how many. In the caller's transaction."""
    rows = Message.objects.filter(
        province_id=province_id, lane=lane, state__in=[str(state) for state in OPEN]
    )
    return rows.update(state=State.CANCELLED, lease=None)


def _parameters(message: Message) -> list[Any]:
    return [
        message.uid,
        message.province_id,
        message.lane,
        message.kind,
        message.subject,
        message.key,
        message.person,
        message.personal,
        message.payload,
        str(message.state),
        message.next_at,
        message.created_at,
    ]
