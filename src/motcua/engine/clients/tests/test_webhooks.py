"""Webhooks: every sealed event of the client's scope, in order, at least once, signed, never into our own walls."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket

import pytest
from django.db import transaction

from motcua.engine.clients import feeding
from motcua.engine.clients.addresses import Forbidden, check_url, resolve
from motcua.engine.clients.api import (
    ClientsError,
    Subscription,
    add_subscription,
    head_position,
    pause_subscription,
    remove_subscription,
    resume_subscription,
    revoke_client,
    rewind_subscription,
)
from motcua.engine.clients.feeding import feed_all
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.events.api import Event, declare_event, record, seal_all
from motcua.engine.notices.api import unread_count
from motcua.engine.outbox.api import Message, State, send_due
from motcua.engine.permissions.api import Grant, NotPermitted
from motcua.engine.provinces.api import mark_simulated
from motcua.kernel.clock import frozen

pytestmark = pytest.mark.django_db

DONE = declare_event("test:hook:done", "Xong {n}")
OTHER = declare_event("test:other:done", "Khác")


def happen(province, *numbers, type_=DONE, **more):
    with transaction.atomic():
        for number in numbers:
            record(type_, province=province, subject=f"thing:{number}", payload={"n": number}, **more)
    seal_all()


@pytest.fixture
def subscribed(make_client, admin, province, hook):
    client, _token = make_client()
    seal_all()
    return add_subscription(admin, province, client.uid, url=hook.url, types=["test:hook:*"])


def deliver():
    feed_all()
    return send_due()


def numbers(hook):
    return [json.loads(body)["payload"]["n"] for _headers, body in hook.got]


def test_events_arrive_in_order_and_signed(subscribed, province, hook):
    row, secret = subscribed
    happen(province, 1, 2)
    happen(province, 9, type_=OTHER)
    happen(province, 3)
    assert deliver() == 3 and numbers(hook) == [1, 2, 3]
    headers, body = hook.got[0]
    event = Event.objects.filter(type=DONE).order_by("pk").first()
    assert headers["webhook-id"] == str(event.uid) == json.loads(body)["id"]
    signed = f"{event.uid}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["Host"] == f"127.0.0.1:{hook.server_port}"
    row.refresh_from_db()
    assert row.cursor == head_position(province.pk) and row.delivered == hook.positions[-1]


def test_nothing_before_the_subscription_nothing_unsealed_nothing_twice(subscribed, province, hook):
    with transaction.atomic():
        record(DONE, province=province, payload={"n": 1})
    assert deliver() == 0
    seal_all()
    assert deliver() == 1 and deliver() == 0


def test_nothing_is_sent_of_a_simulated_province(subscribed, province, hook):
    happen(province, 1)
    mark_simulated(province)
    assert deliver() == 0 and hook.got == []


def test_a_failing_server_holds_the_order(subscribed, province, hook):
    happen(province, 1, 2)
    with frozen("2099-03-04T10:00") as clock:
        hook.status = 500
        deliver()
        assert numbers(hook) == [1]
        hook.status = 200
        clock.advance(dt.timedelta(seconds=10))
        deliver()
    assert numbers(hook) == [1, 1, 2]


def test_only_what_the_account_may_see(make_client, admin, province, hook):
    client, _token = make_client()
    Grant.objects.filter(user=client.user).update(unit_path="/H05/H05.1/")
    seal_all()
    add_subscription(admin, province, client.uid, url=hook.url, types=[])
    happen(province, 1, unit_code="H05.1", unit_path="/H05/H05.1/")
    happen(province, 2, unit_code="H05.2", unit_path="/H05/H05.2/")
    happen(province, 3)
    happen(province, 4, unit_code="H05.1.1", unit_path="/H05/H05.1/H05.1.1/")
    deliver()
    assert numbers(hook) == [1, 4]


def test_other_provinces_stay_unseen(subscribed, other_province, hook):
    happen(other_province, 1)
    assert deliver() == 0


def test_nothing_more_after_scope_or_client_is_taken_away(subscribed, province, hook):
    row, _secret = subscribed
    row.client.scopes = []
    row.client.save()
    happen(province, 1)
    assert deliver() == 0 and hook.got == []


def test_a_long_backlog_is_fed_in_parts_without_gaps(subscribed, province, hook, monkeypatch):
    monkeypatch.setattr(feeding, "AHEAD", 3)
    monkeypatch.setattr(feeding, "WINDOW", 5)
    happen(province, *range(1, 9))
    happen(province, *range(20), type_=OTHER)
    happen(province, 9, 10)
    feed_all()
    assert Message.objects.filter(state=State.WAITING).count() == 3
    feed_all()
    assert Message.objects.filter(state=State.WAITING).count() == 3
    for _ in range(20):
        deliver()
    assert numbers(hook) == list(range(1, 11))


def test_paused_waits_and_goes_on(subscribed, admin, province, hook):
    row, _secret = subscribed
    happen(province, 1)
    feed_all()
    pause_subscription(admin, province, row.uid)
    happen(province, 2)
    assert deliver() == 0
    resume_subscription(admin, province, row.uid)
    deliver()
    assert numbers(hook) == [1, 2]


def test_set_back_sends_again(subscribed, admin, province, hook):
    row, _secret = subscribed
    happen(province, 1, 2)
    deliver()
    rewind_subscription(admin, province, row.uid, position=hook.positions[0])
    deliver()
    assert numbers(hook) == [1, 2, 2]
    with pytest.raises(ClientsError) as refused:
        rewind_subscription(admin, province, row.uid, position=10**9)
    assert refused.value.code == "clients.position"


def test_days_of_failure_disable_it_and_the_administrator_is_told(subscribed, admin, province, hook):
    row, _secret = subscribed
    happen(province, 1)
    hook.status = 503
    with frozen("2099-03-04T10:00") as clock:
        deliver()
        for _ in range(80):
            clock.advance(dt.timedelta(hours=1))
            deliver()
        row.refresh_from_db()
        assert (row.state, row.last_error) == (Subscription.State.DISABLED, "http.503")
        event = Event.objects.get(type="clients:webhook:disabled")
        assert event.payload["error"] == "http.503"
        assert unread_count(admin) == 1
        asked = len(hook.got)
        clock.advance(dt.timedelta(days=1))
        deliver()
        assert len(hook.got) == asked
        hook.status = 200
        resume_subscription(admin, province, row.uid)
        clock.advance(dt.timedelta(hours=1))
        deliver()
    assert numbers(hook)[-1] == 1
    row.refresh_from_db()
    assert row.failing_since is None and row.last_error == ""


def test_gone_disables_at_once(subscribed, province, hook):
    row, _secret = subscribed
    hook.status = 410
    happen(province, 1)
    deliver()
    row.refresh_from_db()
    assert row.state == Subscription.State.DISABLED


def test_redirects_are_not_followed(subscribed, province, hook):
    hook.status, hook.location = 307, hook.url
    happen(province, 1)
    deliver()
    assert len(hook.got) == 1


def test_removed_is_removed(subscribed, admin, province, hook):
    row, _secret = subscribed
    happen(province, 1)
    feed_all()
    remove_subscription(admin, province, row.uid)
    assert deliver() == 0 and hook.got == []
    assert list(Message.objects.filter(lane=row.lane).values_list("state", flat=True)) == ["cancelled"]
    with pytest.raises(ClientsError):
        resume_subscription(admin, province, row.uid)


def test_webhooks_end_with_their_client(subscribed, admin, province, hook):
    row, _secret = subscribed
    happen(province, 1)
    feed_all()
    revoke_client(admin, province, row.client.uid)
    assert deliver() == 0 and hook.got == []
    row.refresh_from_db()
    assert row.state == Subscription.State.REMOVED
    assert not Message.objects.filter(state=State.WAITING).exists()


def test_strangers(subscribed, person, province, other_province, hook):
    row, _secret = subscribed
    for viewer in (person("b", province, MANAGE, unit_path="/x/"), person("c", other_province, MANAGE)):
        for operation in (pause_subscription, resume_subscription, remove_subscription):
            with pytest.raises(NotPermitted):
                operation(viewer, province, row.uid)
        with pytest.raises(NotPermitted):
            add_subscription(viewer, province, row.client.uid, url=hook.url, types=[])
        with pytest.raises(NotPermitted):
            rewind_subscription(viewer, province, row.uid, position=0)
    row.refresh_from_db()
    assert row.state == Subscription.State.ACTIVE and Subscription.objects.count() == 1


def test_types_must_be_known(make_client, admin, province, hook):
    client, _token = make_client()
    for types in (["nothing:at:all"], ["nothing:*"]):
        with pytest.raises(ClientsError) as refused:
            add_subscription(admin, province, client.uid, url=hook.url, types=types)
        assert refused.value.code == "clients.type.unknown"
    bare, _token = make_client(name="Không đọc", scopes=())
    with pytest.raises(ClientsError) as refused:
        add_subscription(admin, province, bare.uid, url=hook.url, types=[])
    assert refused.value.code == "clients.scope.missing"


# --- addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://vi-du.example/",
        "ftp://vi-du.example/",
        "https://an:mat-khau@vi-du.example/",
        "https://10.0.0.5/",
        "https://169.254.169.254/latest/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "https:///x",
        "https://vi-du.example:0/",
        "https://vi-du.example:99999/",
        "https://vi-du.example/\r\nX: y",
        "https://vi dụ.example/",
        "javascript:alert(1)",
        "https://" + "a" * 600,
        "https://[",
    ],
)
def test_addresses_that_are_never_kept(settings, url):
    settings.DEMO = False
    with pytest.raises(ClientsError) as refused:
        check_url(url)
    assert refused.value.code == "clients.url"


def test_addresses_that_are_kept(settings, monkeypatch):
    settings.DEMO = False
    assert check_url(" https://vi-du.example:8443/nhan?a=1 ") == "https://vi-du.example:8443/nhan?a=1"
    monkeypatch.setenv("MOTCUA_WEBHOOK_NETWORKS", "10.20.0.0/16, fd00::/8")
    assert check_url("https://10.20.3.4/nhan")
    with pytest.raises(ClientsError):
        check_url("https://10.21.3.4/nhan")
    settings.DEMO = True
    assert check_url("http://localhost:8000/") and check_url("http://127.0.0.1:8000/")
    with pytest.raises(ClientsError):
        check_url("http://8.8.8.8/")


def look_up(monkeypatch, *addresses):
    asked = []

    def getaddrinfo(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", getaddrinfo)
    return asked


def test_a_name_is_looked_up_once_and_connected_by_address(settings, monkeypatch):
    settings.DEMO = False
    asked = look_up(monkeypatch, "93.184.216.34")
    target = resolve("https://vi-du.example/nhan?a=1")
    assert (target.url, target.host, target.authority) == (
        "https://93.184.216.34:443/nhan?a=1",
        "vi-du.example",
        "vi-du.example",
    )
    assert asked == ["vi-du.example"]


@pytest.mark.parametrize(
    "inside", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1"]
)
def test_a_name_that_leads_inside_is_refused_whole(settings, monkeypatch, inside):
    settings.DEMO = False
    look_up(monkeypatch, "93.184.216.34", inside)
    with pytest.raises(Forbidden):
        resolve("https://vi-du.example/")


def test_a_forbidden_address_is_a_failure_of_the_webhook(subscribed, province, hook, settings):
    row, _secret = subscribed
    happen(province, 1)
    settings.DEMO = False
    deliver()
    row.refresh_from_db()
    assert row.last_error == "webhook.address.forbidden" and hook.got == []


def test_pages(subscribed, admin, browse, province, hook):
    row, _secret = subscribed
    happen(province, 1)
    browser = browse(admin)
    page = browser.get(f"/ket-noi/{row.client.uid}/").content.decode()
    assert hook.url in page and "chậm 2" in page
    answer = browser.post(
        f"/ket-noi/{row.client.uid}/webhook/", {"dia-chi": hook.url, "loai": "test:hook:done"}
    )
    assert "whsec_" in answer.content.decode()
    for action, state in (("dung", "paused"), ("tiep", "active"), ("go", "removed")):
        browser.post(f"/ket-noi/{row.client.uid}/webhook/{row.uid}/", {"viec": action})
        row.refresh_from_db()
        assert row.state == state
