"""The end of a dossier's papers: past its retention its files and personal data go, and what is counted stays.

Dates, units, procedure, steps, numbers and how it ended are kept, so that no figure of any year moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from django.db.models import F, Q
from django.utils.translation import gettext_noop

from motcua.engine.files.api import StoredFile, delete
from motcua.engine.privacy.api import declare_retention, read_rules
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.modules.dossiers.models import (
    Approval,
    Component,
    Consultation,
    Dossier,
    DossierResult,
    Extension,
    Reopening,
    Slip,
    Supplement,
    SupplementConsent,
    Task,
)
from motcua.modules.dossiers.states import Status
from motcua.reference.calendars.api import parameter

ENDED = "dossiers.ended"
ERASED = "–"

FilesNeeded = Callable[[Province, Collection[int]], Collection[int]]
_needs: dict[str, FilesNeeded] = {}


def keep_files_while(room: str, still_needed: FilesNeeded) -> None:
    """Says which files of dossiers a room still needs: `still_needed(province, file ids)` gives those of the ids that
    must stay, as a paper kept in somebody's store. Called from AppConfig.ready."""
    _needs[room] = still_needed


def declare() -> None:
    """Makes the retention of dossiers known; called when the application is ready."""
    rules = read_rules(Path(__file__).parent / "retention.yaml")
    declare_retention(ENDED, gettext_noop("Hồ sơ đã kết thúc"), rules[ENDED], erase_ended)


def erase_ended(province: Province, before: dt.datetime, *, limit: int, dry_run: bool) -> Sequence[str]:
    """Erases what ended before an instant, the oldest first. A result not handed over yet waits for its owner."""
    rows = (
        Dossier.objects.filter(province=province, ended_at__lt=before, erased_at__isnull=True)
        .exclude(status=int(Status.DONE))
        .exclude(field_code__in=parameter(province.pk, "dossiers.kept_fields", today()))
        .order_by("ended_at", "pk")
    )
    found = list(rows.select_for_update().values_list("pk", "uid")[:limit])
    if not dry_run and found:
        erase(province, [key for key, _uid in found])
    return [f"dossier:{uid}" for _key, uid in found]


def erase(province: Province, keys: Sequence[int]) -> None:
    """Empties everything written by people or about a person, and removes the files nobody else needs."""
    _drop_files(province, keys)
    for model, emptied in _EMPTIED.items():
        model._default_manager.filter(dossier__in=keys).update(**emptied)
    Dossier.objects.filter(pk__in=keys).update(
        applicant_name=ERASED,
        subject="",
        search=None,
        erased_at=now(),
        revision=F("revision") + 1,
    )


_EMPTIED: dict[type, dict[str, object]] = {
    Component: {"name": ERASED, "source": "", "file_id": None},
    Supplement: {"items": [], "reason": ERASED},
    SupplementConsent: {"reason": ERASED},
    Consultation: {"question": ERASED, "answer": ""},
    Extension: {"reason": ERASED},
    Approval: {"note": ""},
    Task: {"note": ""},
    DossierResult: {"name": ERASED, "summary": "", "file_id": None, "handed_to": None},
    Reopening: {"reason": ERASED},
    Slip: {"facts": ""},
}


def _drop_files(province: Province, keys: Sequence[int]) -> None:
    files = {
        file_id
        for model in (Component, DossierResult)
        for file_id in model._default_manager.filter(dossier__in=keys, file_id__isnull=False).values_list(
            "file_id", flat=True
        )
    }
    for still_needed in _needs.values():
        files -= set(still_needed(province, files))
    files -= _of_others(files, keys)
    for stored in StoredFile.objects.filter(pk__in=files, province=province):
        delete(None, stored)


def _of_others(files: Collection[int], keys: Sequence[int]) -> set[int]:
    """Those of the files that another dossier holds too."""
    kept = Q(file_id__in=files) & ~Q(dossier__in=keys)
    return {
        file_id
        for model in (Component, DossierResult)
        for file_id in model._default_manager.filter(kept).values_list("file_id", flat=True)
    }
