"""The screen itself, for whoever holds its key or may see figures; and the administrator's list of screens."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.facts.api import FactsError, scope_of, units_scope, whole_province
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import collation_key
from motcua.reference.organisations.api import codes_under, latest_by_code, units_on
from motcua.reports.displays.counting import wall
from motcua.reports.displays.errors import DisplayRefused
from motcua.reports.displays.models import Display
from motcua.reports.displays.operations import display_with, issue_display, revoke_display
from motcua.reports.displays.permissions import MANAGE
from motcua.reports.explorer.api import VIEW

COOKIE = "mc_display"
A_YEAR = 366 * 24 * 3600
PER_PAGE = 8
THEMES = ("light", "dark")
EVERY = 30  # seconds between two looks


@page(PUBLIC)
def enter(request: ViewedRequest, key: str) -> HttpResponseBase:
    """The address an administrator gave: leaves the key with the screen's browser, so that it stands in no address bar and
    no log of later looks."""
    if display_with(key) is None:
        return _shut(request)
    answer = redirect("displays:wall")
    answer.set_cookie(
        COOKIE, key, max_age=A_YEAR, path=reverse("displays:wall"), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@page(PUBLIC)
def screen(request: ViewedRequest) -> HttpResponseBase:
    """Big numbers and a page of units (?trang=), turning by itself; ?mau=dark for a dark room."""
    key = request.COOKIES.get(COOKIE, "")
    if key:
        display = display_with(key)
        if display is None:
            return _shut(request)
        codes = None if display.unit_path == "/" else codes_under(display.province_id, display.unit_path)
        scope = whole_province(display.province) if codes is None else units_scope(display.province, codes)
        return _wall(request, display.province, scope, display.unit_path, display.unit_code)
    if (
        request.province is not None
        and request.viewer.signed_in
        and request.viewer.may(VIEW, province=request.province)
    ):
        scope = scope_of(request.viewer, VIEW, request.province)
        return _wall(request, request.province, scope, "/", "")
    return _shut(request)


@page(MANAGE, methods=("GET", "POST"))
def manage(request: ViewedRequest) -> HttpResponse:
    """The screens of the administrator's units; posting opens one and shows its address once."""
    province = _province(request)
    context: dict[str, Any] = {"address": "", "wrong": ""}
    if request.method == "POST":
        try:
            _display, key = issue_display(
                request.viewer, province, request.POST.get("name", ""), request.POST.get("unit", "")[:35]
            )
        except DisplayRefused as error:
            context["wrong"] = error.message
        else:
            context["address"] = request.build_absolute_uri(reverse("displays:enter", args=[key]))
    names = {code: unit.name for code, unit in latest_by_code(province).items()}
    rows = request.viewer.within(Display.objects.filter(province=province), MANAGE).order_by(
        "revoked_at", "-issued_at"
    )
    shown = Paginator(rows, 50).get_page(request.GET.get("trang"))
    units = [
        each
        for each in units_on(province, today())
        if request.viewer.may(MANAGE, province=province, unit_path=each.path)
    ]
    context |= {
        "displays": [(each, names.get(each.unit_code, _("Toàn tỉnh"))) for each in shown.object_list],
        "units": sorted(units, key=lambda each: collation_key(each.name)),
        "whole": request.viewer.may(MANAGE, province=province, unit_path="/"),
    }
    answer = render(request, "displays/manage.html", context, status=400 if context["wrong"] else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@page(MANAGE, methods=("POST",))
def revoke(request: ViewedRequest) -> HttpResponseBase:
    """Takes a screen's key back."""
    try:
        revoke_display(request.viewer, _province(request), uuid.UUID(request.POST.get("uid", "")))
    except (ValueError, DisplayRefused):
        messages.error(request, _("Không có màn hình này."))
    else:
        messages.success(request, _("Đã thu hồi: màn hình ấy không xem được nữa."))
    return redirect("displays:manage")


def _wall(request: ViewedRequest, province: Province, scope: Any, path: str, code: str) -> HttpResponse:
    unit = latest_by_code(province).get(code) if code else None
    name = unit.name if unit else province.title()
    theme = request.GET.get("mau", "light")
    context: dict[str, Any] = {
        "name": name,
        "theme": theme if theme in THEMES else "light",
        "every": EVERY,
        "moment": now(),
    }
    try:
        found = wall(province, scope, path, name)
    except FactsError:
        context["unready"] = True
    else:
        shown = Paginator(found.lines, PER_PAGE).get_page(request.GET.get("trang"))
        following = shown.next_page_number() if shown.has_next() else 1
        context |= {"wall": found, "shown": shown, "next": f"?trang={following}&mau={context['theme']}"}
    answer = render(request, "displays/wall.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _shut(request: ViewedRequest) -> HttpResponse:
    """A screen whose key is wrong or was taken back: says so, and what to do."""
    answer = render(request, "displays/shut.html", status=410)
    answer["Cache-Control"] = "no-store"
    return answer


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province  # type: ignore[no-any-return]
