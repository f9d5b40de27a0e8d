"""For tests of other rooms: proves that what an operation records tells all that it changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from motcua.engine.events.models import Event
from motcua.engine.events.recording import digest_of

State = TypeVar("State")
Apply = Callable[[State, Event], State]


@contextmanager
def replays(snapshot: Callable[[], State], apply: Mapping[str, Apply[State]]) -> Iterator[list[Event]]:
    """Old state + the events recorded inside = new state, else AssertionError that shows both.

    snapshot: reads the state that matters as plain JSON-like values (dicts, lists, texts, numbers).
    apply: per event type, the state after one event; it may change its argument, must return the state, and may
    not ask the database: what it needs must be in the event. Events are read back from the database first.

        with replays(units, {"organisations:unit:renamed": rename}):
            rename_unit(viewer, ...)

    Yields a list that holds the events once the block has ended. A refused operation (an exception) must leave
    the state and the log as they were; the exception goes on.
    """
    last = _last_id()
    before = _plain(snapshot())
    happened: list[Event] = []
    try:
        yield happened
    except BaseException:
        if not connection.needs_rollback:
            assert _plain(snapshot()) == before, "a refused operation changed the state"
            assert _last_id() == last, "a refused operation recorded events"
        raise
    happened.extend(Event.objects.filter(pk__gt=last).order_by("pk"))
    after = _plain(snapshot())
    told = _fold(copy.deepcopy(before), happened, apply)
    assert told == after, _difference(before, told, after, happened)


def _fold(state: Any, events: list[Event], apply: Mapping[str, Apply[Any]]) -> Any:
    with connection.execute_wrapper(_refuse_query):
        for event in events:
            assert event.type in apply, f"no way to apply {event.type!r}"
            assert digest_of(event) == bytes(event.digest), (
                f"{event.type!r} reads back otherwise than recorded"
            )
            state = apply[event.type](state, event)
    return _plain(state)


def _refuse_query(*_: object) -> NoReturn:
    raise AssertionError("applying an event asked the database; what it needs must be in the event")


def _plain(state: Any) -> Any:
    """The state as it would come back from JSON: dates as text, tuples as lists, keys as text."""
    return json.loads(json.dumps(state, cls=DjangoJSONEncoder, sort_keys=True))


def _last_id() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _difference(before: Any, told: Any, after: Any, events: list[Event]) -> str:
    shown = {"before": before, "events": [[event.type, event.payload] for event in events]}
    shown |= {"told by the events": told, "found in the rows": after}
    return "events do not tell what changed:\n" + json.dumps(shown, ensure_ascii=False, indent=1)
