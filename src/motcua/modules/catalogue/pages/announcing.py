"""Announcing a version and stopping a procedure: first what it would do, then the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.flights import in_flight
from motcua.modules.catalogue.models import Draft, Procedure
from motcua.modules.catalogue.operations import (
    announce,
    latest_version,
    preview_announcement,
    proposal_of,
    stop_procedure,
)
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.permissions import ANNOUNCE
from motcua.modules.catalogue.proposals import Announcement


@page(ANNOUNCE, methods=("GET", "POST"))
def announcement(request: ViewedRequest, code: str) -> HttpResponse:
    """Differences, what is in flight, what stands against it; then number, date, kind, day."""
    found = _found(request, code)
    draft = Draft.objects.filter(procedure=found, state=Draft.State.OPEN).first()
    if draft is None:
        messages.error(request, _("Thủ tục này chưa có bản đang soạn."))
        return redirect("catalogue:manage-procedure", code=found.code)
    decision, day, problem = _decision(request)
    context = {
        "preview": preview_announcement(request.viewer, found, proposal_of(draft), decision, day),
        "kinds": [(key, _(label)) for key, label in wording.DECISION_KINDS.items() if key != "abolished"],
    }
    act = lambda: announce(request.viewer, found, decision, day, policy=request.POST.get("policy", ""))  # noqa: E731
    return _answer(request, found, "catalogue/announce.html", context, problem, act)  # type: ignore[arg-type]


@page(ANNOUNCE, methods=("GET", "POST"))
def stop(request: ViewedRequest, code: str) -> HttpResponse:
    """Stops a procedure by a decision that abolishes it."""
    found = _found(request, code)
    decision, day, problem = _decision(request, kind="abolished")
    latest = latest_version(found)
    context = {"in_flight": in_flight(request.province, latest.pk if latest else None), "latest": latest}
    act = lambda: stop_procedure(request.viewer, found, decision, day, policy=request.POST.get("policy", ""))  # noqa: E731
    return _answer(request, found, "catalogue/stop.html", context, problem, act)  # type: ignore[arg-type]


def _found(request: ViewedRequest, code: str) -> Procedure:
    found = procedure_or_404(request, code)
    request.viewer.require(ANNOUNCE, province=request.province, unit_path="/")
    return found


def _answer(
    request: ViewedRequest,
    found: Procedure,
    template: str,
    context: dict[str, Any],
    problem: CatalogueError | None,
    act: Callable[[], object],
) -> HttpResponse:
    """Previews; when the person has looked ("do"), acts."""
    if request.method == "POST" and request.POST.get("step") == "do" and problem is None:
        try:
            act()
            messages.success(request, _("Đã ghi quyết định."))
            return redirect("catalogue:manage-procedure", code=found.code)
        except CatalogueError as refusal:
            problem = refusal
    context |= {
        "procedure": found,
        "posted": request.POST,
        "refusal": problem if request.method == "POST" else None,
    }
    return render(request, template, context, status=422 if context["refusal"] else 200)


def _decision(
    request: ViewedRequest, kind: str = ""
) -> tuple[Announcement | None, dt.date | None, CatalogueError | None]:
    post = request.POST
    signed, day = _day(post.get("date", "")), _day(post.get("valid_from", ""))
    if signed is None or day is None:
        return None, None, CatalogueError("announce.dates", _("Hãy ghi ngày ký quyết định và ngày áp dụng."))
    chosen = kind or post.get("kind", "amended")
    if chosen not in wording.DECISION_KINDS:
        chosen = "amended"
    number, agency = post.get("number", "").strip()[:100], post.get("agency", "").strip()[:200]
    return Announcement(number, signed, chosen, agency), day, None  # type: ignore[arg-type]


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
