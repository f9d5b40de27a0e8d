"""Putting a draft in force by a decision, and taking a process out of force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Procedure
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.permissions import PROCESS_APPROVE
from motcua.modules.catalogue.processes.comparing import compare_plans
from motcua.modules.catalogue.processes.pages.editing import _here
from motcua.modules.catalogue.processes.pages.finding import (
    day_of,
    draft_of,
    in_force,
    unit_names,
    variant_asked,
    versions_of,
)
from motcua.modules.catalogue.processes.picture import picture
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.words import variant_name
from motcua.modules.catalogue.processes.writing import Approval, approve_process, close_process, problems_of


@page(PROCESS_APPROVE, methods=("GET", "POST"))
def approve(request: ViewedRequest, code: str) -> HttpResponse:
    """What the draft is, what it changes, what stands against it; then the decision."""
    found, variant = _found(request, code), variant_asked(request)
    draft = draft_of(found, variant)
    if draft is None:
        messages.error(request, _("Quy trình này chưa có bản soạn để phê duyệt."))
        return redirect(_here("process", found, variant))
    refusal = None
    if request.method == "POST":
        try:
            approval, day = _decision(request)
            approve_process(
                request.viewer, draft, approval, day, looked_at=bool(request.POST.get("looked_at"))
            )
            messages.success(request, _("Đã phê duyệt quy trình nội bộ."))
            return redirect(_here("process", found, variant))
        except CatalogueError as error:
            refusal = error
    plan = plan_of(draft)
    problems = problems_of(draft, plan)
    before = in_force(versions_of(found, variant))
    context = {
        "procedure": found,
        "variant": variant,
        "variant_name": variant_name(variant),
        "draft": draft,
        "plan": plan,
        "limit": draft.limit_text,
        "problems": problems,
        "blocked": any(one.blocking for one in problems),
        "before": before,
        "changes": compare_plans(plan_of(before), plan) if before else [],
        "picture": picture(plan, units=unit_names(found, plan)),
        "posted": request.POST,
        "refusal": refusal,
    }
    return render(request, "catalogue/processes/approve.html", context, status=422 if refusal else 200)


def _found(request: ViewedRequest, code: str) -> Procedure:
    found = procedure_or_404(request, code)
    request.viewer.require(PROCESS_APPROVE, province=request.province, unit_path="/")
    return found


def _decision(request: ViewedRequest) -> tuple[Approval, object]:
    post = request.POST.get
    approval = Approval(
        number=post("number", ""),
        date=day_of(post("date", ""), _("ngày ký quyết định")),
        signer_title=post("signer_title", ""),
        delegation=post("delegation", ""),
    )
    return approval, day_of(post("valid_from", ""), _("ngày áp dụng"))


@page(PROCESS_APPROVE, methods=("POST",))
def close(request: ViewedRequest, code: str) -> HttpResponse:
    """Ends the open version of a variant on a day."""
    found, variant = _found(request, code), variant_asked(request)
    running = next((one for one in versions_of(found, variant) if one.valid_to is None), None)
    try:
        if running is None:
            raise CatalogueError("process.closed", _("Không có quy trình nào đang mở để thôi áp dụng."))
        close_process(request.viewer, running, day_of(request.POST.get("day", ""), _("ngày thôi áp dụng")))
        messages.success(request, _("Đã ghi ngày thôi áp dụng quy trình."))
    except CatalogueError as error:
        messages.error(request, error.message)
    return redirect(_here("process", found, variant))
