"""What is remembered of signing: serial numbers and digests; no names, no keys."""

from __future__ import annotations

ADDED = "signing:identity:added"
RETIRED = "signing:identity:retired"
SIGNED = "signing:paper:signed"
NUMBERED = "signing:paper:numbered"
SEALED = "signing:paper:sealed"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(ADDED, "Nạp chứng thư số {serial}")
    declare_event(RETIRED, "Cất chứng thư số {serial}, không dùng nữa")
    declare_event(SIGNED, "Ký số văn bản {kind} bằng chứng thư {serial}")
    declare_event(NUMBERED, "Cấp số {number} cho văn bản {kind}")
    declare_event(SEALED, "Ký số của cơ quan lên văn bản {kind} bằng chứng thư {serial}")
