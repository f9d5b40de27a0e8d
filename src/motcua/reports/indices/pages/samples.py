"""Values for the addresses of this room, for the route × role test: a unit the visitor may see, if there is one."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.periods import Window
from motcua.reports.indices.figures import QD766
from motcua.reports.indices.officers import rated_units
from motcua.reports.indices.permissions import VIEW
from motcua.reports.indices.queries import subjects_on


def _unit(viewer: Viewer) -> dict[str, Any]:
    province = Province.objects.order_by("pk").first()
    found = subjects_on(province, today()) if province else []
    seen = [each for each in found if viewer.may(VIEW, province=province, unit_path=each.path)]
    code = next((each.code for each in [*seen, *found]), "H00")
    return {"set_code": QD766, "unit": code}


def _officers(viewer: Viewer) -> dict[str, Any]:
    province = Province.objects.order_by("pk").first()
    found = rated_units(viewer, province, Window(today(), today())) if province else []
    return {"set_code": "rating-officer", "unit": next((each.code for each in found), "H00")}


def _set(_viewer: Viewer) -> dict[str, Any]:
    return {"set_code": QD766}


_OF_UNITS = ("unit", "losses", "what-if", "mending", "history", "history-csv", "portal")
SAMPLES = {f"indices:{name}": _unit for name in _OF_UNITS} | {
    "indices:parameters": _set,
    "indices:officers": _officers,
}
