from __future__ import annotations


class SigningRefused(Exception):
    """A paper that cannot be signed, numbered or sealed. `code` reads signing.subject.reason; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
