"""What is remembered of files: digest, size and kind; never a name, which may be a person's."""

from __future__ import annotations

STORED = "files:file:stored"
REMOVED = "files:file:removed"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(STORED, "Nhận tệp {media_type}, {size} byte, mã băm {digest}")
    declare_event(REMOVED, "Xóa tệp {media_type}, {size} byte, mã băm {digest}")
