"""What this room refuses, each with a stable code and a sentence for people."""

from __future__ import annotations


class CalendarRefused(Exception):
    """A change that may not be made. `code` is stable ("calendars.change.empty")."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"calendars.{code}"
        self.message = message
