"""What the dossier engine refuses, each with a stable code and a sentence for people."""

from __future__ import annotations


class DossierRefused(Exception):
    """An operation that may not be done now. `code` is stable ("dossiers.state"); `message` says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"dossiers.{code}"
        self.message = message
