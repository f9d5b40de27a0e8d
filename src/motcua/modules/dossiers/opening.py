"""What is noted when papers of a dossier are opened or printed, by whatever way: whose data, by whom, what for."""

from __future__ import annotations

from typing import cast

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.api import log_reading
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.models import Dossier, Slip
from motcua.modules.dossiers.units import province_of

FILE, OPENING = "dossiers.file", "dossiers.open-file"
PRINTED, PRINTING = ("identity_number", "phone", "address", "email"), "dossiers.print"


def note_opened(viewer: Viewer, dossier: Dossier) -> None:
    """A file handed in or issued with the dossier is read: it may hold anything about the applicant."""
    _note(viewer, dossier, dossier.applicant.subject, (FILE,), OPENING)


def note_printed(viewer: Viewer, dossier: Dossier, slip: Slip) -> None:
    """An issued slip is printed: its people's data is read, and the dossier's history says so."""
    for person in filter(None, (dossier.applicant, dossier.submitter)):
        _note(viewer, dossier, person.subject, PRINTED, PRINTING)
    record(
        CODES["slip-printed"],
        province=province_of(dossier.province_id),
        subject=f"dossier:{dossier.uid}",
        payload={"words": {"kind": slip.kind}, "set": {}, "slip": str(slip.uid)},
        unit_code=dossier.unit_code,
        unit_path=dossier.unit_path,
        actor=cast(User, viewer.user),
    )


def _note(viewer: Viewer, dossier: Dossier, subject: str, fields: tuple[str, ...], purpose: str) -> None:
    log_reading(
        viewer,
        province=dossier.province_id,
        subject=subject,
        fields=fields,
        purpose=purpose,
        through=f"dossier:{dossier.uid}",
        unit_code=dossier.unit_code,
        unit_path=dossier.unit_path,
    )
