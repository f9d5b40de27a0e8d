from __future__ import annotations

from typing import Any


class ApplicantRefused(ValueError):
    """A refused operation on applicants. `code` reads applicants.subject.reason; `message` is Vietnamese.

    `field`: the column of the draft it is about, "" when none. `known`: the applicant that is already there
    (applicants.identity.known), else None.
    """

    def __init__(self, code: str, message: str, *, field: str = "", known: Any = None) -> None:
        super().__init__(message)
        self.code = f"applicants.{code}"
        self.message = message
        self.field = field
        self.known = known
