from __future__ import annotations


class PeopleError(ValueError):
    """A refused operation on people. `code` is stable; the message is Vietnamese and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"people.{code}"
        self.message = message
