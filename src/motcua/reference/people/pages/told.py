from __future__ import annotations

from django.db.models import Q

from motcua.engine.accounts.api import subject_of as account_subject
from motcua.engine.events.api import Event, tell
from motcua.reference.people.accounts import subject_of
from motcua.reference.people.models import Person

SHOWN = 30


def events_of(person: Person) -> list[dict[str, object]]:
    """The latest things that happened to a person or their account, in words: {when, what, who}."""
    about = Q(province=person.province_id, subject=subject_of(person))
    if person.user is not None:
        about |= Q(province__isnull=True, subject=account_subject(person.user))
    rows = Event.objects.filter(about).select_related("actor").order_by("-id")[:SHOWN]
    return [
        {"when": row.occurred_at, "what": tell(row), "who": row.actor.display_name if row.actor else ""}
        for row in rows
    ]
