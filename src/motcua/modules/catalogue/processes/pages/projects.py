"""Key projects on the green lanes, and the faster processes derived for them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import KeyProject
from motcua.modules.catalogue.permissions import PROCESS_APPROVE, PROCESS_EDIT
from motcua.modules.catalogue.processes.pages.editing import _here
from motcua.modules.catalogue.processes.pages.finding import day_of, drafter_of, in_force, versions_of
from motcua.modules.catalogue.processes.projects import (
    LANES,
    derive_lane,
    end_key_project,
    register_key_project,
)
from motcua.modules.catalogue.processes.words import variant_name


@page(PROCESS_APPROVE, methods=("GET", "POST"))
def register(request: ViewedRequest) -> HttpResponse:
    """The register, and one more project."""
    refusal = None
    if request.method == "POST":
        post = request.POST.get
        try:
            register_key_project(
                request.viewer,
                request.province,
                post("code", ""),
                post("name", ""),
                post("lane", ""),
                post("basis", ""),
                day_of(post("valid_from", ""), _("ngày bắt đầu")),
            )
            messages.success(request, _("Đã ghi dự án vào luồng xanh."))
            return redirect("catalogue:key-projects")
        except CatalogueError as error:
            refusal = error
    rows = request.viewer.within(
        KeyProject.objects.filter(province=request.province), PROCESS_APPROVE, unit_path=None
    )
    context = {
        "projects": [(one, variant_name(one.lane)) for one in rows.order_by("-valid_from", "code")],
        "lanes": [(key, variant_name(key)) for key in LANES],
        "posted": request.POST,
        "refusal": refusal,
    }
    return render(request, "catalogue/processes/projects.html", context, status=422 if refusal else 200)


@page(PROCESS_APPROVE, methods=("POST",))
def end(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    rows = request.viewer.within(
        KeyProject.objects.filter(province=request.province), PROCESS_APPROVE, unit_path=None
    )
    project = get_object_or_404(rows, uid=uid)
    try:
        end_key_project(request.viewer, project, day_of(request.POST.get("day", ""), _("ngày kết thúc")))
        messages.success(request, _("Đã đưa dự án ra khỏi luồng xanh."))
    except CatalogueError as error:
        messages.error(request, error.message)
    return redirect("catalogue:key-projects")


@page(PROCESS_EDIT, methods=("POST",))
def derive(request: ViewedRequest, code: str) -> HttpResponse:
    """A draft of a lane, out of the ordinary process in force."""
    found, lane = drafter_of(request, code), request.POST.get("lane", "")
    running = in_force(versions_of(found, ""))
    try:
        if running is None:
            raise CatalogueError("lane.unapproved", _("Thủ tục chưa có quy trình thông thường đang áp dụng."))
        derive_lane(request.viewer, running, lane)
        messages.success(request, _("Đã lập bản soạn quy trình rút ngắn."))
        return redirect(_here("edit-process", found, lane))
    except CatalogueError as error:
        messages.error(request, error.message)
    return redirect("catalogue:process", code=found.code)
