from __future__ import annotations


class DocumentRefused(Exception):
    """A paper that cannot be made. `code` reads documents.subject.reason; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
