"""Sample values of this room's routes: the first register in the viewer's units, begun when there is none yet."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.engine.registers.data import Series
from motcua.engine.registers.giving import take_number
from motcua.engine.registers.pages.views import NO_UNIT
from motcua.engine.registers.permissions import VIEW
from motcua.engine.registers.queries import visible_registers


def _register(viewer: Viewer) -> dict[str, Any]:
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    row = visible_registers(viewer, province).order_by("id").first() or _begun(viewer, province)
    if row is None:
        return {"kind": "thu", "unit": NO_UNIT, "period": "2026"}
    return {"kind": row.kind, "unit": row.unit_code or NO_UNIT, "period": row.period}


def _begun(viewer: Viewer, province: Province | None) -> Any:
    place = next((held for held in viewer.grants if VIEW in held.permissions), None)
    if place is None or province is None:
        return None
    with transaction.atomic():
        take_number(Series(province.pk, "thu", place.unit_code, "2026", place.unit_path), subject="thu:1")
    return visible_registers(viewer, province).order_by("id").first()


def _number(viewer: Viewer) -> dict[str, Any]:
    return {**_register(viewer), "number": 1}


SAMPLES = {"registers:register": _register, "registers:export": _register, "registers:withdraw": _number}
