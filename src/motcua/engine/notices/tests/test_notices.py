"""One notice, its channels, the inbox, the hours in which nothing rings."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy

import pytest
from django.db import connection

from motcua.engine.events.api import Event
from motcua.engine.notices.api import (
    Notice,
    NoticesError,
    Recipient,
    declare_notice,
    fill,
    notify_user,
    quiet_hours,
    quiet_until,
    send,
    set_quiet_hours,
    unread_count,
)
from motcua.engine.notices.inbox import forget_old
from motcua.engine.notices.models import QuietHours
from motcua.engine.notices.permissions import MANAGE
from motcua.engine.outbox.api import Message, State, send_due
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import VIETNAM, frozen

pytestmark = pytest.mark.django_db

CONTEXT = {"code": "H05-1", "name": "Lê Thị Mẫu", "day": "05/03/2026"}
EVERYWHERE = Recipient(phone="0912000111", email="mau@vi-du.example", name="Lê Thị Mẫu", person="applicant:1")


def tell(province, recipient=EVERYWHERE, key="e1", **more):
    return send(
        "test.received",
        province=province,
        recipient=recipient,
        context=CONTEXT,
        subject="dossier:1",
        key=key,
        **more,
    )


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_templates_are_plain_gaps_and_all_filled(received):
    text = fill("test.received", CONTEXT)
    assert text.subject == "Hồ sơ H05-1 đã được tiếp nhận"
    assert text.body == "Kính gửi Lê Thị Mẫu,\nHồ sơ H05-1 hẹn trả ngày 05/03/2026."
    with pytest.raises(LookupError, match="day"):
        fill("test.received", {"code": "x", "name": "y"})
    with pytest.raises(LookupError):
        fill("test.unknown", {})
    assert fill("test.received", CONTEXT | {"name": "{code} {0}"}).body.startswith("Kính gửi {code} {0},")


@pytest.mark.parametrize("text", ["{}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}"])
def test_templates_allow_nothing_but_names(text):
    with pytest.raises(ValueError):
        declare_notice("test.bad", "x", "s", text)


def test_one_message_a_channel_once(province, received, person):
    user = person("an")
    recipient = Recipient(user_id=user.user_id, phone="0912000111", email="mau@vi-du.example")
    messages = tell(province, recipient)
    assert [message.lane for message in messages] == ["app", "email", "sms"]
    assert [message.pk for message in tell(province, recipient)] == [message.pk for message in messages]
    assert len(tell(province, recipient, key="e2")) == 3
    assert [m.lane for m in tell(province, recipient, key="e3", channels=("sms",))] == ["sms"]
    assert tell(province, Recipient(), key="e4") == ()
    assert messages[2].content["text"] == "Ho so H05-1 da tiep nhan, hen tra 05/03/2026."


def test_no_sms_text_no_sms(province, received):
    messages = send(
        "test.inner",
        province=province,
        recipient=EVERYWHERE,
        context={"code": "H05-1"},
        subject="dossier:1",
        key="k",
    )
    assert [message.lane for message in messages] == ["email"]


def test_in_demonstration_nothing_leaves(province, received, monkeypatch):
    monkeypatch.setattr("httpx.post", lambda *_, **__: pytest.fail("left the machine"))
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *_: pytest.fail("left the machine"))
    with frozen("2026-03-04T23:00"):
        tell(province)
        send_due()
    assert list(Message.objects.values_list("state", "demo")) == [("sent", True)] * 2


def test_a_channel_that_is_not_set_up_is_not_used(province, received, settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.delenv("MOTCUA_SMTP_URL", raising=False)
    monkeypatch.setenv("MOTCUA_SMS_URL", "http://127.0.0.1:9/")
    assert [message.lane for message in tell(province)] == ["sms"]


def test_sms_over_the_gateway(province, received, sms_gateway):
    with frozen("2026-03-04T10:00"):
        message = tell(province, channels=("sms",))[0]
        send_due()
    body, authorization, key = sms_gateway.got[0]
    assert body["to"] == "+84912000111" and body["text"].startswith("Ho so H05-1") and body["segments"] == 1
    assert authorization == "Bearer bi-mat" and key == body["id"] == str(message.uid)
    message.refresh_from_db()
    assert (message.state, message.reference, message.demo) == (State.SENT, "gw-1", False)


@pytest.mark.parametrize(
    ("status", "state"), [(500, "failed"), (429, "failed"), (401, "failed"), (422, "dead"), (302, "dead")]
)
def test_sms_refused(province, received, sms_gateway, status, state):
    sms_gateway.status = status
    with frozen("2026-03-04T10:00") as clock:
        sms_gateway.headers = {"Retry-After": "900"}
        message = tell(province, channels=("sms",))[0]
        send_due()
        message.refresh_from_db()
        assert (message.state, message.last_error) == (state, f"http.{status}")
        if state == "failed":
            assert message.next_at == clock() + dt.timedelta(seconds=900)


def test_a_number_that_is_none_is_never_sent(province, received, sms_gateway):
    message = tell(province, Recipient(phone="0222 382 123"))[0]
    send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.DEAD, "sms.number.invalid")
    assert sms_gateway.got == []


def test_sms_wait_for_the_morning_unless_urgent(province, received, sms_gateway):
    with frozen("2026-03-04T22:30") as clock:
        message = tell(province, channels=("sms",))[0]
        urgent = send(
            "test.urgent", province=province, recipient=EVERYWHERE, context={}, subject="x", key="u", channels=("sms",)
        )[0]  # fmt: skip
        send_due()
        message.refresh_from_db()
        assert (message.state, message.next_at) == (State.WAITING, at("2026-03-05T07:00"))
        assert [body["id"] for body, *_ in sms_gateway.got] == [str(urgent.uid)]
        clock.move_to(at("2026-03-05T07:00"))
        send_due()
    assert len(sms_gateway.got) == 2


def test_mail(province, received, mail_server):
    message = tell(province, channels=("email",))[0]
    send_due()
    letter = message_from_bytes(mail_server.letters[0], policy=policy.default)
    assert letter["Subject"] == "Hồ sơ H05-1 đã được tiếp nhận"
    assert letter["To"] == "mau@vi-du.example"
    assert str(message.uid) in letter["Message-ID"]
    assert "hẹn trả ngày 05/03/2026" in letter.get_content()
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize(
    ("answer", "state", "error"), [("550 no", "dead", "smtp.550"), ("450 later", "failed", "smtp.450")]
)
def test_mail_refused(province, received, mail_server, answer, state, error):
    mail_server.rcpt = answer
    message = tell(province, channels=("email",))[0]
    send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (state, error)


def test_mail_headers_cannot_be_injected(province, received, mail_server):
    context = CONTEXT | {"code": "x\nBcc: ke-xau@vi-du.example"}
    send("test.received", province=province, recipient=Recipient(email="a@vi-du.example\nBcc: b@vi-du.example"),
         context=context, subject="s", key="k")  # fmt: skip
    send("test.received", province=province, recipient=Recipient(email="a@vi-du.example"),
         context=context, subject="s2", key="k2")  # fmt: skip
    send_due()
    assert Message.objects.get(subject="s").state == State.DEAD
    assert len(mail_server.letters) == 1
    letter = message_from_bytes(mail_server.letters[0], policy=policy.default)
    assert letter["Bcc"] is None and letter["Subject"].strip().startswith("Hồ sơ x Bcc:")


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-03-04T20:59", None),
        ("2026-03-04T21:00", "2026-03-05T07:00"),
        ("2026-03-05T06:59", "2026-03-05T07:00"),
        ("2026-03-05T07:00", None),
    ],
)
def test_quiet_hours_of_default(province, moment, until):
    assert quiet_until(province.pk, at(moment)) == (at(until) if until else None)


def test_a_province_sets_its_own_quiet_hours(province, person):
    manager = person("an", province, MANAGE)
    with frozen("2026-03-04T10:00"):
        set_quiet_hours(
            manager, province, valid_from=dt.date(2026, 3, 10), starts=dt.time(12), ends=dt.time(14)
        )
        set_quiet_hours(
            manager, province, valid_from=dt.date(2026, 3, 20), starts=dt.time(0), ends=dt.time(0)
        )
        assert quiet_hours(province.pk, dt.date(2026, 3, 9)) == (dt.time(21), dt.time(7))
        assert quiet_until(province.pk, at("2026-03-10T13:00")) == at("2026-03-10T14:00")
        assert quiet_until(province.pk, at("2026-03-10T22:00")) is None
        assert quiet_until(province.pk, at("2026-03-21T23:00")) is None
        with pytest.raises(NoticesError) as refused:
            set_quiet_hours(
                manager, province, valid_from=dt.date(2026, 3, 3), starts=dt.time(1), ends=dt.time(2)
            )
        assert refused.value.code == "notices.quiet.past"
    assert QuietHours.objects.count() == Event.objects.count() == 2
    for stranger in (person("binh", province, MANAGE, unit_path="/H05/H05.1/"), person("chi")):
        with pytest.raises(NotPermitted):
            set_quiet_hours(
                stranger, province, valid_from=dt.date(2099, 1, 1), starts=dt.time(1), ends=dt.time(2)
            )
    assert QuietHours.objects.count() == 2


def test_the_inbox(province, received, person, browse):
    viewer, other = person("an"), person("binh")
    for user in (viewer, other):
        notify_user(
            user.user_id, "test.inner", province=province, context={"code": "H05-9"}, subject="dossier:9", key="w",
            link="/ho-so/9/",
        )  # fmt: skip
    send_due()
    assert Notice.objects.count() == 2 and unread_count(viewer) == 1
    client = browse(viewer)
    html = client.get("/thong-bao/").content.decode()
    assert "Hồ sơ H05-9 đến hạn ngày mai." in html and 'class="mc-bell-count">1<' in html
    mine, theirs = Notice.objects.get(user=viewer.user), Notice.objects.get(user=other.user)
    assert client.post(f"/thong-bao/{theirs.uid}/mo/").status_code == 404
    answer = client.post(f"/thong-bao/{mine.uid}/mo/")
    assert answer["Location"] == "/ho-so/9/" and unread_count(viewer) == 0
    assert unread_count(other) == 1
    browse(other).post("/thong-bao/da-doc/")
    assert unread_count(other) == 0


def test_delivery_twice_leaves_one_notice(province, received, person):
    viewer = person("an")
    notify_user(viewer.user_id, "test.inner", province=province, context={"code": "1"}, subject="s", key="k")
    send_due()
    Message.objects.update(state=State.WAITING)
    send_due()
    assert Notice.objects.count() == 1


def test_an_account_that_is_gone(province, received):
    message = notify_user(
        999_999, "test.inner", province=province, context={"code": "1"}, subject="s", key="k"
    )
    send_due()
    message[0].refresh_from_db()
    assert (message[0].state, message[0].last_error) == (State.DEAD, "app.account.unknown")


@pytest.mark.parametrize(
    "link", ["//xau.example/", "https://xau.example/", "javascript:alert(1)", "/\\xau.example"]
)
def test_a_notice_never_leads_outside(province, received, person, browse, link):
    viewer = person("an")
    notify_user(
        viewer.user_id,
        "test.inner",
        province=province,
        context={"code": "1"},
        subject="s",
        key="k",
        link=link,
    )
    send_due()
    answer = browse(viewer).post(f"/thong-bao/{Notice.objects.get().uid}/mo/")
    assert answer["Location"] == "/thong-bao/"


def test_names_are_not_markup(province, received, person, browse):
    viewer = person("an")
    notify_user(
        viewer.user_id, "test.inner", province=province, context={"code": "<script>alert(1)</script>"}, subject="s",
        key="k",
    )  # fmt: skip
    send_due()
    assert b"<script>alert" not in browse(viewer).get("/thong-bao/").content


def test_words_are_sealed(province, received, person):
    viewer = person("an")
    notify_user(
        viewer.user_id, "test.inner", province=province, context={"code": "BIMAT"}, subject="s", key="k"
    )
    send_due()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text || m::text FROM notices_notice n, outbox_message m")
        row = cursor.fetchone()[0]
    assert "BIMAT" not in row and b"BIMAT".hex() not in row


def test_old_notices_go(province, received, person):
    viewer = person("an")
    with frozen("2026-03-04T10:00") as clock:
        for key in ("a", "b"):
            notify_user(
                viewer.user_id, "test.inner", province=province, context={"code": key}, subject="s", key=key
            )
        send_due()
        Notice.objects.filter(pk=Notice.objects.first().pk).update(read_at=clock())
        clock.advance(dt.timedelta(days=181))
        assert forget_old() == 1
        clock.advance(dt.timedelta(days=220))
        assert forget_old() == 1


def test_quiet_page(province, person, browse):
    client = browse(person("an", province, MANAGE))
    assert "21:00" in client.get("/thong-bao/gio-yen-lang/").content.decode()
    client.post(
        "/thong-bao/gio-yen-lang/", {"tu-ngay": "2099-01-01", "bat-dau": "22:00", "ket-thuc": "06:00"}
    )
    assert str(QuietHours.objects.get()) == "22:00-06:00"
    client.post("/thong-bao/gio-yen-lang/", {"tu-ngay": "hôm nay"})
    assert QuietHours.objects.count() == 1
    assert browse(person("binh", province)).get("/thong-bao/gio-yen-lang/").status_code == 404
