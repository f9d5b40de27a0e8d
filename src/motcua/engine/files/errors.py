from __future__ import annotations


class FileRefused(Exception):
    """A file that is not taken or not given. `code` reads files.subject.reason; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
