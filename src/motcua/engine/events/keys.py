"""Idempotency keys as events keep them: of one operation on one thing alone."""

from __future__ import annotations

import hashlib
import uuid

from django.db import IntegrityError

_LONGEST = 200  # signs of an event's idempotency key


def keyed(operation: str, thing: uuid.UUID | str, key: str | None) -> str | None:
    """The key as the event keeps it; None without one."""
    if not key:
        return None
    whole = f"{operation}:{thing}:{key}"
    if len(whole) <= _LONGEST:
        return whole
    return f"{operation}:{thing}:{hashlib.sha256(key.encode()).hexdigest()}"  # two long keys are never one


def is_repeat(error: IntegrityError) -> bool:
    """Whether a write failed because another request with the same idempotency key was first."""
    return "event_idempotency" in str(error)
