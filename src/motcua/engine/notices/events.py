"""What is remembered of notices: changes of their rules. That one was sent is told by the outbox."""

from __future__ import annotations

QUIET_SET = "notices:quiet-hours:set"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(QUIET_SET, "Đặt giờ yên lặng của tin nhắn SMS từ {starts} đến {ends}, áp dụng từ {from}")
