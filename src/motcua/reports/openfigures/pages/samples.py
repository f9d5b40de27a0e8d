"""Values for the addresses of this room, for the route × role test: any unit of the province."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reports.explorer.api import places


def _unit(_viewer: Viewer) -> dict[str, Any]:
    province = Province.objects.order_by("pk").first()
    known = places(province, "now", today()).units if province else {}
    return {"code": min(known, default="H00")}


SAMPLES = dict.fromkeys(("openfigures:unit", "openfigures:unit-csv", "openfigures:unit-json"), _unit)
