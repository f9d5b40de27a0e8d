"""Values for the addresses of processes, for the route × role test."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import today
from motcua.modules.catalogue.models import KeyProject, Procedure, Simplification, Version
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes.drafting import may_draft
from motcua.reference.organisations.api import units_on

NOBODY = uuid.UUID(int=0)


def _running() -> dict[str, Any]:
    found = (
        Procedure.objects.filter(processes__versions__approved_at__isnull=False, processes__variant="")
        .order_by("pk")
        .first()
    )
    return {"code": found.code if found else "1.000000"}


def _drafted(viewer: Viewer) -> dict[str, Any]:
    """A procedure whose process the viewer may draft: of their department, for who is not of the whole province."""
    for province in viewer.provinces() if viewer.signed_in else ():
        if viewer.may(PROCESS_EDIT, province=province, unit_path="/"):
            break
        for unit in units_on(province, today(), level="province"):
            if not viewer.may(PROCESS_EDIT, province=province, unit_path=unit.path):
                continue
            rows = Version.objects.filter(
                province=province, content__agencies__contains=[{"name": unit.name}]
            ).select_related("procedure__province")
            for row in rows.order_by("pk")[:5]:
                if may_draft(viewer, row.procedure):
                    return {"code": row.procedure.code}
    return _running()


def _project(viewer: Viewer) -> dict[str, Any]:
    provinces = viewer.provinces() if viewer.signed_in else []
    found = KeyProject.objects.filter(province__in=provinces).order_by("pk").first()
    return {"uid": found.uid if found else NOBODY}


def _plan(viewer: Viewer) -> dict[str, Any]:
    """A plan the viewer may change, or any."""
    rows = Simplification.objects.select_related("procedure__province").order_by("pk")
    chosen = next((one for one in rows if may_draft(viewer, one.procedure)), None) or rows.first()
    return {"uid": chosen.uid if chosen else NOBODY}


PROCESS_SAMPLES: dict[str, Any] = {
    "catalogue:processes-export": lambda: {"form": "csv"},
    "catalogue:simplifications-export": lambda: {"form": "csv"},
    "catalogue:process": _running,
    "catalogue:process-bpmn": _running,
    "catalogue:approve-process": _running,
    "catalogue:close-process": _running,
    "catalogue:edit-process": _drafted,
    "catalogue:check-process": _drafted,
    "catalogue:discard-process": _drafted,
    "catalogue:import-bpmn": _drafted,
    "catalogue:derive-lane": _drafted,
    "catalogue:add-simplification": _drafted,
    "catalogue:end-key-project": _project,
    "catalogue:simplification": _plan,
    "catalogue:edit-simplification": _plan,
    "catalogue:finish-simplification": _plan,
}
