"""Types that cross the door of this room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.reference.applicants.models import Applicant


@dataclass(frozen=True, slots=True)
class ApplicantDraft:
    """What is known of an applicant, as typed. kind: a value of Kind; identity_kind: a value of IdentityKind, ""
    without a number; birth_date: ISO ("1990-05-17"), "" when unknown; representative: who acts for an
    organisation."""

    kind: str
    display_name: str
    identity_kind: str = ""
    identity_number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    birth_date: str = ""
    place_code: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """An applicant's data in plain text, after the reading was logged. birth_date: ISO or ""."""

    display_name: str
    identity_kind: str
    identity_number: str
    phone: str
    email: str
    address: str
    birth_date: str
    representative: str

    @property
    def birth_day(self) -> str:
        """The birth date as people write it."""
        return "/".join(reversed(self.birth_date.split("-")))


@dataclass(frozen=True, slots=True)
class Masked:
    """What may stand in a list: the last three signs. "" where there is nothing."""

    identity: str
    phone: str

    def __str__(self) -> str:
        return " · ".join(part for part in (self.identity, self.phone) if part)


@dataclass(frozen=True, slots=True)
class Likeness:
    """An applicant who may be the same, why in Vietnamese words, and whether it is certain (same identity number)."""

    applicant: Applicant
    reasons: tuple[str, ...]
    certain: bool
