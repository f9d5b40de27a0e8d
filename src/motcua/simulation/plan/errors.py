"""Refusals of the plan of a year."""

from __future__ import annotations


class PlanError(ValueError):
    """A year that cannot be planned; ``code`` is stable, the text says what, where and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
