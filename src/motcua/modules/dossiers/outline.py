"""Dossiers as rooms above read them: by identity, whole, and the components handed in within the viewer's units."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import DossierOutline, DossierRef, PaperOutline, ResultOutline
from motcua.modules.dossiers.models import Approval, Component, Dossier, DossierResult, Task
from motcua.modules.dossiers.queries import find_dossier, follow, in_units


def dossier_ref(
    province: Province, *, uid: uuid.UUID | None = None, code: str = "", viewer: Viewer | None = None
) -> DossierRef | None:
    """The dossier of this identity, or else of this code. With a viewer, only one the viewer may see; without, nobody's
    rights are asked: the caller does."""
    wanted = code.strip().upper()
    if uid is None and not wanted:
        return None
    if uid is not None and viewer is not None:
        found = find_dossier(viewer, province, uid)
    else:
        rows = Dossier.objects.filter(province=province)
        found = (rows.filter(uid=uid) if uid else rows.filter(code=wanted)).first()
        if found is not None and viewer is not None and not _is_seen(viewer, found):
            return None
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
    return DossierRef(**_identity(row))


def _identity(row: Dossier) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "province_id": row.province_id,
        "code": row.code or "",
        "procedure_code": row.procedure_code,
        "version_id": row.version_id,
        "case_name": row.case_name,
        "field_code": row.field_code,
        "channel": row.channel,
        "status": row.status,
        "receiving": (row.received_code, row.received_path),
        "handling": (row.unit_code, row.unit_path),
        "returning": (row.return_code, row.return_path),
        "registered_at": row.registered_at,
        "received_at": row.received_at,
        "paused_at": row.paused_at,
        "ended_at": row.ended_at,
    }


def dossier_outline(viewer: Viewer | None, uid: uuid.UUID, *, lock: bool = False) -> DossierOutline:
    """One dossier with its components and result. viewer None: a job. lock: its row is held until the transaction
    ends, so that nothing changes it meanwhile. Raises NotPermitted when there is none, or not for this viewer."""
    rows = Dossier.objects.select_related("applicant").filter(uid=uid)
    dossier = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if dossier is None or not (viewer is None or _is_seen(viewer, dossier)):
        raise NotPermitted(may.VIEW)
    return DossierOutline(
        **_identity(dossier),
        procedure_name=dossier.procedure_name,
        applicant=dossier.applicant.uid,
        applicant_id=dossier.applicant_id,
        submitter_id=dossier.submitter_id,
        papers=tuple(_paper(row) for row in Component.objects.filter(dossier=dossier).order_by("number")),
        result=_result(dossier),
    )


def _is_seen(viewer: Viewer, dossier: Dossier) -> bool:
    own = {dossier.unit_path, dossier.received_path, dossier.return_path}
    wanted = (may.VIEW, may.RECEIVE, may.PROCESS)
    if any(
        viewer.may(permission, province=dossier.province_id, unit_path=path)
        for path in own
        for permission in wanted
    ):
        return True
    return viewer.within(Task.objects.filter(dossier=dossier), may.VIEW).exists()


def _paper(row: Component) -> PaperOutline:
    return PaperOutline(
        row.number, row.code, row.name, row.originals, row.copies, row.present, row.source, row.file_id
    )


def _result(dossier: Dossier) -> ResultOutline | None:
    kept = DossierResult.objects.filter(dossier=dossier).first()
    if kept is None:
        return None
    signed = Approval.objects.filter(dossier=dossier, kind="sign").order_by("-at", "-pk").first()
    return ResultOutline(
        name=kept.name,
        favourable=kept.favourable,
        file_id=kept.file_id,
        number=kept.document_number,
        issued_on=kept.issued_on,
        signed_by=signed.by_id if signed else None,
        signed_unit=signed.unit_code if signed else "",
        signed_at=signed.at if signed else None,
    )


def components_in_units(
    viewer: Viewer, province: Province, permission: str = may.VIEW
) -> QuerySet[Component]:
    """The components handed in with dossiers received and not yet ended, of the viewer's units."""
    open_ = Dossier.objects.filter(province=province, received_at__isnull=False, ended_at__isnull=True)
    seen = in_units(viewer, open_, permission)
    return Component.objects.filter(dossier__in=seen.values("pk"), present=True).select_related("dossier")
