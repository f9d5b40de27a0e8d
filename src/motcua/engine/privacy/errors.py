from __future__ import annotations


class PrivacyError(Exception):
    """Personal data that cannot be sealed or opened. `code` reads privacy.subject.reason; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
