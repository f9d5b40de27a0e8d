from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.ui.navigation import bell_of, menu

_SEVERAL = 2


def _choices(viewer: Viewer | None) -> list[Province]:
    """The provinces a person of several may look at; nothing is asked for a person of one."""
    held = {one.province_id for one in viewer.grants} if viewer is not None else set()
    if viewer is None or (len(held) < _SEVERAL and None not in held):
        return []
    found = list(viewer.provinces().prefetch_related("titles").order_by("pk"))
    return found if len(found) >= _SEVERAL else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the base page shows around every page: province, menu, demonstration mark."""
    viewer = getattr(request, "viewer", None)
    match = request.resolver_match
    entries = cache(lambda: menu(viewer) if viewer is not None else [])
    return {
        "viewer": viewer,
        "province": getattr(request, "province", None),
        "menu": SimpleLazyObject(entries),
        "more": SimpleLazyObject(lambda: any(one["group"] == "more" for one in entries())),
        "bell": SimpleLazyObject(lambda: bell_of(viewer)),
        "provinces": SimpleLazyObject(lambda: _choices(viewer)),
        "demo": settings.DEMO,
        "route": match.view_name if match else "",
        "request_id": getattr(request, "request_id", ""),
    }
