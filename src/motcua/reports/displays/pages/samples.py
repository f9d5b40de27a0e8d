"""Values for the addresses of this room, for the route × role test: a key that opens nothing."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer


def _key(_viewer: Viewer) -> dict[str, Any]:
    return {"key": "mh_00000000_khong-mo-duoc-gi"}


SAMPLES = {"displays:enter": _key}
