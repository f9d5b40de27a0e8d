"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import today
from motcua.modules.catalogue.importing.operations import read_import
from motcua.modules.catalogue.models import Override, Procedure
from motcua.modules.catalogue.permissions import EDIT, OVERRIDE
from motcua.modules.catalogue.processes.pages.samples import PROCESS_SAMPLES


def _code() -> dict[str, Any]:
    found = Procedure.objects.filter(lifecycle="live").order_by("pk").first()
    return {"code": found.code if found else "1.000000"}


def _batch(viewer: Viewer) -> dict[str, Any]:
    """A file of the viewer's own, compared and waiting."""
    province = viewer.provinces().order_by("pk").first() if viewer.signed_in else None
    if province is None or not viewer.may(EDIT, province=province):
        return {"uid": uuid.UUID(int=0)}
    rows = "code,name\n3.990001,Thủ tục mẫu để thử địa chỉ\n".encode()
    return {"uid": read_import(viewer, province, "mau.csv", rows).uid}


def _override(viewer: Viewer) -> dict[str, Any]:
    """What differs in the viewer's unit."""
    found = Procedure.objects.filter(lifecycle="live").order_by("pk").first()
    held = next((one for one in viewer.grants if OVERRIDE in one.permissions), None)
    if found is None or held is None:
        return {**_code(), "number": 0}
    made, _new = Override.objects.get_or_create(
        province_id=found.province_id,
        procedure=found,
        unit_code=held.unit_code or "H05",
        valid_to=None,
        defaults={
            "unit_path": held.unit_path,
            "basis": "Quyết định mẫu",
            "valid_from": today(),
            "changes": {"content": {"place": "Tầng 1"}},
        },
    )
    return {"code": found.code, "number": made.pk}


_WITH_CODE = (
    "procedure",
    "sheet",
    "guide",
    "compare",
    "manage-procedure",
    "draft",
    "discard-draft",
    "move",
    "announce",
    "stop",
    "overrides",
)
SAMPLES: dict[str, Any] = (
    {f"catalogue:{name}": _code for name in _WITH_CODE}
    | {
        "catalogue:export": lambda: {"form": "csv"},
        "catalogue:export-one": lambda: {**_code(), "form": "json"},
        "catalogue:batch": _batch,
        "catalogue:apply": _batch,
        "catalogue:discard-import": _batch,
        "catalogue:report": lambda viewer: {**_batch(viewer), "form": "csv"},
        "catalogue:end-override": _override,
    }
    | PROCESS_SAMPLES
)
