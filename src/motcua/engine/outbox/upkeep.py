"""What is kept of sent messages, and for how long."""

from __future__ import annotations

import datetime as dt

from motcua.engine.outbox.models import Message, State
from motcua.kernel.clock import now

KEEP_CONTENT = dt.timedelta(days=90)  # of what was sent or cancelled
KEEP_ROWS = dt.timedelta(days=400)
BATCH = 5_000


def forget_old() -> int:
    """Empties the content of messages ended ninety days ago, removes their rows after four hundred days.

    Returns how many rows were touched; does at most a batch of each, for a beat that comes again.
    """
    ended = Message.objects.filter(state__in=[State.SENT, State.CANCELLED])
    moment = now()
    full = ended.filter(created_at__lt=moment - KEEP_CONTENT).exclude(payload=b"").values("pk")[:BATCH]
    emptied = Message.objects.filter(pk__in=full).update(payload=b"")
    old = ended.filter(created_at__lt=moment - KEEP_ROWS).values("pk")[:BATCH]
    removed, _each = Message.objects.filter(pk__in=old).delete()
    return emptied + removed
