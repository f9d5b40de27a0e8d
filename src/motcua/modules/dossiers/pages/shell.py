"""What every page of the workbench shows around it: the row of pages the visitor may open."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import ViewedRequest
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.pages.returning import came_from
from motcua.modules.dossiers.queries import find_dossier

PAGES = (
    ("dossiers:reception", _("Tiếp nhận"), may.RECEIVE),
    ("dossiers:approvals", _("Duyệt, ký"), may.APPROVE),
    ("dossiers:overdue", _("Quá hạn"), may.VIEW),
    ("dossiers:board", _("Bảng điều hành"), may.BOARD),
    ("dossiers:exceptions", _("Ngoại lệ bổ sung"), may.EXCEPTIONS),
    ("dossiers:books", _("In sổ, phiếu"), may.VIEW),
)


def show(
    request: ViewedRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the workbench, with a fresh idempotency key for its forms."""
    around = {"workbench": _entries(request), "ve": came_from(request), "fresh_key": uuid.uuid4().hex}
    return render(request, template, around | dict(context), status=status)


def _entries(request: ViewedRequest) -> list[dict[str, object]]:
    entries = []
    for route, label, rule in PAGES:
        if not request.viewer.may(rule):
            continue
        try:
            entries.append({"route": route, "label": label, "url": reverse(route)})
        except NoReverseMatch:
            continue
    return entries


def dossier_or_404(request: ViewedRequest, uid: uuid.UUID) -> Dossier:
    """The dossier an address names, when the visitor may see it."""
    found = find_dossier(request.viewer, request.province, uid) if request.province else None
    if found is None:
        raise Http404
    return found
