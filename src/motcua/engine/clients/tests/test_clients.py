"""Clients: opened by who may, known by their token, held to scope, network, rate and end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import RequestFactory

from motcua.engine.accounts.models import User
from motcua.engine.clients import units
from motcua.engine.clients.api import (
    ApiClient,
    ApiError,
    ClientsError,
    Draft,
    authenticate,
    change_client,
    create_client,
    provide_unit_finder,
    revoke_client,
    rotate_client,
)
from motcua.engine.clients.calling import caller_address, forget_calls, keep_call
from motcua.engine.clients.models import ApiCall
from motcua.engine.clients.permissions import EVENTS_VIEW, MANAGE
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, NotPermitted
from motcua.kernel.clock import frozen

pytestmark = pytest.mark.django_db


def call(token, address="203.0.113.5", **headers):
    request = RequestFactory().get("/api/v1/me", REMOTE_ADDR=address, **headers)
    if token is not None:
        request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return request


def refusal(token, **more):
    with pytest.raises(ApiError) as refused:
        authenticate(call(token, **more))
    return refused.value.status, refused.value.code


def test_a_client_acts_as_an_account_of_its_own(make_client, province):
    client, token = make_client()
    assert token.startswith(client.token_prefix) and len(token) == 55
    request = call(token)
    assert authenticate(request) == client
    assert request.viewer.user == client.user and request.province == province
    assert request.viewer.may(EVENTS_VIEW, province=province, unit_path="/")
    assert not client.user.has_usable_password()
    event = Event.objects.get(type="clients:client:created")
    assert event.payload == {
        "name": "Phần mềm thử",
        "role": "integration",
        "scopes": "events.read",
        "unit": "",
    }


def test_the_token_is_kept_nowhere(make_client):
    _client, token = make_client()
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM clients_apiclient c UNION ALL SELECT e::text FROM events_event e")
        rows = [row[0] for row in cursor.fetchall()]
    secret = token.rpartition("_")[2] if token.count("_") == 2 else token[12:]
    assert len(rows) == 2 and not any(secret in row or secret.encode().hex() in row for row in rows)


@pytest.mark.parametrize(
    "token", ["", "x", "mc_00000000_" + "a" * 43, "mc_\x00", "é" * 60, "mc_00000000_" + "a" * 4000]
)
def test_wrong_tokens(make_client, token):
    make_client()
    assert refusal(token)[0] == 401


def test_no_token_and_other_schemes():
    assert refusal(None) == (401, "api.token.missing")
    request = call(None)
    request.META["HTTP_AUTHORIZATION"] = "Basic YTpi"
    with pytest.raises(ApiError):
        authenticate(request)


def test_a_client_ends(make_client, admin, province):
    with frozen("2026-03-04T10:00") as clock:
        _client, token = make_client(expires_at=clock() + dt.timedelta(hours=1))
        authenticate(call(token))
        clock.advance(dt.timedelta(hours=1))
        assert refusal(token) == (401, "api.token.expired")


def test_revoked_for_good(make_client, admin, province):
    client, token = make_client()
    revoke_client(admin, province, client.uid)
    assert refusal(token) == (401, "api.token.wrong")
    assert not Grant.objects.filter(user=client.user).exists()
    assert not User.objects.get(pk=client.user_id).is_active
    with pytest.raises(ClientsError) as refused:
        rotate_client(admin, province, client.uid, keep_former=False)
    assert refused.value.code == "clients.client.revoked"


@pytest.mark.parametrize("keep", [True, False])
def test_rotation(make_client, admin, province, keep):
    with frozen("2026-03-04T10:00") as clock:
        client, old = make_client()
        _client, new = rotate_client(admin, province, client.uid, keep_former=keep)
        assert authenticate(call(new)) == client
        if not keep:
            assert refusal(old) == (401, "api.token.wrong")
            return
        assert authenticate(call(old)) == client
        clock.advance(dt.timedelta(hours=24))
        assert refusal(old) == (401, "api.token.wrong")
        assert authenticate(call(new)) == client


def test_only_from_its_networks(make_client, settings):
    client, token = make_client(networks=("10.1.2.7/24", "2001:db8::/32"))
    assert client.networks == ["10.1.2.0/24", "2001:db8::/32"]
    for address in ("10.1.2.200", "2001:db8::5"):
        assert authenticate(call(token, address))
    assert refusal(token) == (403, "api.network")
    assert refusal(token, HTTP_X_FORWARDED_FOR="10.1.2.3") == (403, "api.network"), "anybody can write this"
    settings.BEHIND_TLS = True
    assert caller_address(call(token, HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3")) == "10.1.2.3"


def test_rate_over_a_minute(make_client):
    with frozen("2026-03-04T10:00:05") as clock:
        _client, token = make_client(per_minute=3)
        _other, other = make_client(name="Khác", per_minute=3)
        for _ in range(3):
            authenticate(call(token))
        assert refusal(token) == (429, "api.rate")
        authenticate(call(other))
        clock.advance(dt.timedelta(seconds=55))
        authenticate(call(token))


def test_rate_is_exact_when_lots_do_not_divide_it(make_client):
    with frozen("2026-03-04T10:00:05"):
        _client, token = make_client(per_minute=50)
        served = 0
        for _ in range(60):
            try:
                authenticate(call(token))
                served += 1
            except ApiError:
                pass
        assert served == 50


def test_a_served_call_asks_the_database_little(make_client, django_assert_num_queries):
    _client, token = make_client()
    authenticate(call(token))
    with django_assert_num_queries(1):
        authenticate(call(token))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": " "}, "clients.name"),
        ({"role": "nobody"}, "clients.role.unknown"),
        ({"scopes": ("nothing.here",)}, "clients.scope.unknown"),
        ({"per_minute": 0}, "clients.rate"),
        ({"networks": ("10.0.0.0/99",)}, "clients.network"),
        ({"unit_code": "H05.99"}, "clients.unit.unknown"),
    ],
)
def test_refused_drafts(make_client, more, code):
    with pytest.raises(ClientsError) as refused:
        make_client(**more)
    assert refused.value.code == code and "ClientsError" not in refused.value.message
    assert not ApiClient.objects.exists() and not Event.objects.exists()


def test_a_client_held_to_a_unit(make_client, province, monkeypatch):
    monkeypatch.setattr(units, "_finder", None)
    provide_unit_finder(lambda where, code: (code, f"/H05/{code}/") if where == province else None)
    client, _token = make_client(unit_code="H05.15")
    grant = Grant.objects.get(user=client.user)
    assert (grant.unit_code, grant.unit_path, grant.source) == ("H05.15", "/H05/H05.15/", "client")


def test_strangers_open_and_change_nothing(make_client, person, province, other_province):
    client, token = make_client()
    before = Event.objects.count()
    for viewer in (
        person("binh", province, MANAGE, unit_path="/H05/H05.1/"),
        person("chi", other_province, MANAGE),
        person("dung", province, EVENTS_VIEW),
    ):
        with pytest.raises(NotPermitted):
            create_client(viewer, province, Draft("Trộm", "integration", ()))
        with pytest.raises(NotPermitted):
            change_client(viewer, province, client.uid, scopes=(), per_minute=5)
        with pytest.raises(NotPermitted):
            rotate_client(viewer, province, client.uid, keep_former=False)
        with pytest.raises(NotPermitted):
            revoke_client(viewer, province, client.uid)
    assert authenticate(call(token)) == client
    assert ApiClient.objects.count() == 1 and Event.objects.count() == before


def test_an_administrator_of_two_provinces_keeps_them_apart(make_client, person, other_province):
    client, _token = make_client()
    both = person("hai", other_province, MANAGE)
    with pytest.raises(ClientsError) as refused:
        revoke_client(both, other_province, client.uid)
    assert refused.value.code == "clients.client.unknown"


def test_calls_are_kept_a_month(make_client):
    with frozen("2026-03-04T10:00") as clock:
        client, token = make_client()
        request = call(token)
        authenticate(request)
        keep_call(request, route="me", status=200, code="", ms=4)
        kept = ApiCall.objects.get()
        assert (kept.client, kept.method, kept.route, kept.status, kept.ms) == (client, "GET", "me", 200, 4)
        clock.advance(dt.timedelta(days=31))
        assert forget_calls() == 1


def test_pages(make_client, admin, browse, province, person):
    client, _token = make_client()
    browser = browse(admin)
    assert "Phần mềm thử" in browser.get("/ket-noi/").content.decode()
    answer = browser.post(
        "/ket-noi/mo/",
        {"ten": "Mới", "vai-tro": "integration", "pham-vi": ["events.read"], "het-han": "2030-01-31"},
    )
    made = ApiClient.objects.get(name="Mới")
    assert f"{made.token_prefix}" in answer.content.decode()
    page = browser.get(f"/ket-noi/{made.uid}/").content.decode()
    assert made.token_prefix in page and 'value="2030-01-31"' in page
    browser.post(f"/ket-noi/{made.uid}/sua/", {"moi-phut": "7", "mang": "10.0.0.0/8", "het-han": ""})
    made.refresh_from_db()
    assert (made.scopes, made.per_minute, made.networks, made.expires_at) == ([], 7, ["10.0.0.0/8"], None)
    assert "mc_" in browser.post(f"/ket-noi/{made.uid}/doi-ma/", {"giu": "1"}).content.decode()
    browser.post(f"/ket-noi/{made.uid}/khoa/")
    made.refresh_from_db()
    assert made.state == "revoked"
    stranger = browse(person("binh", province, MANAGE, unit_path="/H05/H05.1/"))
    assert stranger.get(f"/ket-noi/{client.uid}/").status_code == 404
    assert stranger.get("/ket-noi/mo/").status_code == 404
    assert "Phần mềm thử" not in stranger.get("/ket-noi/").content.decode()


def test_the_form_says_what_is_wrong(admin, browse, reader_role):
    page = browse(admin).post("/ket-noi/mo/", {"ten": "X", "het-han": "mai"}).content.decode()
    assert "Ngày hết hạn không đọc được." in page
    assert not ApiClient.objects.exists()
