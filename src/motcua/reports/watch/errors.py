from __future__ import annotations


class WatchRefused(ValueError):
    """`code` reads watch.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"watch.{code}"
        self.message = message
