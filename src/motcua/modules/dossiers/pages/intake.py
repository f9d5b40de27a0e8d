"""The reception form as it was sent: a reading of its fields that keeps whatever was typed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from motcua.kernel.text import squeeze
from motcua.modules.catalogue.data import PaperCase, ProcedureInfo
from motcua.modules.dossiers.data import HandedPaper
from motcua.reference.applicants.api import ApplicantDraft

_PERSON = ("kind", "display_name", "identity_kind", "identity_number", "phone", "email", "address", "birth_date", "representative")  # fmt: skip
MOST_PAPERS = 60


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of the checklist: what the procedure asks for, and what was handed in."""

    number: int
    name: str
    code: str
    asked_originals: int
    asked_copies: int
    source: str
    present: bool
    originals: int
    copies: int
    use_source: bool
    note: str = ""


@dataclass(slots=True)
class Intake:
    """Everything typed on the reception page. `files` are scans by paper number."""

    sent: QueryDict
    files: MultiValueDict[str, UploadedFile]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return squeeze(self.sent.get(name, default))[:1000]

    def number(self, name: str, default: int, least: int = 0, most: int = 99) -> int:
        raw = self.sent.get(name, "")
        value = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else default
        return min(most, max(least, value))

    def uid(self, name: str) -> uuid.UUID | None:
        try:
            return uuid.UUID(self.sent.get(name, ""))
        except ValueError:
            return None

    @property
    def new_person(self) -> bool:
        """Whether somebody new is being entered."""
        return self.sent.get("applicant") == "new"

    def draft(self) -> ApplicantDraft:
        typed = {name: squeeze(self.sent.get(f"new_{name}", ""))[:1000] for name in _PERSON}
        typed["birth_date"] = _day(typed["birth_date"])
        return ApplicantDraft(**(typed | {"kind": typed["kind"] or "citizen"}))

    def lines(self, info: ProcedureInfo, case: str) -> list[PaperLine]:
        """The checklist of a case: as sent, or everything there at first."""
        first = self.sent.get("shown_case") != f"{info.code}|{case}"
        asked = next((one for one in info.content.cases if one.name == case), None) or _first(info)
        return [
            PaperLine(
                number=number,
                name=paper.name,
                code=paper.code,
                asked_originals=paper.originals,
                asked_copies=paper.copies,
                source=paper.source,
                present=first or f"present_{number}" in self.sent,
                originals=paper.originals if first else self.number(f"originals_{number}", paper.originals),
                copies=paper.copies if first else self.number(f"copies_{number}", paper.copies),
                use_source=f"source_{number}" in self.sent,
                note=paper.note,
            )
            for number, paper in enumerate(asked.papers[:MOST_PAPERS], start=1)
        ]

    def handed(self, lines: list[PaperLine], stored: dict[int, int]) -> tuple[HandedPaper, ...]:
        """The papers handed in; a paper that a register replaces names the register."""
        papers = [
            HandedPaper(
                line.name,
                line.code,
                0 if line.use_source else line.originals,
                0 if line.use_source else line.copies,
                stored.get(line.number),
                line.source if line.use_source else "",
            )
            for line in lines
            if line.present or line.use_source
        ]
        extra = self.text("extra_paper")
        return (*papers, HandedPaper(extra, file_id=stored.get(0))) if extra else tuple(papers)

    def missing(self, lines: list[PaperLine]) -> list[str]:
        return [line.name for line in lines if not line.present and not line.use_source]


def _first(info: ProcedureInfo) -> PaperCase:
    return info.content.cases[0] if info.content.cases else PaperCase()


def _day(text: str) -> str:
    """“17/05/1990” as ISO; anything else as it is, for the room that knows to refuse."""
    parts = text.split("/")
    return "-".join(reversed([part.zfill(2) for part in parts])) if len(parts) == 3 else text


def choices_of(info: ProcedureInfo) -> dict[str, Any]:
    """Cases and channels of a procedure, for the selects."""
    return {
        "cases": [one.name for one in info.content.cases],
        "channels": [one.kind for one in info.content.channels],
    }
