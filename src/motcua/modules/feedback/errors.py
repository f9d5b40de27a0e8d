"""What feedback refuses, each with a stable code and a sentence for people."""

from __future__ import annotations


class FeedbackRefused(Exception):
    """An operation that may not be done now. `code` is stable ("feedback.state"); `message` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"feedback.{code}"
        self.message = message
