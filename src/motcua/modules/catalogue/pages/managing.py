"""What editors see: what is being written, one procedure and what may be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.catalogue.checks import check_proposal
from motcua.modules.catalogue.data import ProcedureContent
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.lifecycle import possible, state_label
from motcua.modules.catalogue.models import Draft, Field, ImportBatch, Procedure, Version
from motcua.modules.catalogue.operations import (
    create_procedure,
    discard_draft,
    latest_version,
    levels_of,
    move_lifecycle,
    proposal_of,
    proposal_of_version,
)
from motcua.modules.catalogue.overrides import overrides_of
from motcua.modules.catalogue.pages.drafting import heads_of, levels_posted
from motcua.modules.catalogue.pages.finding import history, procedure_or_404
from motcua.modules.catalogue.pages.showing import levels_text
from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT, VIEW
from motcua.modules.catalogue.proposals import Levels, Proposal
from motcua.modules.catalogue.queries import counts_by_level
from motcua.modules.catalogue.versions import compare

SHOWN = 30


@page(VIEW)
def overview(request: ViewedRequest) -> HttpResponse:
    """Drafts, versions to come, files read in, totals."""
    province, viewer = request.province, request.viewer
    drafts = viewer.within(Draft.objects.filter(province=province), VIEW, unit_path=None)
    coming = viewer.within(Version.objects.filter(province=province), VIEW, unit_path=None)
    batches = viewer.within(ImportBatch.objects.filter(province=province), VIEW, unit_path=None)
    context = {
        "drafts": [
            {
                "code": one.procedure.code,
                "name": one.body.get("name", ""),
                "state": one.procedure.lifecycle,
                "at": one.updated_at,
            }
            for one in drafts.filter(state=Draft.State.OPEN)
            .select_related("procedure")
            .order_by("-updated_at")[:SHOWN]
        ],
        "coming": coming.filter(valid_from__gt=today())
        .select_related("procedure")
        .order_by("valid_from")[:SHOWN],
        "batches": batches.defer("rows").order_by("-pk")[:10],
        "totals": counts_by_level(province, today()),
        "may_edit": viewer.may(EDIT, province=province, unit_path="/"),
    }
    return render(request, "catalogue/manage.html", context)


@page(EDIT, methods=("GET", "POST"))
def create(request: ViewedRequest) -> HttpResponse:
    """A code, a name, a field, levels; the parts are written on the next page."""
    refusal = None
    if request.method == "POST":
        proposal = heads_of(request.POST, ProcedureContent())
        try:
            made = create_procedure(
                request.viewer,
                request.province,
                request.POST.get("code", "")[:60],
                levels_posted(request.POST),
                proposal,
            )
            return redirect("catalogue:draft", code=made.code)
        except CatalogueError as error:
            refusal = error
    context = {
        "fields": Field.objects.filter(province=request.province).order_by("name"),
        "posted": request.POST,
        "levels": levels_posted(request.POST) if request.method == "POST" else Levels(),
        "refusal": refusal,
    }
    return render(request, "catalogue/create.html", context, status=422 if refusal else 200)


@page(VIEW)
def procedure(request: ViewedRequest, code: str) -> HttpResponse:
    """State, draft with what it lacks and changes, versions, what units do otherwise, what happened."""
    found = procedure_or_404(request, code)
    request.viewer.require(VIEW, province=request.province)
    draft = Draft.objects.filter(procedure=found, state=Draft.State.OPEN).first()
    proposal = proposal_of(draft) if draft else None
    context = {
        "procedure": found,
        "state": state_label(found.lifecycle),
        "levels": levels_text(found),
        "draft": draft,
        "proposal": proposal,
        "problems": check_proposal(proposal, levels_of(found)) if proposal else [],
        "differences": _differences(found, proposal),
        "versions": history(found),
        "others": overrides_of(request.province, found, today()),
        "may_edit": request.viewer.may(EDIT, province=request.province, unit_path="/"),
        "may_announce": request.viewer.may(ANNOUNCE, province=request.province, unit_path="/"),
        "moves": {one.operation: _(one.label) for one in possible(found.lifecycle)},
        "happened": _happened(request, found),
    }
    return render(request, "catalogue/manage_procedure.html", context)


def _differences(found: Procedure, proposal: Proposal | None) -> list[object]:
    latest = latest_version(found)
    return [*compare(proposal_of_version(latest), proposal)] if latest and proposal else []


def _happened(request: ViewedRequest, found: Procedure) -> list[dict[str, object]]:
    rows = Event.objects.filter(province=request.province, subject=f"procedure:{found.code}")
    return [
        {"when": row.occurred_at, "what": tell(row), "who": row.actor.display_name if row.actor else ""}
        for row in rows.select_related("actor").order_by("-pk")[:SHOWN]
    ]


@page(EDIT, methods=("POST",))
def discard(request: ViewedRequest, code: str) -> HttpResponse:
    found = procedure_or_404(request, code)
    try:
        discard_draft(request.viewer, found)
        messages.success(request, _("Đã bỏ bản soạn."))
    except CatalogueError as refusal:
        messages.error(request, refusal.message)
    return redirect("catalogue:manage-procedure", code=found.code)


@page(EDIT, methods=("POST",))
def move(request: ViewedRequest, code: str) -> HttpResponse:
    """To test and back."""
    found = procedure_or_404(request, code)
    try:
        move_lifecycle(request.viewer, found, request.POST.get("operation", ""))
        messages.success(request, _("Đã chuyển trạng thái."))
    except CatalogueError as refusal:
        messages.error(request, refusal.message)
    return redirect("catalogue:manage-procedure", code=found.code)
