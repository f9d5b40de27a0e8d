from __future__ import annotations


class NoticesError(Exception):
    """A refusal. `code` is stable; `message` is a Vietnamese sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
