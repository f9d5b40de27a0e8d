"""Sample values of this room's routes, for the test that walks every route as every role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from motcua.engine.events.queries import visible
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province

NOBODY = UUID(int=0)


def _event(viewer: Viewer) -> dict[str, Any]:
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    for part in visible(viewer, province):
        latest = part.order_by("-pk").values_list("uid", flat=True).first()
        if latest:
            return {"uid": latest}
    return {"uid": NOBODY}


SAMPLES = {"events:event": _event}
