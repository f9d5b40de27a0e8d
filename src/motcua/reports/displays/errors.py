from __future__ import annotations


class DisplayRefused(ValueError):
    """`code` reads displays.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"displays.{code}"
        self.message = message
