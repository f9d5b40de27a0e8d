"""Recording events: the type registry, the context of one request or job, and `record`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation import gettext

from motcua.engine.accounts.models import User
from motcua.engine.events.chain import digest_of_content
from motcua.engine.events.models import Event
from motcua.engine.provinces.models import Province
from motcua.engine.statements.api import Jsonb, fetch
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7

Sentence = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class EventType:
    """`code` reads room:subject:done, such as "organisations:unit:merged"; `sentence` tells it to people.

    `pattern` is the Vietnamese text that `sentence` translates and fills; empty when it makes its own.
    """

    code: str
    sentence: Sentence
    pattern: str = ""


_types: dict[str, EventType] = {}


def declare_event(code: str, sentence: str | Sentence) -> str:
    """Makes an event type known and returns its code.

    `sentence`: a format string such as "Đổi tên thành {name}", translated when told; or a function of the
    payload, which then translates its own words.
    """
    if isinstance(sentence, str):
        pattern = sentence
        _types[code] = EventType(code, lambda payload: gettext(pattern).format_map(_Words(payload)), pattern)
    else:
        _types[code] = EventType(code, sentence)
    return code


class _Words(dict[str, Any]):
    """A payload as told: what is a word of ours (a role, a kind of post) in the reader's language."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return gettext(value) if isinstance(value, str) and value else value

    def __missing__(self, key: str) -> str:
        return "…"


def event_types() -> tuple[EventType, ...]:
    return tuple(_types[code] for code in sorted(_types))


def tell(event: Event) -> str:
    """The event in words, for people."""
    known = _types.get(event.type)
    return known.sentence(event.payload) if known else event.type


@dataclass(frozen=True, slots=True)
class Happening:
    """Who acts, for whom, and the id that ties together all that one request or job did."""

    actor: User | None = None
    on_behalf_of: User | None = None
    correlation_id: str = ""


_current: ContextVar[Happening] = ContextVar("happening", default=Happening())  # noqa: B039


@contextmanager
def happening(
    actor: User | None = None, *, on_behalf_of: User | None = None, correlation_id: str = ""
) -> Iterator[None]:
    """Names the actor for every event recorded inside."""
    token = _current.set(Happening(actor, on_behalf_of, correlation_id or str(uuid7())))
    try:
        yield
    finally:
        _current.reset(token)


def current_happening() -> Happening:
    """Who acts now, and the correlation id; empty outside any request or job."""
    return _current.get()


def record(
    type_: str,
    *,
    province: Province | None,
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
    actor: User | None = None,
    unit_code: str = "",
    unit_path: str = "",
    occurred_at: dt.datetime | None = None,
    idempotency_key: str | None = None,
) -> Event:
    """Writes one event beside the rows it tells of; must be called inside their transaction.

    `subject` names the thing ("unit:H05.15"). The payload must be JSON and must hold no personal data beyond
    codes. Raises RuntimeError outside a transaction, LookupError for an undeclared type, IntegrityError when
    the idempotency key was used before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"event {type_!r} recorded outside a transaction")
    event = make_event(
        type_,
        province_id=province.pk if province else None,
        subject=subject,
        payload=payload,
        actor_id=actor.pk if actor else None,
        unit_code=unit_code,
        unit_path=unit_path,
        occurred_at=occurred_at,
        idempotency_key=idempotency_key,
    )
    event.pk = fetch(INSERT_EVENT + " RETURNING id", event_parameters(event))[0][0]
    event._state.adding = False
    return event


def make_event(
    type_: str,
    *,
    province_id: int | None,
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
    actor_id: int | None = None,
    on_behalf_of_id: int | None = None,
    unit_code: str = "",
    unit_path: str = "",
    occurred_at: dt.datetime | None = None,
    idempotency_key: str | None = None,
) -> Event:
    """An event not yet written, digest included, for statements that write it beside their rows: INSERT_EVENT with
    `event_parameters(event)`. Raises LookupError for an undeclared type."""
    if type_ not in _types:
        raise LookupError(f"event type {type_!r} is not declared")
    context = _current.get()
    moment = now()
    event = Event(
        province_id=province_id,
        type=type_,
        subject=subject,
        occurred_at=occurred_at or moment,
        recorded_at=moment,
        actor_id=actor_id or (context.actor.pk if context.actor else None),
        on_behalf_of_id=on_behalf_of_id or (context.on_behalf_of.pk if context.on_behalf_of else None),
        unit_code=unit_code,
        unit_path=unit_path,
        correlation_id=context.correlation_id,
        idempotency_key=idempotency_key,
        payload=json.loads(json.dumps(payload or {}, cls=DjangoJSONEncoder)),
    )
    event.digest = digest_of(event)
    return event


INSERT_EVENT = (
    "INSERT INTO events_event (uid, province_id, type, subject, occurred_at, recorded_at, actor_id, "
    "on_behalf_of_id, unit_code, unit_path, correlation_id, idempotency_key, payload, digest) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def event_parameters(event: Event) -> list[Any]:
    """The parameters of INSERT_EVENT."""
    return [
        event.uid,
        event.province_id,
        event.type,
        event.subject,
        event.occurred_at,
        event.recorded_at,
        event.actor_id,
        event.on_behalf_of_id,
        event.unit_code,
        event.unit_path,
        event.correlation_id,
        event.idempotency_key,
        Jsonb(event.payload),
        event.digest,
    ]


def content_of(event: Event) -> list[Any]:
    """The event's canonical content, JSON-ready, uid first: what the digest covers."""
    return [
        str(event.uid),
        event.province_id,
        event.type,
        event.subject,
        _instant(event.occurred_at),
        _instant(event.recorded_at),
        event.actor_id,
        event.on_behalf_of_id,
        event.unit_code,
        event.unit_path,
        event.correlation_id,
        event.idempotency_key,
        event.payload,
    ]


def digest_of(event: Event) -> bytes:
    """The digest of an event's content; equal for the row read back."""
    return digest_of_content(content_of(event))


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
