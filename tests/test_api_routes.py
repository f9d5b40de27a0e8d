"""Every address of the API × every kind of token: what it asks for lets in, everything else does nothing.

An operation joins by itself: through the router its room registers, with samples for addresses with parameters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from addresses import ApiRoute, api_address, api_body, api_routes, routes
from motcua.engine.accounts.api import User
from motcua.engine.clients.api import ANY, ApiClient, Draft, create_client, declared_scopes
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer, declared
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import load_reference

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NEVER = "mc_00000000_" + "x" * 43


@dataclass(frozen=True)
class Tokens:
    """Tokens that hold every permission and scope, none of the scopes, and everything in another province."""

    whole: str
    scopeless: str
    elsewhere: str
    viewer: Viewer


@pytest.fixture(scope="module")
def tokens(demo, django_db_blocker) -> Tokens:
    """The demonstration and a second province, each with clients; taken back at the end of the module."""
    with django_db_blocker.unblock():
        cache.clear()
        load_reference("thai-nguyen")
        home, away = Province.objects.get(key="bac-ninh"), Province.objects.get(key="thai-nguyen")
        role = Role.objects.create(code="api-everything", label="Everything")
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=p.code) for p in declared())
        scopes = tuple(scope.code for scope in declared_scopes())
        client, whole = _open(home, scopes)
        made = Tokens(whole, _open(home, ())[1], _open(away, scopes)[1], Viewer(client.user))
        connection.check_constraints()  # at once, not anew after each test
        return made


def _open(province: Province, scopes: tuple[str, ...]) -> tuple[ApiClient, str]:
    role = Role.objects.get(code="api-everything")
    admin = User.objects.create_user(f"api-{uuid4().hex}", None, display_name="Test")
    Grant.objects.create(user=admin, role=role, province=province, unit_path="/", valid_from=today())
    draft = Draft(name="Test", role=role.code, scopes=scopes, per_minute=60_000)
    return create_client(Viewer(admin), province, draft)


def call(method: str, path: str, token: str | None, body: dict[str, Any] | None = None) -> tuple[Any, int]:
    """The answer, and how many events it left; everything is taken back."""
    headers = {"HTTP_IDEMPOTENCY_KEY": uuid4().hex}
    if token is not None:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    with transaction.atomic():
        before = Event.objects.count()
        answer = Client(raise_request_exception=False).generic(
            method, path, json.dumps(body or {}), content_type="application/json", **headers
        )
        changed = Event.objects.count() - before
        transaction.set_rollback(True)
    return answer, changed


def each() -> list[Any]:
    return [pytest.param(route, id=route.name) for route in api_routes()]


def test_the_api_is_walked_whole():
    """What stands under /api/v1/ is either a page for everybody or guarded by the shell; nothing is in between."""
    names = {route.name for route in api_routes()}
    assert {"api:me", "api:events"} <= names
    pages = {route.name: route for route in routes()}
    shell = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/")
    below = {f"api:{pattern.name}" for pattern in shell.url_patterns}
    assert below - names == {"api:reference", "api:openapi"} and not names & set(pages)
    known = {scope.code for scope in declared_scopes()} | {ANY}
    assert all(scope in known for route in api_routes() for scope in route.scopes.values())


@pytest.mark.parametrize("route", each())
def test_without_a_good_token_nothing_opens(tokens: Tokens, route: ApiRoute):
    path = api_address(route, tokens.viewer)
    for method in METHODS:
        for token in (None, "", "x", NEVER, f"{tokens.whole}x"):
            answer, changed = call(method, path, token)
            assert (answer.status_code, changed) == (401, 0), f"{method} with {token!r}"


@pytest.mark.parametrize("route", each())
def test_a_session_is_no_token(tokens: Tokens, route: ApiRoute):
    browser = Client(raise_request_exception=False)
    browser.force_login(
        User.objects.get(username="quantri"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for method in route.scopes:
        answer = browser.generic(
            method, api_address(route, tokens.viewer), b"{}", content_type="application/json"
        )
        assert answer.status_code == 401


@pytest.mark.parametrize("route", each())
def test_without_the_scope_nothing_opens(tokens: Tokens, route: ApiRoute):
    path = api_address(route, tokens.viewer)
    for method, scope in route.scopes.items():
        answer, changed = call(method, path, tokens.scopeless)
        assert not changed
        if scope == ANY:
            assert answer.status_code < 500 and answer.status_code not in (401, 403)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "api.scope.missing"), method


@pytest.mark.parametrize("route", each())
def test_with_the_scope_it_opens_for_its_methods_alone(tokens: Tokens, route: ApiRoute):
    path, body = api_address(route, tokens.viewer), api_body(route, tokens.viewer)
    for method in METHODS:
        answer, changed = call(method, path, tokens.whole, body)
        if method not in route.scopes:
            assert (answer.status_code, changed) == (405, 0), method
        else:
            assert answer.status_code < 500 and answer.status_code not in (401, 403, 404, 405), (
                f"{method}: {answer.status_code} {answer.content[:300]!r}"
            )


@pytest.mark.parametrize("route", [one for one in each() if one.values[0].parameters])
def test_a_token_of_another_province_finds_nothing(tokens: Tokens, route: ApiRoute):
    """404; a malformed body is told before anything is looked for, and so tells nothing either."""
    path, body = api_address(route, tokens.viewer), api_body(route, tokens.viewer)
    for method in route.scopes:
        answer, changed = call(method, path, tokens.elsewhere, body)
        assert not changed
        if method != "GET" and body is None:
            assert answer.status_code in (404, 422), method
        else:
            assert answer.status_code == 404, method


def test_lists_of_another_province_name_nothing_of_ours(tokens: Tokens):
    """The whole of what the second province's token reads holds no id of an event of ours."""
    home = Province.objects.get(key="bac-ninh")
    ours = {str(uid) for uid in Event.objects.filter(province=home).values_list("uid", flat=True)}
    assert ours
    for route in api_routes():
        if not route.parameters and "GET" in route.scopes:
            answer, _changed = call("GET", api_address(route, tokens.viewer), tokens.elsewhere)
            text = answer.content.decode()
            assert not [uid for uid in ours if uid in text], route.name
