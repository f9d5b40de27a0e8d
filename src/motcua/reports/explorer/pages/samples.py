"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer


def _figure(viewer: Viewer) -> dict[str, Any]:
    return {"code": "dossiers.received"}


SAMPLES = dict.fromkeys(
    ("explorer:figure", "explorer:table", "explorer:records", "explorer:records-csv"), _figure
)
