"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer


def _chart(viewer: Viewer) -> dict[str, Any]:
    return {"chart": "dien-bien"}


SAMPLES = {"dashboards:export": _chart}
