"""What other rooms ask about petitions: what a subject is called, and where it is seen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.urls import reverse

from motcua.engine.events.api import uid_of
from motcua.modules.feedback.models import Ticket


def described(subjects: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(number, address) of petitions by subject, for lists of readings."""
    rows = Ticket.objects.filter(uid__in=[uid for subject in subjects if (uid := uid_of(subject))])
    return {f"ticket:{uid}": (number, _address(uid)) for uid, number in rows.values_list("uid", "number")}


def link_of(subject: str) -> str:
    """The page of a register's subject."""
    uid = uid_of(subject)
    return _address(uid) if uid else ""


def _address(uid: uuid.UUID) -> str:
    return reverse("feedback:ticket", args=[uid])
