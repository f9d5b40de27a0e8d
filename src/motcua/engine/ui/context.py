from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from motcua.engine.ui.navigation import bell_of, menu


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
        "demo": settings.DEMO,
        "route": match.view_name if match else "",
        "request_id": getattr(request, "request_id", ""),
    }
