"""What surrounds every API operation: token, scope, readable body, once only, one line for the administrator."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from motcua.engine.clients.api import (
    ANY,
    API,
    MULTIPART,
    ApiClient,
    ApiError,
    authenticate,
    is_scope,
    keep_call,
    once,
)
from motcua.engine.events.api import happening
from motcua.engine.permissions.api import Access
from motcua.web.api.answers import from_error

READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NUL = (b"\x00", b"\\u0000")


@dataclass(frozen=True, slots=True)
class Guarded:
    """The operations of one address: the scope each method asks for."""

    name: str
    scopes: dict[str, str]


def guard(view: Callable[..., HttpResponse], guarded: Guarded) -> Callable[..., HttpResponse]:
    """Wraps a view of ninja. Only a bearer token counts: a browser's session opens nothing, hence no CSRF check."""

    @csrf_exempt
    @wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = time.perf_counter()
        try:
            client = authenticate(request)
        except ApiError as error:
            return _finish(from_error(request, error))
        with happening(client.user, correlation_id=getattr(request, "request_id", "")):
            response = _answer(request, client, guarded, lambda: view(request, *args, **kwargs))
        keep_call(
            request,
            route=guarded.name,
            status=response.status_code,
            code=getattr(response, "error_code", ""),
            ms=round((time.perf_counter() - began) * 1000),
        )
        return _finish(response)

    call.access = Access(API, tuple(sorted(guarded.scopes)))  # type: ignore[attr-defined]
    call.guarded = guarded  # type: ignore[attr-defined]
    return call


def _answer(
    request: HttpRequest, client: ApiClient, guarded: Guarded, work: Callable[[], HttpResponse]
) -> HttpResponse:
    try:
        _check(request, client, guarded)
        if request.method in READING:
            return work()
        return once(client, request, work)
    except Exception as error:
        return from_error(request, error)


def _check(request: HttpRequest, client: ApiClient, guarded: Guarded) -> None:
    method = request.method or ""
    scope = guarded.scopes.get(method)
    if scope is None:
        raise ApiError(405, "api.method", _("Địa chỉ này không nhận {method}.").format(method=method[:10]))
    if scope != ANY and scope not in client.scopes:
        raise ApiError(
            403,
            "api.scope.missing",
            _("Mã truy cập không có phạm vi “{scope}”; hãy xin quản trị hệ thống.").format(scope=scope),
        )
    if method not in READING and _holds_nul(request):
        raise ApiError(400, "api.request.nul", _("Nội dung gửi lên có ký tự NUL."), where="body")


def _holds_nul(request: HttpRequest) -> bool:
    """In text, of which no table keeps it; the files of a form may hold anything, their names not."""
    if request.content_type != MULTIPART:
        return any(nul in request.body for nul in _NUL)
    texts = [text for name, values in request.POST.lists() for text in (name, *map(str, values))]
    texts += [
        text for name, files in request.FILES.lists() for text in (name, *(one.name or "" for one in files))
    ]
    return any(nul.decode() in text for nul in _NUL for text in texts)


def _finish(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def scopes_of(operations: list[Any], name: str) -> Guarded:
    """What each method of an address asks for. Raises ValueError for an operation that names no scope."""
    scopes: dict[str, str] = {}
    for operation in operations:
        scope = getattr(operation.view_func, "scope", "")
        if scope != ANY and not is_scope(scope):
            raise ValueError(f"API operation {operation.view_func.__qualname__} names no declared scope")
        scopes |= dict.fromkeys(operation.methods, scope)
    return Guarded(name, scopes)
