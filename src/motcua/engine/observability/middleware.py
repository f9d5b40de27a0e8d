from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from structlog.contextvars import bound_contextvars

from motcua.engine.accounts.models import User
from motcua.engine.events.api import happening
from motcua.engine.observability.metrics import count_request
from motcua.kernel.ids import uuid7

_GIVEN = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"observability:healthz", "observability:readyz", "observability:metrics", "static"})
_log = logging.getLogger("motcua.request")


class RequestLog:
    """Gives each request an id (kept from X-Request-Id when sane) that its events, log lines and answer carry,
    and writes one line about it: which page, how it ended, how long it took. Never an address or a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _GIVEN.match(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        began = time.perf_counter()
        with happening(correlation_id=request_id), bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            _tell(request, response.status_code, time.perf_counter() - began)
        response["X-Request-Id"] = request_id
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    route = _route(request)
    method = request.method if request.method in _METHODS else "OTHER"
    count_request(route, method or "OTHER", status, seconds)
    fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    if mark := user_mark(request):
        fields["user"] = mark
    if status >= 500:
        _log.error("request failed", extra=fields)
    elif seconds * 1000 >= settings.SLOW_REQUEST_MS:
        _log.warning("slow request", extra=fields)
    else:
        _log.log(logging.DEBUG if route in _QUIET else logging.INFO, "request", extra=fields)


def _route(request: HttpRequest) -> str:
    """The name of the page, never its address, which may hold what somebody typed."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"


def user_mark(request: HttpRequest) -> str:
    """A keyed trace of the account (12 hex digits) when this request has read it; equal for equal accounts."""
    user = getattr(request, "_cached_user", None)
    if not isinstance(user, User):
        return ""
    return salted_hmac("motcua.logs", str(user.uid), algorithm="sha256").hexdigest()[:12]
