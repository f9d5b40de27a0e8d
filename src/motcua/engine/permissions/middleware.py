from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from motcua.engine.permissions.viewer import PROVINCE_KEY, Viewer
from motcua.engine.provinces.models import Province


class ViewerMiddleware:
    """Gives each request its `viewer` and the `province` it looks at (both lazy: a static page asks nothing)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = SimpleLazyObject(lambda: Viewer(request.user))  # type: ignore[attr-defined]
        request.province = SimpleLazyObject(lambda: _current_province(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _current_province(request: HttpRequest) -> Province | None:
    """The chosen province among those the viewer belongs to; a visitor looks at the installation's first."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    choices = viewer.provinces() if viewer.grants else Province.objects.all()
    choices = choices.prefetch_related("titles").order_by("pk")
    chosen = request.session.get(PROVINCE_KEY)
    return (choices.filter(key=chosen).first() if chosen else None) or choices.first()
