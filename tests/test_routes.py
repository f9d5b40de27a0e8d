"""Every address × every role: who may come in gets in, everyone else gets nothing and changes nothing.

A new page joins by itself: it must be guarded by `@page`, and a route with parameters must name its sample values
in `<room>/pages/samples.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from addresses import ALLAUTH, Route, address, routes, samples, walkers
from motcua.engine.accounts.models import User
from motcua.engine.accounts.urls import CLOSED
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Access, Viewer
from motcua.reference.people.api import demo_cast

CLOSED_NAMES = {name for _route, name in CLOSED}
# Pages of allauth that answer "not found" until the visitor has switched a second factor on.
NEEDS_SECOND_FACTOR = {
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


def test_every_address_says_who_may_come_in():
    silent = [route.name for route in routes() if route.access is None]
    assert not silent, f"not guarded by @page: {silent}"
    nameless = [route.name for route in routes() if route.name.endswith("None")]
    assert not nameless


def test_every_address_with_parameters_has_a_sample():
    missing = [route.name for route in routes() if route.parameters and route.name not in samples()]
    assert not missing, f"no sample in pages/samples.py: {missing}"


def visitors() -> list[str]:
    """One of the cast for each role: what a role may do is the same in every unit."""
    return ["", *{member.role: member.username for member in reversed(demo_cast().members)}.values()]


@pytest.mark.django_db
@pytest.mark.parametrize("username", walkers(visitors()))
def test_every_address_for_every_role(demo, username):
    cache.clear()
    client = Client(raise_request_exception=False)
    viewer = Viewer(AnonymousUser())
    if username:
        user = User.objects.get(username=username)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        viewer = Viewer(user)
    wrong = []
    for route in routes():
        assert route.access is not None
        for method in methods_to_try(route):
            complaint = visit(client, viewer, username, route, method)
            if complaint:
                wrong.append(f"{method} {route.name}: {complaint}")
    assert not wrong, "\n".join(wrong)


def methods_to_try(route: Route) -> tuple[str, ...]:
    """What the route declares, and one method it does not."""
    declared = route.access.methods if route.access else ()
    undeclared = next(method for method in ("POST", "GET", "DELETE") if method not in declared)
    return (*declared, undeclared)


def visit(client: Client, viewer: Viewer, username: str, route: Route, method: str) -> str:
    """What is wrong with the answer, or nothing. Whatever the request changed is taken back."""
    session = dict(client.cookies)
    with transaction.atomic():
        target = address(route, viewer)
        before = Event.objects.count()
        answer = client.generic(method, target, content_type=FORM)
        changed = Event.objects.count() - before
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(session)
    access = route.access
    assert access is not None
    if route.name in CLOSED_NAMES:
        return "" if answer.status_code in (404, 405) and not changed else f"closed, yet {answer.status_code}"
    if admitted(access.rule, viewer, bool(username)):
        return complaint_when_admitted(access, method, answer, changed, route.name)
    return complaint_when_refused(bool(username), answer, changed)


FORM = "application/x-www-form-urlencoded"


def admitted(rule: str, viewer: Viewer, signed_in: bool) -> bool:
    if rule == PUBLIC:
        return True
    return signed_in if rule == SIGNED_IN else signed_in and viewer.may(rule)


def complaint_when_admitted(access: Access, method: str, answer: Any, changed: int, name: str) -> str:
    status = answer.status_code
    if method not in access.methods:
        if name in ALLAUTH:
            return "server error" if status >= 500 else ""
        return "" if status == 405 and not changed else f"undeclared method answered {status}"
    if name in ALLAUTH and status == 404:
        return "" if name in NEEDS_SECOND_FACTOR else "not found"
    return f"admitted, yet {status}" if status in (403, 404, 405) or status >= 500 else ""


def complaint_when_refused(signed_in: bool, answer: Any, changed: int) -> str:
    if changed:
        return f"refused, yet {changed} events were recorded"
    if signed_in:
        return "" if answer.status_code == 404 else f"refused, yet {answer.status_code}"
    to_sign_in = answer.status_code == 302 and reverse("account_login") in answer["Location"]
    return "" if to_sign_in else f"a visitor got {answer.status_code}"
