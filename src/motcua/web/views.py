from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language

from motcua.engine.permissions.api import PROVINCE_KEY, PUBLIC, SIGNED_IN, ViewedRequest, page

LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60


@page(PUBLIC)
def home(request: ViewedRequest) -> HttpResponse:
    """The front door: a visitor reads what this is; a signed-in person gets the rooms open to them."""
    return render(request, "web/home.html")


@page(SIGNED_IN, methods=("POST",))
def choose_province(request: ViewedRequest) -> HttpResponse:
    """Keeps the province a person of several provinces looks at."""
    key = request.POST.get("province", "")
    if request.viewer.provinces().filter(key=key).exists():
        request.session[PROVINCE_KEY] = key
    return _back(request)


@page(PUBLIC, methods=("POST",))
def choose_language(request: ViewedRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = _back(request)
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.BEHIND_TLS,
        )
    return response


def _back(request: ViewedRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target) if safe else redirect("web:home")
