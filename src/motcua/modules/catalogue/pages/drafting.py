"""The form of a version being written: every part, rows added and removed without script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.text import squeeze
from motcua.modules.catalogue import wording
from motcua.modules.catalogue.data import ProcedureContent
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Draft, Field, Lifecycle, Procedure
from motcua.modules.catalogue.operations import (
    latest_version,
    levels_of,
    proposal_of,
    proposal_of_version,
    save_draft,
)
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.pages.form_tree import act, content_of, drawn, node_of, read_posted
from motcua.modules.catalogue.permissions import EDIT
from motcua.modules.catalogue.proposals import Levels, Proposal


@page(EDIT, methods=("GET", "POST"))
def edit(request: ViewedRequest, code: str) -> HttpResponse:
    """Draws the open draft, or the latest version to begin from; saves what was typed."""
    found = procedure_or_404(request, code)
    request.viewer.require(EDIT, province=request.province, unit_path="/")
    draft = Draft.objects.filter(procedure=found, state=Draft.State.OPEN).first()
    if request.method == "GET":
        proposal = _begin(found, draft)
        return _form(request, found, proposal, node_of(proposal.content), draft.revision if draft else 0)
    return _posted(request, found)


def _begin(found: Procedure, draft: Draft | None) -> Proposal:
    if draft is not None:
        return proposal_of(draft)
    latest = latest_version(found)
    return proposal_of_version(latest) if latest else Proposal("", "")


def _posted(request: ViewedRequest, found: Procedure) -> HttpResponse:
    node = read_posted(request.POST)
    seen = request.POST.get("seen", "")
    revision = int(seen) if seen.isdigit() and len(seen) < 9 else 0
    proposal = heads_of(request.POST, content_of(node))
    wanted = request.POST.get("act", "save")
    if wanted != "save":
        opened = act(node, wanted)
        return _form(request, found, proposal, node, revision, opened=opened)
    levels = levels_posted(request.POST) if _levels_open(found) else None
    try:
        save_draft(request.viewer, found, proposal, levels=levels, seen=revision)
    except CatalogueError as refusal:
        return _form(request, found, proposal, node, revision, refusal=refusal)
    messages.success(request, _("Đã lưu bản soạn."))
    return redirect("catalogue:manage-procedure", code=found.code)


def heads_of(post: Any, content: ProcedureContent) -> Proposal:
    """What stands above the parts: name, field, online level, place."""
    online = post.get("online_level", "none")
    return Proposal(
        name=squeeze(post.get("name", ""))[:2000],
        field_code=post.get("field_code", "").strip()[:40],
        field_name=squeeze(post.get("field_name", ""))[:300],
        online_level=online if online in wording.ONLINE else "none",
        partial_reason=squeeze(post.get("partial_reason", ""))[:500],
        location_independent=post.get("location_independent", "1") == "1",
        location_reason=squeeze(post.get("location_reason", ""))[:500],
        content=content,
        source=squeeze(post.get("source", ""))[:500],
    )


def levels_posted(post: Any) -> Levels:
    return Levels(
        "ministry" in post.getlist("level"),
        "province" in post.getlist("level"),
        "commune" in post.getlist("level"),
    )


def _levels_open(found: Procedure) -> bool:
    return found.lifecycle in (Lifecycle.DRAFT, Lifecycle.TEST)


def _form(
    request: ViewedRequest,
    found: Procedure,
    proposal: Proposal,
    node: dict[str, Any],
    revision: int,
    *,
    opened: str = "",
    refusal: CatalogueError | None = None,
) -> HttpResponse:
    posted = request.method == "POST" and _levels_open(found)
    context = {
        "procedure": found,
        "proposal": proposal,
        "levels": levels_posted(request.POST) if posted else levels_of(found),
        "levels_open": _levels_open(found),
        "fields": Field.objects.filter(province=request.province).order_by("name"),
        "online": [(key, _(label)) for key, label in wording.ONLINE.items()],
        "form": drawn(node),
        "seen": revision,
        "opened": opened,
        "refusal": refusal,
    }
    return render(request, "catalogue/draft.html", context, status=422 if refusal else 200)
