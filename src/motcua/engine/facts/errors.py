from __future__ import annotations


class FactsError(Exception):
    """A fact that is declared wrongly, not ready, or asked for wrongly: `code` (FACTS-...) is stable, `message` says
    in Vietnamese what is wrong, where, and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
