from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from motcua.engine.events.api import happening
from motcua.kernel.ids import uuid7

_GIVEN = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestLog:
    """Gives each request an id (kept from X-Request-Id when sane) that its events and its answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _GIVEN.match(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]
        with happening(correlation_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response
