"""What holds for an account on every request, whichever page it asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.kernel.clock import now

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SEEN_STEP = timedelta(minutes=5)
OPEN_WHILE_TEMPORARY = frozenset(
    {"account_change_password", "account_logout", "account_login", "web:choose-language"}
)


class AccountGuard:
    """Ends sessions that lasted too long, shuts demonstration accounts out of real use, and keeps a person
    with a temporary password on the page that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if _must_leave(request, user):
            logout(request)
            return self.get_response(request)
        _mark_seen(request)
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            # Pages of a signed-in person must not come back from the browser's cache after sign-out.
            response["Cache-Control"] = "private, no-cache, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        user = request.user
        match = request.resolver_match
        if not isinstance(user, User) or not user.must_change_password or match is None:
            return None
        if match.view_name in OPEN_WHILE_TEMPORARY:
            return None
        return _to_password_change(request)


def _to_password_change(request: HttpRequest) -> HttpResponse:
    target = reverse("account_change_password")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _must_leave(request: HttpRequest, user: User) -> bool:
    if user.is_demo and not settings.DEMO:
        return True
    started = _instant(request, SIGNED_IN_AT)
    return started is not None and now() - started > timedelta(seconds=settings.SESSION_ABSOLUTE_AGE)


def _mark_seen(request: HttpRequest) -> None:
    """Pushes the idle limit forward, with one write every few minutes rather than one a request."""
    if _instant(request, SIGNED_IN_AT) is None:
        request.session[SIGNED_IN_AT] = now().isoformat()
    seen = _instant(request, SEEN_AT)
    if seen is None or now() - seen > SEEN_STEP:
        request.session[SEEN_AT] = now().isoformat()


def _instant(request: HttpRequest, key: str) -> datetime | None:
    text = request.session.get(key)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
