"""What other rooms ask about petitions: what a subject is called, and where it is seen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.urls import reverse

from motcua.modules.feedback.models import Ticket


def described(subjects: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(number, address) of petitions by subject, for lists of readings."""
    rows = Ticket.objects.filter(uid__in=[uid for subject in subjects if (uid := _uid(subject))])
    return {f"ticket:{uid}": (number, _address(uid)) for uid, number in rows.values_list("uid", "number")}


def _uid(subject: str) -> uuid.UUID | None:
    """Of "ticket:0190..."; None for what is no identifier."""
    try:
        return uuid.UUID(subject.partition(":")[2])
    except ValueError:
        return None


def link_of(subject: str) -> str:
    """The page of a register's subject."""
    uid = _uid(subject)
    return _address(uid) if uid else ""


def _address(uid: uuid.UUID) -> str:
    return reverse("feedback:ticket", args=[uid])
