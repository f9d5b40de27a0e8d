"""Every page says who may open it. The route × role test walks what is said here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from motcua.engine.permissions.registry import is_declared
from motcua.engine.permissions.viewer import NotPermitted, Viewer

PUBLIC = "public"
SIGNED_IN = "signed-in"

P = ParamSpec("P")


class ViewedRequest(HttpRequest):
    """A request after ViewerMiddleware: who looks, and at which province."""

    viewer: Viewer
    province: Any
    htmx: Any


View = Callable[Concatenate[ViewedRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of its visitor: PUBLIC, SIGNED_IN or a permission code; and its methods."""

    rule: str
    methods: tuple[str, ...]


def page(rule: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View[P]], View[P]]:
    """Guards a view. A visitor without the permission gets "not found"; one not signed in is asked to.

    Raises LookupError at import when the permission is not declared.
    """
    if rule not in (PUBLIC, SIGNED_IN) and not is_declared(rule):
        raise LookupError(f"permission {rule!r} is not declared")
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: ViewedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = request.viewer
            if rule != PUBLIC and not viewer.signed_in:
                return redirect_to_login(request.get_full_path())
            if rule not in (PUBLIC, SIGNED_IN) and not viewer.may(rule):
                raise Http404
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            try:
                return view(request, *args, **kwargs)
            except NotPermitted as refusal:
                raise Http404 from refusal

        guarded.access = Access(rule, methods)  # type: ignore[attr-defined]
        return cast(View[P], guarded)

    return guard
