"""Refusals of a simulation."""

from __future__ import annotations


class SimulationRefused(Exception):
    """A year that cannot be simulated here; ``code`` is stable, the text says what, where and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
