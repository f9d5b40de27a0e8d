"""What units do otherwise, beside what they inherit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.kernel.text import squeeze
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import to_json
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Override, Procedure
from motcua.modules.catalogue.overrides import beside, end_override, set_override
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.permissions import OVERRIDE
from motcua.modules.catalogue.queries import procedure_on
from motcua.reference.organisations.api import units_on


@page(OVERRIDE, methods=("GET", "POST"))
def listing(request: ViewedRequest, code: str) -> HttpResponse:
    """The overrides of the viewer's units; one form to add: place, limits by channel, or not done at all."""
    found = procedure_or_404(request, code)
    info = procedure_on(request.province, found.code, today())
    if info is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            _set(request, found)
            messages.success(request, _("Đã ghi phần khác biệt."))
            return redirect("catalogue:overrides", code=found.code)
        except CatalogueError as error:
            refusal = error
    rows = request.viewer.within(
        Override.objects.filter(province=request.province, procedure=found), OVERRIDE
    )
    context = {
        "procedure": found,
        "info": info,
        "rows": [beside(row, info) for row in rows.order_by("unit_code", "-valid_from")],
        "units": _units(request),
        "channels": [
            {
                "kind": one.kind,
                "name": wording.channel_name(one.kind),
                "limit": one.limits[0].limit if one.limits else "",
            }
            for one in info.content.channels
        ],
        "posted": request.POST,
        "today": today(),
        "refusal": refusal,
    }
    return render(request, "catalogue/overrides.html", context, status=422 if refusal else 200)


def _units(request: ViewedRequest) -> list[Any]:
    return [
        unit
        for unit in units_on(request.province, today())
        if request.viewer.may(OVERRIDE, province=request.province, unit_path=unit.path)
    ]


def _set(request: ViewedRequest, found: Procedure) -> None:
    post = request.POST
    unit = next((one for one in _units(request) if one.code == post.get("unit")), None)
    if unit is None:
        raise CatalogueError("override.basis", _("Hãy chọn đơn vị."))
    try:
        day = dt.date.fromisoformat(post.get("valid_from", ""))
    except ValueError:
        raise CatalogueError("override.day", _("Hãy ghi ngày áp dụng.")) from None
    set_override(
        request.viewer,
        found,
        unit.code,
        unit.path,
        _changes(request, found),
        day,
        squeeze(post.get("basis", ""))[:300],
        stopped=bool(post.get("stopped")),
    )


def _changes(request: ViewedRequest, found: Procedure) -> dict[str, Any]:
    """Only what was typed otherwise; the limit of a channel's first case is the one that can be shortened here."""
    info = procedure_on(request.province, found.code, today())
    if info is None:
        return {}
    content: dict[str, Any] = {}
    if place := squeeze(request.POST.get("place", ""))[:500]:
        content["place"] = place
    channels = to_json(info.content)["channels"] if info.content.channels else []
    for channel in channels:
        typed = squeeze(request.POST.get(f"limit-{channel['kind']}", ""))[:60]
        if typed and channel.get("limits"):
            channel["limits"][0]["limit"] = typed
    if channels:
        content["channels"] = channels
    return {"content": content}


@page(OVERRIDE, methods=("POST",))
def end(request: ViewedRequest, code: str, number: int) -> HttpResponse:
    """From today the unit does as all others."""
    found = procedure_or_404(request, code)
    row = Override.objects.filter(province=request.province, procedure=found, pk=number).first()
    if row is None:
        raise Http404
    try:
        end_override(request.viewer, row, today())
        messages.success(request, _("Đã thôi phần khác biệt."))
    except CatalogueError as refusal:
        messages.error(request, refusal.message)
    return redirect("catalogue:overrides", code=found.code)
