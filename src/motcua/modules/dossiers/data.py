"""What crosses the door of dossiers."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["counter", "portal", "post", "system"]
ReturnHow = Literal["counter", "post", "online"]


@dataclass(frozen=True, slots=True)
class HandedPaper:
    """A paper as it was handed in: how many originals and copies, its scan (a stored file's key), or the register
    (`source`) whose data stands in its place."""

    name: str
    code: str = ""
    originals: int = 1
    copies: int = 0
    file_id: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed. Units are agency codes; `handling` "" lets the catalogue say it; `returning` "" means where it
    was received. `channel` 1 direct, 2 online, 3 public post."""

    procedure_code: str
    applicant: uuid.UUID
    receiving: str
    handling: str = ""
    returning: str = ""
    submitter: uuid.UUID | None = None
    case: str = ""
    channel: int = 1
    return_channel: int = 1
    origin: Origin = "counter"
    subject: str = ""
    sets: int = 1
    papers: tuple[HandedPaper, ...] = ()
    lane: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class ResultDraft:
    """The draft of a result: what it is, whether it grants what was asked, a summary for the applicant, its file."""

    name: str
    favourable: bool = True
    summary: str = ""
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """How a result was handed over, and to whom (a name; an authorised person's with `authorised`)."""

    how: ReturnHow = "counter"
    to: str = ""
    authorised: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation left: `repeated` when its idempotency key had been used and nothing was done again.

    `slips` are the papers it issued, by kind."""

    uid: uuid.UUID
    code: str | None
    status: int
    revision: int
    repeated: bool = False
    slips: dict[str, uuid.UUID] = field(default_factory=dict)
    promised: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperOutline:
    """A component as it stands: what was handed in, its file (a stored file's key), the register in its place."""

    number: int
    code: str
    name: str
    originals: int
    copies: int
    present: bool
    source: str
    file_id: int | None


@dataclass(frozen=True, slots=True)
class ResultOutline:
    """The result as issued: its file, number and day, and who signed it when (`signed_by` an account's key)."""

    name: str
    favourable: bool
    file_id: int | None
    number: str
    issued_on: dt.date | None
    signed_by: int | None
    signed_unit: str
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DossierRef:
    """A dossier as rooms above refer to it: identity, units and days, and nothing of what it says or who filed it.

    Units are (code, path) as they are now; `status` is the national one; `code` is "" before receipt.
    """

    uid: uuid.UUID
    province_id: int
    code: str
    procedure_code: str
    version_id: int
    case_name: str
    field_code: str
    channel: int
    status: int
    receiving: tuple[str, str]
    handling: tuple[str, str]
    returning: tuple[str, str]
    registered_at: dt.datetime
    received_at: dt.datetime | None
    paused_at: dt.datetime | None
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DossierOutline(DossierRef):
    """The same with whose it is, its components and its result; people are keys, and uid of applicants."""

    procedure_name: str
    applicant: uuid.UUID
    applicant_id: int
    submitter_id: int | None
    papers: tuple[PaperOutline, ...] = ()
    result: ResultOutline | None = None

    def paper(self, number: int) -> PaperOutline | None:
        """The component of a number."""
        return next((paper for paper in self.papers if paper.number == number), None)
