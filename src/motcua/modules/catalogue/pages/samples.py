"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.modules.catalogue.models import ImportBatch, Override, Procedure
from motcua.modules.catalogue.processes.pages.samples import PROCESS_SAMPLES


def _code() -> dict[str, Any]:
    found = Procedure.objects.filter(lifecycle="live").order_by("pk").first()
    return {"code": found.code if found else "1.000000"}


def _batch(viewer: Viewer) -> dict[str, Any]:
    provinces = viewer.provinces() if viewer.signed_in else []
    found = ImportBatch.objects.filter(province__in=provinces).order_by("pk").first()
    return {"uid": found.uid if found else uuid.UUID(int=0)}


def _override() -> dict[str, Any]:
    found = Override.objects.select_related("procedure").order_by("pk").first()
    return {"code": found.procedure.code, "number": found.pk} if found else {**_code(), "number": 0}


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
SAMPLES: dict[str, Any] = {f"catalogue:{name}": _code for name in _WITH_CODE} | {
    "catalogue:export": lambda: {"form": "csv"},
    "catalogue:export-one": lambda: {**_code(), "form": "json"},
    "catalogue:batch": _batch,
    "catalogue:apply": _batch,
    "catalogue:discard-import": _batch,
    "catalogue:report": lambda viewer: {**_batch(viewer), "form": "csv"},
    "catalogue:end-override": _override,
} | PROCESS_SAMPLES
