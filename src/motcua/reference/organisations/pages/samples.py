"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.reference.organisations.models import UnitChange, UnitVersion


def _unit() -> dict[str, Any]:
    return {"uid": UnitVersion.objects.select_related("subject").latest("pk").subject.uid}


def _change(viewer: Viewer) -> dict[str, Any]:
    """A change of the visitor's province."""
    own = UnitChange.objects.filter(province__in=viewer.provinces()).order_by("-pk").first()
    return {"uid": (own or UnitChange.objects.latest("pk")).uid}


SAMPLES = {
    "organisations:unit": _unit,
    "organisations:by-code": lambda: {"code": UnitVersion.objects.latest("pk").code},
    "organisations:export": lambda: {"form": "csv"},
    "organisations:change": _change,
    "organisations:undo": _change,
}
