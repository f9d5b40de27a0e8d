from __future__ import annotations


class RegisterRefused(Exception):
    """A number that cannot be withdrawn. `code` reads registers.subject.reason; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
