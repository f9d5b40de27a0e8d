from __future__ import annotations


class JobsError(Exception):
    """`code` reads jobs.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
