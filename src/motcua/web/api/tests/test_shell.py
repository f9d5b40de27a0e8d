"""The shell of the API: token, scope, errors in words, once only, and nothing for a browser's session."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import encode_multipart

from motcua.engine.accounts.models import User
from motcua.engine.clients import calling
from motcua.engine.clients.api import ANY, ApiError, Draft, create_client, declare_scope, paginate, scope
from motcua.engine.clients.idempotency import forget_answers
from motcua.engine.clients.models import ApiCall, IdempotentAnswer
from motcua.engine.events.api import Event, declare_event, record, seal_all
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen
from motcua.web.api.answers import MOST_ERRORS
from motcua.web.api.api import api, document
from motcua.web.api.shell import scopes_of

DONE = declare_event("test:api:done", "Xong {n}")
declare_scope("test.write", "Test: write")
KEY = "khoa-thu-0001"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.web.api.tests.addresses_for_tests")]


@pytest.fixture(autouse=True)
def _no_permits_left_over():
    calling._permits.clear()


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


def allow(user, province, *permissions, unit_path="/"):
    role = Role.objects.create(code=f"r{Role.objects.count()}", label="r")
    for permission in permissions:
        RolePermission.objects.create(role=role, permission=permission)
    Grant.objects.create(
        user=user, role=role, province=province, unit_path=unit_path, valid_from=dt.date(2020, 1, 1)
    )
    return role


def open_client(province, scopes=("events.read", "test.write"), permissions=("events.log.view",), **more):
    admin = User.objects.create_user(f"quan-tri-{province.key}", None, display_name="Quản trị")
    allow(admin, province, "clients.clients.manage")
    role = Role.objects.create(code=f"api-{province.key}", label="r")
    for permission in permissions:
        RolePermission.objects.create(role=role, permission=permission)
    return create_client(
        Viewer(admin), province, Draft(name="Thử", role=role.code, scopes=tuple(scopes), **more)
    )


@pytest.fixture
def client_and_token(province):
    return open_client(province)


class Caller:
    def __init__(self, token):
        self.browser = Client(raise_request_exception=False)
        self.token = token

    def get(self, path, **headers):
        return self.browser.get(f"/api/v1/{path}", HTTP_AUTHORIZATION=f"Bearer {self.token}", **headers)

    def post(self, path, body, key=KEY, **headers):
        if key is not None:
            headers["HTTP_IDEMPOTENCY_KEY"] = key
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.browser.post(
            f"/api/v1/{path}", text, "application/json", HTTP_AUTHORIZATION=f"Bearer {self.token}", **headers
        )

    def send(self, n, content, key=KEY, name="a.pdf", **headers):
        """A form with a file, with a boundary of its own each time."""
        boundary = f"----{uuid.uuid4().hex}"
        body = encode_multipart(boundary, {"n": n, "file": SimpleUploadedFile(name, content)})
        return self.browser.generic(
            "POST", "/api/v1/test/forms", body, f"multipart/form-data; boundary={boundary}",
            HTTP_AUTHORIZATION=f"Bearer {self.token}", HTTP_IDEMPOTENCY_KEY=key, **headers,
        )  # fmt: skip


@pytest.fixture
def caller(client_and_token):
    return Caller(client_and_token[1])


def written():
    return list(
        Event.objects.filter(type="test:api:written").order_by("pk").values_list("payload", flat=True)
    )


def said(answer):
    body = answer.json()
    assert set(body) >= {"code", "message", "where"}
    return answer.status_code, body["code"]


def test_me(caller, client_and_token):
    client, _token = client_and_token
    assert caller.get("me").json() == {
        "id": str(client.uid),
        "name": "Thử",
        "province": "H05",
        "scopes": ["events.read", "test.write"],
        "grants": [{"role": "api-p", "unit_code": "", "permissions": ["events.log.view"]}],
        "per_minute": 600,
        "expires_at": None,
    }


def test_only_a_token_opens(province, caller):
    browser = Client()
    user = User.objects.create_user("an", "x", display_name="An")
    allow(user, province, "events.log.view")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("me", "events", "test/things"):
        answer = browser.get(f"/api/v1/{path}")
        assert said(answer) == (401, "api.token.missing")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    caller.token = "mc_00000000_" + "x" * 43
    assert said(caller.post("test/things", {"n": 1})) == (401, "api.token.wrong")
    assert written() == []


def test_scope_is_asked_for(province):
    _client, token = open_client(province, scopes=())
    caller = Caller(token)
    assert caller.get("me").status_code == 200
    assert said(caller.get("events")) == (403, "api.scope.missing")
    assert said(caller.post("test/things", {"n": 1})) == (403, "api.scope.missing")
    assert written() == []


def test_a_scope_gives_no_permission(province):
    _client, token = open_client(province, permissions=())
    assert said(Caller(token).get("events")) == (403, "permissions.refused")


def test_unknown_and_foreign_look_alike(caller):
    nothing = caller.get("test/things/00000000-0000-0000-0000-000000000009")
    foreign = caller.get("test/things/00000000-0000-0000-0000-000000000001")
    never = caller.get("test/things/00000000-0000-0000-0000-000000000002")
    assert said(nothing) == said(foreign) == (404, "api.not-found")
    assert said(never) == (403, "permissions.refused")


def test_unknown_addresses_and_methods(caller):
    assert said(caller.get("khong-co")) == (404, "api.address")
    assert said(caller.get("test/things")) == (405, "api.method")
    assert said(caller.get("me", QUERY_STRING="a=%00")) == (400, "api.request.unreadable")


def test_wrong_requests_say_where(caller):
    answer = caller.post("test/things", {"n": 101, "name": "x" * 11, "them": 1})
    assert said(answer) == (422, "api.request.invalid")
    wheres = {one["where"]: one["code"] for one in answer.json()["errors"]}
    assert wheres == {
        "body.body.n": "api.field.less_than_equal",
        "body.body.name": "api.field.string_too_long",
        "body.body.them": "api.field.extra_forbidden",
    }
    assert said(caller.post("test/things", "{nửa", key="khoa-thu-0002")) == (400, "api.request.unreadable")
    assert said(caller.post("test/things", '{"n": 1, "name": "\\u0000"}')) == (400, "api.request.nul")
    assert said(caller.get("events", QUERY_STRING="after=-1")) == (422, "api.request.invalid")
    assert said(caller.get("events", QUERY_STRING=f"after={10**30}")) == (422, "api.request.invalid")
    assert written() == [] and not IdempotentAnswer.objects.exists()
    assert MOST_ERRORS == 20


def test_the_same_key_does_it_once(caller):
    first = caller.post("test/things", {"n": 1, "name": "Lê Mẫu"})
    again = caller.post("test/things", {"n": 1, "name": "Lê Mẫu"})
    assert first.status_code == again.status_code == 201
    assert first.content == again.content and json.loads(again.content) == {"n": 1, "echo": "Lê Mẫu"}
    assert again["Idempotent-Replayed"] == "true" and not first.has_header("Idempotent-Replayed")
    assert written() == [{"n": 1}]
    assert said(caller.post("test/things", {"n": 2})) == (409, "api.idempotency.reused")
    assert caller.post("test/things", {"n": 2}, key="khoa-thu-0002").status_code == 201
    assert written() == [{"n": 1}, {"n": 2}]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, '') FROM clients_idempotentanswer a")
        assert "Lê Mẫu".encode().hex() not in cursor.fetchone()[0]


def test_keys_of_two_clients_are_two(caller, province):
    other = Province.objects.create(key="q", agency_code="H06", place_code="25")
    _client, token = open_client(other)
    caller.post("test/things", {"n": 1})
    assert Caller(token).post("test/things", {"n": 1}).status_code == 201
    assert len(written()) == 2


@pytest.mark.parametrize("key", [None, "ngắn", "short", "x" * 201])
def test_a_key_is_required(caller, key):
    answer = caller.post("test/things", {"n": 1}, key=key)
    assert said(answer) == (400, "api.idempotency.missing") and written() == []


def test_what_is_refused_leaves_nothing_and_may_be_tried_again(caller):
    assert said(caller.post("test/things", {"n": 13})) == (409, "test.thirteen")
    assert written() == [] and not IdempotentAnswer.objects.exists()
    assert caller.post("test/things", {"n": 1}).status_code == 201


def test_a_broken_operation_leaves_nothing_and_says_nothing(caller):
    answer = caller.post("test/things", {"n": 14})
    assert said(answer) == (500, "api.server-error") and "Bí Mật" not in answer.content.decode()
    assert written() == [] and not IdempotentAnswer.objects.exists()


def test_a_form_with_a_file_is_sent_once(caller):
    """The boundary differs each time; fields and files decide. Content may hold any byte."""
    first, again = (caller.send(1, b"\x00\\u0000\xff") for _ in range(2))
    assert first.json() == again.json() == {"n": 8, "echo": "a.pdf"}
    assert again["Idempotent-Replayed"] == "true" and written() == [{"n": 1}]
    for changed in ((2, b"\x00\\u0000\xff"), (1, b"\x00\\u0000\xfe"), (1, b"\x00")):
        assert said(caller.send(*changed)) == (409, "api.idempotency.reused")
    assert said(caller.send(1, b"\x00\\u0000\xff", name="b.pdf")) == (409, "api.idempotency.reused")
    assert written() == [{"n": 1}]


def test_forms_that_are_none_say_so(caller):
    assert said(caller.post("test/forms", {"n": 1})) == (422, "api.request.invalid")
    assert said(caller.send("\x00", b"x")) == (400, "api.request.unreadable")
    assert said(caller.send("\\u0000", b"x")) == (400, "api.request.nul")
    broken = caller.browser.generic(
        "POST", "/api/v1/test/forms", b"x", "multipart/form-data",
        HTTP_AUTHORIZATION=f"Bearer {caller.token}", HTTP_IDEMPOTENCY_KEY=KEY,
    )  # fmt: skip
    assert said(broken) == (400, "api.request.unreadable")
    assert written() == []


def test_only_a_token_in_force_sends_much(caller, settings):
    """A stranger's body is refused unread beyond a small limit; a program's beyond that of anybody signed in."""
    settings.REQUEST_LIMIT_OF_STRANGERS, settings.REQUEST_LIMIT = 1000, 5000
    assert caller.send(1, b"x" * 2000).status_code == 201
    assert said(caller.send(1, b"x" * 6000, key="khoa-thu-0002")) == (413, "api.request.too-large")
    stranger = Caller("mc_00000000_" + "x" * 43)
    assert said(stranger.send(1, b"x" * 2000)) == (413, "api.request.too-large")
    assert said(stranger.send(1, b"x" * 10)) == (401, "api.token.wrong")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    assert said(caller.post("test/things", "x" * 3000)) == (413, "api.request.too-large")
    assert written() == [{"n": 1}]


def test_events_of_a_call_name_the_account(caller, client_and_token):
    client, _token = client_and_token
    answer = caller.post("test/things", {"n": 1})
    event = Event.objects.get(type="test:api:written")
    assert (event.actor, event.correlation_id) == (client.user, answer["X-Request-Id"])


def test_answers_are_kept_two_days(caller):
    with frozen("2026-03-04T10:00") as clock:
        caller.post("test/things", {"n": 1})
        clock.advance(dt.timedelta(hours=47))
        assert forget_answers() == 0
        clock.advance(dt.timedelta(hours=2))
        assert forget_answers() == 1


def test_calls_are_noted_without_their_content(caller):
    caller.post("test/things", {"n": 13, "name": "Lê Mẫu"})
    caller.get("me")
    rows = list(ApiCall.objects.order_by("pk").values_list("method", "route", "status", "code"))
    assert rows == [("POST", "write_thing", 409, "test.thirteen"), ("GET", "me", 200, "")]


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_time_does_it_once(client_and_token):
    _client, token = client_and_token
    answers = []

    def call():
        try:
            answers.append(Caller(token).post("test/things", {"n": 15}))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sum(answer.has_header("Idempotent-Replayed") for answer in answers) == 3
    assert written() == [{"n": 15}]


@pytest.mark.django_db(transaction=True)
def test_reading_opens_no_transaction(caller, client_and_token):
    client, _token = client_and_token
    assert caller.get("test/sleepless").json() == {"n": 0, "echo": client.user.username}


# --- events


def happen(province, *numbers, **more):
    with transaction.atomic():
        for number in numbers:
            record(DONE, province=province, payload={"n": number}, **more)
    seal_all()


def test_events_page_by_position(caller, province):
    happen(province, *range(5))
    seen, after = [], 0
    while True:
        page = caller.get("events", QUERY_STRING=f"after={after}&limit=2").json()
        seen += [event["payload"].get("n") for event in page["items"]]
        after = page["next"]
        if after == page["head"]:
            break
    assert [number for number in seen if number is not None] == [0, 1, 2, 3, 4]
    happen(province, 5)
    later = caller.get("events", QUERY_STRING=f"after={after}&type=test:api:*").json()
    assert [event["payload"] for event in later["items"]] == [{"n": 5}]
    assert later["items"][0]["position"] == later["next"] == later["head"]


def test_events_of_others_are_not_there(province):
    client, token = open_client(province)
    Grant.objects.filter(user=client.user).update(unit_path="/H05/H05.1/")
    other = Province.objects.create(key="q", agency_code="H06", place_code="25")
    happen(other, 1)
    happen(province, 2, unit_code="H05.2", unit_path="/H05/H05.2/")
    happen(province, 3, unit_code="H05.1", unit_path="/H05/H05.1/")
    page = Caller(token).get("events").json()
    assert [event["payload"] for event in page["items"]] == [{"n": 3}]


# --- cursors


def test_pages_by_cursor_lose_nothing_while_rows_come(province):
    happen(province, *range(7))
    rows = Event.objects.filter(type=DONE)
    seen, cursor = [], ""
    while True:
        page = paginate(rows, cursor=cursor, limit=3, sort="recorded_at", descending=True)
        seen += [event.payload["n"] for event in page.items]
        happen(province, 99)
        cursor = page.next
        if not cursor:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_equal_values_are_parted_by_id(province):
    with frozen("2026-03-04T10:00"):
        happen(province, *range(5))
    rows = Event.objects.filter(type=DONE)
    first = paginate(rows, limit=2, sort="recorded_at")
    second = paginate(rows, cursor=first.next, limit=2, sort="recorded_at")
    third = paginate(rows, cursor=second.next, limit=2, sort="recorded_at")
    assert [e.payload["n"] for page in (first, second, third) for e in page.items] == [0, 1, 2, 3, 4]
    assert third.next == ""


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "%00", "ệ"])
def test_cursors_cannot_be_made_up(province, cursor):
    with pytest.raises(ApiError) as refused:
        paginate(Event.objects.all(), cursor=cursor)
    assert (refused.value.status, refused.value.code) == (400, "api.cursor.wrong")


def test_a_cursor_of_another_list_is_refused(province):
    happen(province, 1, 2)
    cursor = paginate(Event.objects.filter(type=DONE), limit=1, name="a").next
    assert paginate(Event.objects.filter(type=DONE), cursor=cursor, limit=1, name="a").next == ""
    with pytest.raises(ApiError):
        paginate(Event.objects.filter(type=DONE), cursor=cursor, limit=1, name="b")
    with pytest.raises(ApiError) as refused:
        paginate(Event.objects.all(), limit=201)
    assert refused.value.code == "api.limit.wrong"


# --- the document


def test_every_operation_names_a_scope():
    class Silent:
        methods = ["GET"]

        @staticmethod
        def view_func():
            """Names none."""

    with pytest.raises(ValueError, match="no declared scope"):
        scopes_of([Silent()], "silent")
    Silent.view_func = scope(ANY)(lambda: None)
    assert scopes_of([Silent()], "silent").scopes == {"GET": ANY}


@pytest.mark.urls("motcua.config.urls")
def test_the_document_and_its_page():
    browser = Client()
    schema = browser.get("/api/v1/openapi.json").json()
    assert schema == json.loads(json.dumps(document(api())))
    assert schema["paths"]["/api/v1/events"]["get"]["x-scope"] == "events.read"
    assert schema["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"
    page = browser.get("/api/v1/").content.decode()
    assert "GET /api/v1/events" in page and "cdn" not in page and '<script src="http' not in page
