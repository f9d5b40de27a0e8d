"""A dossier as rooms above refer to it: its identity, units and days, and nothing of what it says."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.queries import follow


@dataclass(frozen=True, slots=True)
class DossierRef:
    """Units are (code, path) as they are now; `status` is the national one. Holds no personal data."""

    uid: uuid.UUID
    province_id: int
    code: str
    procedure_code: str
    field_code: str
    status: int
    receiving: tuple[str, str]
    handling: tuple[str, str]
    returning: tuple[str, str]
    received_at: dt.datetime | None
    ended_at: dt.datetime | None


def dossier_ref(province: Province, *, uid: uuid.UUID | None = None, code: str = "") -> DossierRef | None:
    """The dossier of this identity, or else of this code. Asks nobody's rights: the caller does."""
    rows = Dossier.objects.filter(province=province)
    wanted = code.strip().upper()
    if uid is None and not wanted:
        return None
    found = rows.filter(uid=uid).first() if uid else rows.filter(code=wanted).first()
    return _ref(found) if found else None


def dossier_of_receipt(code: str, check_value: str) -> DossierRef | None:
    """The dossier whose receipt bears this code and check value: what its applicant holds in hand."""
    found = follow(code, check_value)
    return _ref(found) if found else None


def ended_refs(province: Province, most: int = 100) -> list[DossierRef]:
    """Dossiers that were received and have ended, the latest first. Asks nobody's rights: the caller does."""
    rows = Dossier.objects.filter(province=province, received_at__isnull=False, ended_at__isnull=False)
    return [_ref(row) for row in rows.order_by("-ended_at", "-pk")[:most]]


def _ref(row: Dossier) -> DossierRef:
    return DossierRef(
        uid=row.uid,
        province_id=row.province_id,
        code=row.code or "",
        procedure_code=row.procedure_code,
        field_code=row.field_code,
        status=row.status,
        receiving=(row.received_code, row.received_path),
        handling=(row.unit_code, row.unit_path),
        returning=(row.return_code, row.return_path),
        received_at=row.received_at,
        ended_at=row.ended_at,
    )
