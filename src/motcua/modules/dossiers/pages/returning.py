"""Where a page leads back to: a list as it stood, with the focus on the next line."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from motcua.engine.permissions.api import ViewedRequest

NEXT = "ve"


def came_from(request: ViewedRequest) -> str:
    """The address of ours that the visitor wants to return to; "" without one."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    if not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > 2000:
        return ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe and "\r" not in wanted and "\n" not in wanted else ""


def back(request: ViewedRequest, route: str, *args: object) -> HttpResponse:
    """To the list the visitor came from, else to a page of ours."""
    wanted = came_from(request)
    return HttpResponseRedirect(wanted) if wanted else redirect(route, *args)
