"""Versions of calendars: what each changed, and going back to one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.reference.calendars.changes import preview_calendar_restore, restore_calendar
from motcua.reference.calendars.data import PROVINCE
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.inforce import calendars_of
from motcua.reference.calendars.models import CalendarVersion
from motcua.reference.calendars.pages.changing import day_rows, preview_context
from motcua.reference.calendars.pages.year import navigation, province_of
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.queries import version_changes
from motcua.reference.calendars.units import code_of, names_by_path, unit_choices


@page(MANAGE)
def listing(request: ViewedRequest) -> HttpResponse:
    """Every version the viewer may manage, the latest first."""
    province = province_of(request)
    rows = request.viewer.within(CalendarVersion.objects.filter(province=province), MANAGE)
    rows = rows.select_related("created_by").order_by("-created_at", "-pk")
    shown = Paginator(rows, 50).get_page(request.GET.get("trang"))
    names, calendars = names_by_path(province), calendars_of(province.pk)
    lines = [
        {
            "row": row,
            "unit": names.get(row.unit_path, row.unit_path),
            "code": code_of(province, row.unit_path),
            "in_force": calendars.own(row.unit_path)[0] == row.number,
        }
        for row in shown
    ]
    return render(request, "calendars/versions.html", {"shown": shown, "lines": lines} | navigation(request))


@page(MANAGE)
def version(request: ViewedRequest, code: str, number: int) -> HttpResponse:
    """What a version changed against the one before it, and what going back to it would do."""
    return _show(request, path_of(request, code), number)


@page(MANAGE, methods=("POST",))
def restore(request: ViewedRequest, code: str, number: int) -> HttpResponse:
    path = path_of(request, code)
    seen = request.POST.get("da-xem", "")
    try:
        made = restore_calendar(
            request.viewer,
            request.province,
            path,
            number,
            decision_number=request.POST.get("decision_number", "")[:100],
            seen=int(seen) if seen.isdecimal() else None,
            idempotency_key=request.POST.get("khoa", "")[:100] or None,
        )
    except CalendarRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("calendars:version", code, number)
    messages.success(
        request,
        _("Đã khôi phục phiên bản {number}, thành phiên bản {made}.").format(number=number, made=made.number),
    )
    return redirect("calendars:version", code, made.number)


def path_of(request: ViewedRequest, code: str) -> str:
    """The path an address names: of the province (its agency code), of a unit of today, or of one that has versions."""
    province = province_of(request)
    if code == province.agency_code:
        return PROVINCE
    paths = [unit.path for unit in unit_choices(province)] + list(calendars_of(province.pk).paths())
    path = next((path for path in paths if path.endswith(f"/{code}/")), None)
    if path is None:
        raise Http404
    return path


def _show(request: ViewedRequest, path: str, number: int) -> HttpResponse:
    province = province_of(request)
    if not request.viewer.may(MANAGE, province=province, unit_path=path):
        raise NotPermitted(MANAGE)
    row = CalendarVersion.objects.filter(province=province, unit_path=path, number=number).first()
    if row is None and number != 0:
        raise Http404
    days = version_changes(province, path, number) if row else ()
    newest = calendars_of(province.pk).own(path)[0]
    context: dict[str, Any] = {
        "row": row,
        "number": number,
        "newest": newest,
        "code": code_of(province, path),
        "unit_name": names_by_path(province).get(path, path),
        "lines": day_rows(days),
        "key": str(uuid.uuid4()),
    }
    if number != newest:
        try:
            context |= preview_context(
                request, preview_calendar_restore(request.viewer, province, path, number)
            )
        except CalendarRefused as refusal:
            context["problem"] = refusal.message
    return render(request, "calendars/version.html", context | navigation(request))
