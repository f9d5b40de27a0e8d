"""Writing a process in the browser: rows of steps and ways, with what is wrong shown beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.catalogue.data import ProcessPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Procedure, ProcessVersion
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes.pages.finding import (
    draft_of,
    drafter_of,
    in_force,
    unit_names,
    variant_asked,
    versions_of,
)
from motcua.modules.catalogue.processes.pages.form import changed_by, read_form, step_rows
from motcua.modules.catalogue.processes.performers import performers_of
from motcua.modules.catalogue.processes.picture import picture
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.usual import UNSAVED, default_plan
from motcua.modules.catalogue.processes.validation import Problem, validate
from motcua.modules.catalogue.processes.words import (
    KINDS,
    PLACES,
    ROLES,
    kind_name,
    place_name,
    role_name,
    variant_name,
)
from motcua.modules.catalogue.processes.writing import (
    HERE,
    Origins,
    current_limit,
    discard_process_draft,
    fingerprint,
    save_process_draft,
)
from motcua.modules.catalogue.queries import procedure_on
from motcua.reference.organisations.api import units_on


@page(PROCESS_EDIT, methods=("GET", "POST"))
def edit(request: ViewedRequest, code: str) -> HttpResponse:
    """The draft, or one begun from what is in force or from the five-step process; buttons draw it anew."""
    found, variant = drafter_of(request, code), variant_asked(request)
    draft = draft_of(found, variant)
    seen = fingerprint(plan_of(draft)) if draft else ""
    plan = plan_of(draft) if draft else _begin(found, variant)
    limit = draft.limit_text if draft else _limit(found, variant)
    problems: list[Problem] = []
    refusal = None
    if request.method == "POST" and "name" in request.POST:
        act = request.POST.get("act", "")
        typed = read_form(request.POST, plan)
        plan, problems, seen = changed_by(act, typed.plan), typed.problems, request.POST.get("seen", "")
        if act == "default":
            plan = replace(_default(found), variant=variant, name=plan.name)
        if act == "save" and not problems:
            try:
                save_process_draft(request.viewer, found, plan, origins=_origins(draft, limit), seen=seen)
                messages.success(request, _("Đã lưu bản soạn quy trình."))
                return redirect(_here("edit-process", found, variant))
            except CatalogueError as error:
                refusal = error
    context = _context(found, variant, plan, limit, problems) | {
        "draft": draft,
        "seen": seen,
        "refusal": refusal,
    }
    return render(request, "catalogue/processes/edit.html", context, status=422 if refusal else 200)


@page(PROCESS_EDIT, methods=("POST",))
def check(request: ViewedRequest, code: str) -> HttpResponse:
    """What is wrong with what stands in the form now, as a piece of the page."""
    found, variant = drafter_of(request, code), variant_asked(request)
    draft = draft_of(found, variant)
    limit = draft.limit_text if draft else _limit(found, variant)
    typed = read_form(request.POST, _empty(found, variant))
    context = _context(found, variant, typed.plan, limit, typed.problems)
    return render(request, "catalogue/processes/_check.html", context)


@page(PROCESS_EDIT, methods=("POST",))
def discard(request: ViewedRequest, code: str) -> HttpResponse:
    found, variant = drafter_of(request, code), variant_asked(request)
    draft = draft_of(found, variant)
    if draft is not None:
        discard_process_draft(request.viewer, draft)
        messages.success(request, _("Đã bỏ bản soạn quy trình."))
    return redirect(_here("process", found, variant))


def _here(name: str, procedure: Procedure, variant: str) -> str:
    address = reverse(f"catalogue:{name}", args=[procedure.code])
    return f"{address}?luong={variant}" if variant else address


def _origins(draft: ProcessVersion | None, limit: str) -> Origins:
    return HERE if draft is None else Origins(draft.origin, draft.source, limit)


def _begin(procedure: Procedure, variant: str) -> ProcessPlan:
    running = in_force(versions_of(procedure, variant)) or in_force(versions_of(procedure, ""))
    plan = plan_of(running) if running else _default(procedure)
    return replace(plan, variant=variant)


def _default(procedure: Procedure) -> ProcessPlan:
    info = procedure_on(procedure.province, procedure.code, today())
    return default_plan(info) if info else _empty(procedure, "")


def _empty(procedure: Procedure, variant: str) -> ProcessPlan:
    return ProcessPlan(0, UNSAVED, procedure.code, variant, procedure.code, (), ())


def _limit(procedure: Procedure, variant: str) -> str:
    running = in_force(versions_of(procedure, variant)) if variant else None
    return running.limit_text if running else current_limit(procedure)


def _context(
    procedure: Procedure, variant: str, plan: ProcessPlan, limit: str, problems: list[Problem]
) -> dict[str, Any]:
    info = procedure_on(procedure.province, procedure.code, today())
    found = [*problems, *validate(plan, limit, performers_of(procedure, info, today()))]
    return {
        "procedure": procedure,
        "info": info,
        "variant": variant,
        "variant_name": variant_name(variant),
        "plan": plan,
        "limit": limit,
        "problems": found,
        "blocked": any(one.blocking for one in found),
        "picture": picture(plan, units=unit_names(procedure, plan), name="xem-truoc") if plan.steps else "",
        "rows": step_rows(plan),
        "kinds": [(key, kind_name(key)) for key in KINDS],
        "roles": [(key, role_name(key)) for key in ROLES],
        "places": [(key, place_name(key)) for key in PLACES],
        "units": units_on(procedure.province, today()),
    }
