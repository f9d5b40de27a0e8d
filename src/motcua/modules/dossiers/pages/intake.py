"""The reception form as it was sent: a reading of its fields that keeps whatever was typed."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from motcua.kernel.text import squeeze
from motcua.modules.catalogue.data import PaperCase, ProcedureInfo
from motcua.modules.dossiers.data import HandedPaper
from motcua.reference.applicants.api import ApplicantDraft, IdentityKind, Kind

_PERSON = ("kind", "display_name", "identity_kind", "identity_number", "phone", "email", "address", "birth_date", "representative")  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
NEW = "new"
MOST_PAPERS, MOST_EXTRA = 60, 10
LONGEST, LONGEST_REASON = 1000, 2000


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of the checklist: what the procedure asks for, and what was handed in."""

    number: int
    name: str
    code: str
    form: str
    source: str
    required: bool
    present: bool
    originals: int
    copies: int
    use_source: bool
    note: str

    @property
    def is_there(self) -> bool:
        return self.present or self.use_source


@dataclass(slots=True)
class Intake:
    """Everything typed on the reception page. `files` are scans by paper number; errors by field."""

    sent: QueryDict
    files: MultiValueDict[str, UploadedFile]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, default: str = "", most: int = LONGEST) -> str:
        return squeeze(self.sent.get(name, default))[:most]

    def number(self, name: str, default: int, least: int = 0, most: int = 99) -> int:
        raw = self.sent.get(name, "").strip()
        value = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else default
        return min(most, max(least, value))

    def uid(self, name: str) -> uuid.UUID | None:
        try:
            return uuid.UUID(self.sent.get(name, ""))
        except ValueError:
            return None

    def day(self, name: str) -> dt.date | None:
        """A date typed as 17/05/1990; None when there is none or it is no date."""
        return _day(self.text(name))

    @property
    def key(self) -> str:
        return self.text("key", most=64)

    @property
    def reason(self) -> str:
        return self.text("reason", most=LONGEST_REASON)

    # -- people -------------------------------------------------------------------------------------

    @property
    def new_person(self) -> bool:
        """Whether somebody new is being entered."""
        return self.sent.get("applicant") == NEW

    @property
    def identity_kind(self) -> str:
        """The paper chosen for somebody new; a number makes it count."""
        return self.text("new_identity_kind", IdentityKind.CITIZEN_ID.value)

    def draft(self) -> ApplicantDraft:
        typed = {name: self.text(f"new_{name}") for name in _PERSON}
        typed["birth_date"] = _iso(typed["birth_date"])
        typed["kind"] = typed["kind"] or Kind.CITIZEN.value
        typed["identity_kind"] = self.identity_kind if typed["identity_number"] else ""
        return ApplicantDraft(**typed)

    def submitter_draft(self) -> ApplicantDraft:
        """Somebody new who hands the dossier in for the applicant."""
        return ApplicantDraft(
            kind=Kind.CITIZEN.value,
            display_name=self.text("sub_display_name"),
            identity_kind=IdentityKind.CITIZEN_ID.value if self.text("sub_identity_number") else "",
            identity_number=self.text("sub_identity_number"),
            phone=self.text("sub_phone"),
        )

    # -- papers -------------------------------------------------------------------------------------

    def shows(self, info: ProcedureInfo, case: str) -> bool:
        """Whether the officer had this procedure's papers of this case before their eyes."""
        return self.sent.get("shown") == shown(info, case)

    def lines(self, info: ProcedureInfo, case: str) -> list[PaperLine]:
        """The checklist of a case: as sent; at first what is required is there, and registers are used."""
        first = not self.shows(info, case)
        asked = next((one for one in info.content.cases if one.name == case), None) or _first(info)
        return [
            PaperLine(
                number=number,
                name=paper.name,
                code=paper.code,
                form=paper.form,
                source=paper.source,
                required=paper.required,
                present=paper.required and not paper.source if first else self._is_present(number),
                originals=paper.originals if first else self.number(f"originals_{number}", paper.originals),
                copies=paper.copies if first else self.number(f"copies_{number}", paper.copies),
                use_source=bool(paper.source) and (paper.required if first else f"source_{number}" in self.sent),
                note=paper.note,
            )
            for number, paper in enumerate(asked.papers[:MOST_PAPERS], start=1)
        ]  # fmt: skip

    def _is_present(self, number: int) -> bool:
        """Ticked, or scanned: a scan shows that it is there."""
        return f"present_{number}" in self.sent or f"file_{number}" in self.files

    def extra(self) -> list[str]:
        """Papers the checklist does not name, one a line."""
        typed = [squeeze(line)[:500] for line in self.sent.get("extra_paper", "").splitlines()]
        return [line for line in typed if line][:MOST_EXTRA]

    def handed(self, lines: list[PaperLine], stored: dict[int, int]) -> tuple[HandedPaper, ...]:
        """The papers handed in; a paper that a register replaces names the register. stored: files by number, 0
        belongs to the first paper the checklist does not name."""
        papers = [
            HandedPaper(line.name, line.code, line.originals, line.copies, stored.get(line.number))
            if line.present
            else HandedPaper(line.name, line.code, 0, 0, None, line.source)
            for line in lines
            if line.is_there
        ]
        more = [
            HandedPaper(name, file_id=stored.get(0) if place == 0 else None)
            for place, name in enumerate(self.extra())
        ]
        return (*papers, *more)


def missing(lines: list[PaperLine]) -> list[str]:
    """What the law asks for and is not there."""
    return [line.name for line in lines if line.required and not line.is_there]


def shown(info: ProcedureInfo, case: str) -> str:
    """What the page says of the checklist it holds."""
    return f"{info.version_id}|{case}"


def shown_day(iso: str) -> str:
    return "/".join(reversed(iso.split("-"))) if iso.count("-") == 2 else iso


def _first(info: ProcedureInfo) -> PaperCase:
    return info.content.cases[0] if info.content.cases else PaperCase()


def _iso(text: str) -> str:
    """“17/05/1990” as ISO; anything else as it is, for the room that knows to refuse."""
    day = _day(text)
    return day.isoformat() if day else text


def _day(text: str) -> dt.date | None:
    typed = _DAY.fullmatch(text)
    try:
        return dt.date(int(typed[3]), int(typed[2]), int(typed[1])) if typed else None
    except ValueError:
        return None
