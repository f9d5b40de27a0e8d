"""Refusals of this room: a stable code and a Vietnamese sentence that says what, where and what to do."""

from __future__ import annotations


class NarrativeError(Exception):
    """`code` reads documents.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
