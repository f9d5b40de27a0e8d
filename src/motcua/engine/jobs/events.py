"""What is remembered of jobs: that a person made a failed one run again."""

from __future__ import annotations

RETRIED = "jobs:job:retried"


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(RETRIED, "Cho chạy lại công việc nền số {job} ({name})")
