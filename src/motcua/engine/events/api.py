"""The door of events: declare a type, name the actor, record, tell."""

from motcua.engine.events.models import Event
from motcua.engine.events.recording import declare_event, digest_of, event_types, happening, record, tell

__all__ = ["Event", "declare_event", "digest_of", "event_types", "happening", "record", "tell"]
