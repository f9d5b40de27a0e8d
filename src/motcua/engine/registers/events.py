"""What is remembered of registers. Giving a number is told by the event of the thing that got it."""

from __future__ import annotations

WITHDRAWN = "registers:number:withdrawn"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(WITHDRAWN, "Hủy số {number} của sổ {kind}, kỳ {period}")
