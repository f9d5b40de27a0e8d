"""Which dossiers somebody is not content with: one row a dossier, kept beside every petition and rating about it.

Index 766 counts dossiers with a petition or a dislike; a dossier that has both is one, which two tables cannot say.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.api import dossier_ref
from motcua.modules.feedback.events import GRIEVANCE_KEPT
from motcua.modules.feedback.models import Grievance, Outcome, Rating, Ticket

# A petition refused or taken back says nothing of the dossier.
_FALLEN = (Outcome.REFUSED.value, Outcome.WITHDRAWN.value)


def keep_grievance(province: Province, dossier_uid: uuid.UUID | None) -> None:
    """Counts anew what stands against a dossier, in the transaction that changed it; an event only when it changed.

    The row is locked first, so that of two at once the later counts both.
    """
    if dossier_uid is None:
        return
    row = _locked(province, dossier_uid)
    standing = _standing(province, dossier_uid)
    if row is None:
        if not standing["since_at"]:
            return
        row = _made(province, dossier_uid)
        standing = _standing(province, dossier_uid)
    changed = {name: value for name, value in standing.items() if getattr(row, name) != value}
    if not changed:
        return
    is_new = row.revision == 0
    changed["revision"] = row.revision + 1
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    if is_new:
        fixed = ("unit_code", "unit_path", "dossier_uid", "procedure_code", "field_code")
        changed = {name: getattr(row, name) for name in (*fixed, *standing, "revision")}
    record(
        GRIEVANCE_KEPT,
        province=province,
        subject=f"grievance:{dossier_uid}",
        payload={"words": {}, "set": _universal(changed)},
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )


def _locked(province: Province, dossier_uid: uuid.UUID) -> Grievance | None:
    return Grievance.objects.select_for_update().filter(province=province, dossier_uid=dossier_uid).first()


def _made(province: Province, dossier_uid: uuid.UUID) -> Grievance:
    """The row, made empty by whoever is first and locked by each in turn."""
    ref = dossier_ref(province, uid=dossier_uid)
    if ref is None:
        raise LookupError(f"no dossier {dossier_uid}")
    Grievance.objects.bulk_create(
        [
            Grievance(
                province=province,
                dossier_uid=dossier_uid,
                unit_code=ref.handling[0],
                unit_path=ref.handling[1],
                procedure_code=ref.procedure_code,
                field_code=ref.field_code,
            )
        ],
        ignore_conflicts=True,
    )
    row = _locked(province, dossier_uid)
    assert row is not None
    return row


def _standing(province: Province, dossier_uid: uuid.UUID) -> dict[str, Any]:
    tickets = Ticket.objects.filter(province=province, dossier_uid=dossier_uid).exclude(outcome__in=_FALLEN)
    ratings = Rating.objects.filter(province=province, dossier_uid=dossier_uid, counts="disliked")
    moments: list[dt.datetime] = [
        *tickets.values_list("received_at", flat=True),
        *ratings.values_list("rated_at", flat=True),
    ]
    return {
        "petitions": tickets.count(),
        "dislikes": ratings.count(),
        "since_at": min(moments) if moments else None,
    }


def _universal(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }
