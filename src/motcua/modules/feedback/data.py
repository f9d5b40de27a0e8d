"""What crosses the door of feedback."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TicketKind = Literal["regulation", "conduct", "service"]
TicketChannel = Literal["portal", "app", "phone", "email", "post", "direct", "form", "transferred"]
RatingKind = Literal["reception", "handling"]
RatingChannel = Literal["tablet", "portal", "phone", "paper"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a petition, as they say themselves; all of it sealed. All empty: nobody named (nặc danh)."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def anonymous(self) -> bool:
        return not self.name.strip()


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as it came in. Units are agency codes; `handling` "" means the unit that receives.

    `kind`: about a regulation (quy định hành chính), the conduct of officers (hành vi hành chính), or how a service or
    dossier is handled. `channel` "transferred": sent on by another agency. `external_code`: its number in the system it
    came from, one ticket for each. `arrived_at`: when it reached the unit, if before now. `summary`: what it is about,
    written by the officer, without personal data.
    """

    kind: TicketKind
    channel: TicketChannel
    content: str
    receiving: str
    handling: str = ""
    sender: Sender = field(default_factory=Sender)
    summary: str = ""
    topic: str = ""
    procedure_code: str = ""
    dossier_code: str = ""
    external_code: str = ""
    arrived_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What everybody may read of a petition and its answer: no name, no telephone, no address of the sender."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class TicketDone:
    """What an operation left: `repeated` when its idempotency key had been used and nothing was done again."""

    uid: uuid.UUID
    number: str
    state: str
    due_at: dt.datetime | None
    revision: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """What an applicant says of a dossier. `kind` reception: of the desk that took it; handling: of the agency, once it
    has ended. `level`, `scores` (criterion to points) and `reasons` are codes of the scale in force (`rules.scale_on`).
    `comment` is sealed."""

    kind: RatingKind
    level: str
    scores: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    comment: str = ""
    channel: RatingChannel = "tablet"


@dataclass(frozen=True, slots=True)
class RatingDone:
    """A rating as it stands. `changed`: it replaced what was said before. `repeated`: the key had been used."""

    uid: uuid.UUID
    level: str
    revision: int
    changed: bool = False
    repeated: bool = False
