"""For machines that watch: alive, ready, counts."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from motcua.engine.observability.health import examine
from motcua.engine.observability.health import ready as is_ready
from motcua.engine.observability.metrics import exposition
from motcua.engine.permissions.api import PUBLIC, page


@page(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing of the database."""
    return _uncached(JsonResponse({"alive": True}))


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when this installation can serve, else 503; who may see inside also reads why, in words."""
    parts = examine()
    good = is_ready(parts)
    told: dict[str, object] = {"ready": good}
    if _may_see_inside(request):
        told["parts"] = [asdict(part) for part in parts]
    return _uncached(
        JsonResponse(told, status=200 if good else 503, json_dumps_params={"ensure_ascii": False})
    )


@page(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text, for this machine itself or the bearer of MOTCUA_METRICS_TOKEN; else not found."""
    if not _may_see_inside(request):
        raise Http404
    return _uncached(HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST))


def _may_see_inside(request: HttpRequest) -> bool:
    return _bears_token(request) or _from_this_machine(request)


def _bears_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and compare_digest(given.encode(), f"Bearer {wanted}".encode())


def _from_this_machine(request: HttpRequest) -> bool:
    """Behind a proxy every request comes from this machine, so there only the token counts."""
    headers = request.headers
    if settings.BEHIND_TLS or "X-Forwarded-For" in headers or "Forwarded" in headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
