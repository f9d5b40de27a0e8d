"""Subjects of events and readings: "dossier:0190...", what it is and which one."""

from __future__ import annotations

import uuid


def uid_of(subject: str) -> uuid.UUID | None:
    """The identifier in a subject; None for what is none."""
    try:
        return uuid.UUID(subject.partition(":")[2])
    except ValueError:
        return None
