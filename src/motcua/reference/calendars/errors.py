"""What this room refuses, each with a stable code and a sentence for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from motcua.kernel.worktime import WorktimeError


class CalendarRefused(Exception):
    """A change that may not be made. `code` is stable ("calendars.change.empty")."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"calendars.{code}"
        self.message = message


@contextmanager
def contradictions_refused() -> Iterator[None]:
    """A calendar that contradicts itself is refused with the kernel's sentence: calendars.change.contradiction."""
    try:
        yield
    except WorktimeError as error:
        raise CalendarRefused("change.contradiction", error.message) from error
