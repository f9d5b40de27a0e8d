from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

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


def _groups(entries: list[dict[str, object]]) -> list[tuple[str, list[dict[str, object]]]]:
    """The groups that fold, with their entries; empty ones are left out."""
    named = (("lookup", _("Tra cứu")), ("reports", _("Số liệu, báo cáo")), ("more", _("Quản lý")))
    found = [(label, [one for one in entries if one["group"] == group]) for group, label in named]
    return [(label, ones) for label, ones in found if ones]


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the base page shows around every page: province, menu, demonstration mark."""
    viewer = getattr(request, "viewer", None)
    match = request.resolver_match
    entries = cache(lambda: menu(viewer) if viewer is not None else [])
    return {
        "viewer": viewer,
        "province": getattr(request, "province", None),
        "menu": SimpleLazyObject(entries),
        "menu_groups": SimpleLazyObject(lambda: _groups(entries())),
        "bell": SimpleLazyObject(lambda: bell_of(viewer)),
        "provinces": SimpleLazyObject(lambda: _choices(viewer)),
        "demo": settings.DEMO,
        "route": match.view_name if match else "",
        "request_id": getattr(request, "request_id", ""),
    }
