"""What crosses the door of records."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

ConsentHow = Literal["account", "form", "law"]


@dataclass(frozen=True, slots=True)
class Checks:
    """The check of a scan (Circular 01/2023/TT-VPCP, Art. 8.2): every page is legible; no page is missing, cut or out
    of order."""

    legible: bool
    complete: bool

    @property
    def passed(self) -> bool:
        return self.legible and self.complete


@dataclass(frozen=True, slots=True)
class ScannedPaper:
    """The scan of a component. `file_id`: a file the caller has stored; None: the one the component already has.
    `checks`: who scans may check at once."""

    number: int
    file_id: int | None = None
    pages: int | None = None
    checks: Checks | None = None


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A paper to keep in the store. `component`: whose file it is; without one, `register_code` and `reference` name
    data of a national register."""

    name: str
    kind_code: str = ""
    number: str = ""
    issued_by: str = ""
    issued_on: dt.date | None = None
    valid_until: dt.date | None = None
    component: int | None = None
    register_code: str = ""
    reference: str = ""
    scope: str = "consent"


@dataclass(frozen=True, slots=True)
class Consent:
    """How and when the holder agreed: on their account, on a signed form, or by a law that needs no consent."""

    how: ConsentHow
    on: dt.date


@dataclass(frozen=True, slots=True)
class ResultFile:
    """The signed file of a result. None: the file the dossier's result has. `kind_code`, `name` and `number`: as the
    dossier and its procedure say, unless stated."""

    file_id: int | None = None
    name: str = ""
    kind_code: str = ""
    number: str = ""
    issued_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation left: the thing's uid (a paper, a reuse, a result; of digitisation the dossier's), its state,
    and `repeated` when it stood already."""

    uid: uuid.UUID
    state: str
    repeated: bool = False
