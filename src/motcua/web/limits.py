"""What no request may be, whichever page it asks for: larger than any page takes, or with text no table holds."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, QueryDict

from motcua.engine.clients.api import knows_caller
from motcua.web.errors import is_call, too_large

NUL = "\x00"


class RequestLimits:
    """Refuses a body before it is read: Django itself writes uploads of any size to disk, also a stranger's.

    Stands after the middleware that knows who is signed in, before any that reads the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length, limit = _length(request), settings.REQUEST_LIMIT_OF_STRANGERS
        if length > limit and _is_known(request):
            limit = settings.REQUEST_LIMIT
        if length > limit:
            return too_large(request, limit)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """PostgreSQL keeps no NUL in text; whoever sends one is no browser. Raises SuspiciousOperation (400)."""
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any(_holds_nul(values) for values in sent):
            raise SuspiciousOperation("NUL in a sent value")


def _is_known(request: HttpRequest) -> bool:
    """Somebody signed in, or a program with a token in force."""
    return request.user.is_authenticated or (is_call(request) and knows_caller(request))


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() and len(text) < 16 else settings.REQUEST_LIMIT + 1


def _holds_nul(values: QueryDict) -> bool:
    return any(NUL in name or any(NUL in str(value) for value in listed) for name, listed in values.lists())
