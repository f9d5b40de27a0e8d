"""What every operation of the API shares: the router, its scopes, a dossier found for the client, answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router

from motcua.engine.clients.api import declare_scope
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.queries import find_dossier, may_open

READ = declare_scope("dossiers.read", gettext_noop("Đọc hồ sơ của các đơn vị được giao"))
WRITE = declare_scope("dossiers.write", gettext_noop("Nộp, tiếp nhận và xử lý hồ sơ"))
TAGS = ["Hồ sơ"]
router = Router()


def caller(request: HttpRequest) -> tuple[Viewer, Province]:
    """Who calls, and in which province, as the shell found them by the token."""
    return request.viewer, request.province  # type: ignore[attr-defined]


def found(request: HttpRequest, uid: UUID) -> Dossier:
    """The dossier, when it is of the client's province and units. Raises NotPermitted (404 for a stranger)."""
    dossier = find_dossier(*caller(request), uid)
    if dossier is None:
        raise NotPermitted(may.VIEW)
    return dossier


def seen(request: HttpRequest, uid: UUID) -> Viewer:
    """The viewer, once it is sure that the dossier is of the client's province and units."""
    viewer, province = caller(request)
    if not may_open(viewer, province, uid):
        raise NotPermitted(may.VIEW)
    return viewer


def done_out(done: Done) -> dict[str, Any]:
    """What an operation left, as it is answered."""
    return {
        "id": done.uid,
        "code": done.code,
        "status": done.status,
        "revision": done.revision,
        "promised": done.promised,
        "slips": done.slips,
    }
