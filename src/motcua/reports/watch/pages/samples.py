"""Values for the addresses of this room, for the route × role test: an alert of the viewer's units, if there is one."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.reports.watch.models import Alert
from motcua.reports.watch.permissions import VIEW


def _alert(viewer: Viewer) -> dict[str, Any]:
    seen = viewer.within(Alert.objects.all(), VIEW).order_by("pk").first()
    found = seen or Alert.objects.order_by("pk").first()
    return {"uid": found.uid if found else uuid.UUID(int=0)}


SAMPLES = {"watch:alert": _alert}
