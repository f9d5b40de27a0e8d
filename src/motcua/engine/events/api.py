"""The door of events: declare a type, name the actor, record, tell, seal, verify."""

from motcua.engine.events.chain import Verification, verify_rows
from motcua.engine.events.keys import is_repeat, keyed
from motcua.engine.events.models import Event
from motcua.engine.events.recording import (
    INSERT_EVENT,
    Happening,
    current_happening,
    declare_event,
    digest_of,
    event_parameters,
    event_types,
    happening,
    make_event,
    record,
    tell,
)
from motcua.engine.events.sealing import (
    Head,
    export_rows,
    seal_all,
    seal_events,
    sealed_after,
    sealed_head,
    tidy_waiting,
    unsealed_tail,
    verify,
)
from motcua.engine.events.subjects import uid_of

__all__ = [
    "INSERT_EVENT",
    "Event",
    "Happening",
    "Head",
    "Verification",
    "current_happening",
    "declare_event",
    "digest_of",
    "event_parameters",
    "event_types",
    "export_rows",
    "happening",
    "is_repeat",
    "keyed",
    "make_event",
    "record",
    "seal_all",
    "seal_events",
    "sealed_after",
    "sealed_head",
    "tell",
    "tidy_waiting",
    "uid_of",
    "unsealed_tail",
    "verify",
    "verify_rows",
]
