from __future__ import annotations


class RecordsRefused(Exception):
    """An operation on papers that may not be done now. `code` is stable; `message` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"records.{code}"
        self.message = message
