from __future__ import annotations


class CatalogueError(ValueError):
    """A refused operation on the catalogue. `code` is stable; `message` is Vietnamese and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"catalogue.{code}"
        self.message = message
