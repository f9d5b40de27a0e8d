"""Values for the addresses of this room, for the route × role test. Version 0 is what is inherited."""

from __future__ import annotations

from typing import Any

from motcua.engine.provinces.api import Province


def _inherited() -> dict[str, Any]:
    return {"code": Province.objects.order_by("pk").values_list("agency_code", flat=True)[0], "number": 0}


SAMPLES = {
    "calendars:version": _inherited,
    "calendars:restore": _inherited,
    "calendars:parameter": lambda: {"name": "clock.handover_after"},
}
