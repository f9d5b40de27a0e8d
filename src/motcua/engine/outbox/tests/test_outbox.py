"""Put once, sent in order, backed off, broken and healed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.engine.events.api import Event
from motcua.engine.outbox import sending
from motcua.engine.outbox.api import (
    Message,
    OutboxError,
    Permanent,
    Postponed,
    Sent,
    State,
    Temporary,
    backlog_size,
    cancel_message,
    put,
    replay_lane,
    replay_message,
    send_due,
)
from motcua.engine.outbox.breaker import rest_after
from motcua.engine.outbox.models import Lane
from motcua.engine.outbox.permissions import MANAGE, VIEW
from motcua.engine.outbox.senders import Sender
from motcua.engine.outbox.upkeep import forget_old
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.privacy.api import Reading
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen

pytestmark = pytest.mark.django_db

NOON = "2026-03-04T12:00"


def put_one(province, key, **more):
    return put("test", "kind", {"to": "0912000111", "text": f"Tin {key}"}, province=province, key=key, **more)


def seconds(amount):
    return dt.timedelta(seconds=amount)


def test_a_message_is_put_once_and_sent_once(province, sender):
    first = put_one(province, "a")
    again = put("test", "other", {"text": "khác"}, province=province, key="a")
    assert again.pk == first.pk and again.content == {"to": "0912000111", "text": "Tin a"}
    other = Province.objects.create(key="q", agency_code="H06", place_code="25")
    assert put_one(other, "a").pk != first.pk
    assert send_due() == 2 and send_due() == 0
    assert sorted(outgoing.province_id for outgoing in sender.sent) == [province.pk, other.pk]
    first.refresh_from_db()
    assert (first.state, first.attempts, first.reference) == (State.SENT, 1, "ok")
    assert sender.sent[0].uid == first.uid and sender.sent[0].payload["text"] == "Tin a"


@pytest.mark.django_db(transaction=True)
def test_put_belongs_to_its_transaction(province, sender):
    with pytest.raises(RuntimeError, match="outside"):
        put_one(province, "a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put_one(province, "a")
        1 / 0  # noqa: B018
    assert not Message.objects.exists() and send_due() == 0


def test_putting_is_one_statement(province, django_assert_num_queries):
    with django_assert_num_queries(1):
        put_one(province, "a")


def test_nothing_personal_lies_open_in_the_table(province):
    put_one(province, "a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM outbox_message m")
        row = cursor.fetchone()[0]
    assert "0912000111" not in row and b"0912000111".hex() not in row


def test_a_subject_keeps_its_order_and_others_do_not_wait(province, sender):
    sender.answers = [Temporary("http.503", blames_lane=False)]
    with frozen(NOON) as clock:
        for key in ("a1", "a2"):
            put_one(province, key, subject="dossier:a")
        put_one(province, "b1", subject="dossier:b")
        send_due()
        assert sender.keys == ["a1", "b1"]
        clock.advance(seconds(13))
        send_due()
    assert sender.keys == ["a1", "b1", "a1", "a2"]
    assert not Message.objects.exclude(state=State.SENT).exists()


def test_failures_wait_longer_each_time_and_end(province, sender):
    sender.attempts = 3
    sender.answers = [Temporary("http.500", blames_lane=False) for _ in range(3)]
    waits = []
    with frozen(NOON) as clock:
        message = put_one(province, "a")
        for _ in range(3):
            send_due()
            message.refresh_from_db()
            if message.state == State.FAILED:
                waits.append((message.next_at - clock()).total_seconds())
                clock.advance(message.next_at - clock())
    assert 8 <= waits[0] <= 12 and 24 <= waits[1] <= 36
    assert (message.state, message.attempts, message.last_error) == (State.DEAD, 3, "http.500")
    told = Event.objects.get(type="outbox:message:dead")
    assert told.payload == {"lane": "test", "kind": "kind", "attempts": 3, "error": "http.500"}


def test_the_other_side_may_ask_for_more_time(province, sender):
    sender.answers = [Temporary("http.429", after=500)]
    with frozen(NOON) as clock:
        message = put_one(province, "a")
        send_due()
        message.refresh_from_db()
        assert message.next_at == clock() + seconds(500)


def test_what_can_never_be_sent_is_dead_at_once(province, sender):
    sender.answers = [Permanent("sms.number.invalid")]
    message = put_one(province, "a")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (State.DEAD, 1, "sms.number.invalid")
    assert not Lane.objects.filter(failures__gt=0).exists()


def test_a_broken_sender_is_a_failure_without_its_words(province, sender):
    sender.answers = [RuntimeError("0912000111 không có")]
    message = put_one(province, "a")
    send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "RuntimeError")


def test_what_waits_by_rule_costs_no_attempt(province, sender):
    with frozen(NOON) as clock:
        sender.answers = [Postponed(clock() + seconds(3600), "quiet-hours")]
        message = put_one(province, "a")
        send_due()
        message.refresh_from_db()
        assert (message.state, message.attempts, message.last_error) == (State.WAITING, 0, "quiet-hours")
        assert send_due() == 0
        clock.advance(seconds(3600))
        assert send_due() == 1


def test_not_before(province, sender):
    with frozen(NOON) as clock:
        put_one(province, "a", not_before=clock() + seconds(60))
        assert send_due() == 0
        clock.advance(seconds(60))
        assert send_due() == 1


def test_the_breaker_opens_probes_and_closes(province, sender):
    sender.answers = [Temporary("http.503")] * 6
    with frozen(NOON) as clock:
        for number in range(20):
            put_one(province, f"k{number:02}")
        assert send_due() == 5 and len(sender.sent) == 5, "the fifth failure in a row opens it"
        row = Lane.objects.get()
        assert (row.failures, row.last_error) == (5, "http.503")
        assert row.open_until == clock() + seconds(30)
        assert send_due() == 0
        untouched = Message.objects.filter(state=State.WAITING)
        assert untouched.count() == 15 and not untouched.filter(attempts__gt=0).exists()
        clock.advance(seconds(30))
        assert send_due() == 1 and len(sender.sent) == 6, "one probe"
        assert Lane.objects.get().open_until == clock() + seconds(60)
        clock.advance(seconds(60))
        send_due()
        clock.advance(seconds(60))
        send_due()
        assert not Message.objects.exclude(state=State.SENT).exists()
        row.refresh_from_db()
        assert (row.failures, row.open_until, row.opened_at) == (0, None, None)
    types = list(
        Event.objects.filter(type__startswith="outbox:lane").order_by("pk").values_list("type", flat=True)
    )
    assert types == ["outbox:lane:opened", "outbox:lane:closed"]


def test_rests_grow_to_a_quarter_of_an_hour():
    assert [rest_after(failures) for failures in (5, 6, 7, 10, 99)] == [30, 60, 120, 900, 900]


def test_lanes_break_apart(province, sender):
    for number in range(5):
        put_one(province, f"k{number}")
    sender.answers = [Temporary("http.503")] * 5
    send_due()
    put("test:other", "kind", {}, province=province, key="x")
    assert send_due() == 1 and sender.sent[-1].lane == "test:other"


def test_a_lane_without_adapter_waits(province):
    put("nobody", "kind", {}, province=province, key="x")
    assert send_due() == 0 and backlog_size("nobody", province.pk) == 1


def test_a_lane_that_is_not_ready_waits(province, sender):
    sender.ready = lambda province_id, lane: False
    put_one(province, "a")
    assert send_due() == 0
    del sender.ready
    assert send_due() == 1


def test_a_lease_that_ran_out_is_taken_again_with_the_same_uid(province, sender):
    with frozen(NOON) as clock:
        message = put_one(province, "a")
        lost = sending.take(province.pk, "test", sender, 10)
        assert len(lost) == 1 and sending.take(province.pk, "test", sender, 10) == []
        clock.advance(seconds(Sender.lease))
        send_due()
        assert sender.sent[0].uid == message.uid and sender.sent[0].attempt == 2
        sending._fail(lost[0], Temporary("late"))
        message.refresh_from_db()
        assert message.state == State.SENT, "who lost the lease changes nothing"


def test_a_message_that_kills_every_worker_is_given_up(province, sender):
    sender.attempts = 2
    with frozen(NOON) as clock:
        message = put_one(province, "a")
        for _ in range(2):
            sending.take(province.pk, "test", sender, 10)
            clock.advance(seconds(Sender.lease))
        send_due()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.DEAD, "outbox.worker.killed")
    assert sender.sent == []


def test_replay_and_cancel(province, sender, person):
    manager = person("an", province, MANAGE, VIEW)
    sender.answers = [Permanent("no")]
    message = put_one(province, "a")
    send_due()
    replay_message(manager, province, message.uid)
    send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)
    with pytest.raises(OutboxError) as refused:
        replay_message(manager, province, message.uid)
    assert refused.value.code == "outbox.message.not-replayable"
    other = put_one(province, "b")
    cancel_message(manager, province, other.uid)
    assert send_due() == 0
    replay_message(manager, province, other.uid)
    assert send_due() == 1
    types = list(
        Event.objects.filter(subject=f"message:{other.uid}").order_by("pk").values_list("type", "actor")
    )
    assert types == [
        ("outbox:message:cancelled", manager.user_id),
        ("outbox:message:replayed", manager.user_id),
    ]


def test_a_whole_lane_is_sent_again(province, sender, person):
    manager = person("an", province, MANAGE)
    sender.answers = [Permanent("no")] * 2 + [Temporary("x")] * 5
    for number in range(7):
        put_one(province, f"k{number}")
    send_due()
    assert send_due() == 0
    assert replay_lane(manager, province, "test") == 2
    send_due()
    assert Message.objects.filter(state=State.SENT).count() == 7


def test_strangers_change_nothing(province, person):
    message = put_one(province, "a")
    of_unit = person("binh", province, MANAGE, VIEW, unit_path="/H05/H05.1/")
    elsewhere = person(
        "chi", Province.objects.create(key="q", agency_code="H06", place_code="25"), MANAGE, VIEW
    )
    for viewer in (of_unit, elsewhere):
        for operation in (replay_message, cancel_message):
            with pytest.raises(NotPermitted):
                operation(viewer, province, message.uid)
        with pytest.raises(NotPermitted):
            replay_lane(viewer, province, "test")
    message.refresh_from_db()
    assert message.state == State.WAITING and not Event.objects.exists()


def test_content_is_forgotten_then_the_row(province, sender):
    with frozen(NOON) as clock:
        message = put_one(province, "a")
        send_due()
        put_one(province, "waiting", not_before=clock() + dt.timedelta(days=999))
        clock.advance(dt.timedelta(days=91))
        assert forget_old() == 1 and forget_old() == 0
        message.refresh_from_db()
        assert message.content == {}
        clock.advance(dt.timedelta(days=310))
        assert forget_old() == 1
        assert list(Message.objects.values_list("key", flat=True)) == ["waiting"]


def test_the_database_holds_one_message_of_a_key(province):
    message = put_one(province, "a")
    message.pk, message.uid = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.bulk_create([Message(province=province, lane="test", key="a", kind="k", payload=b"",
                                             next_at=message.next_at, created_at=message.created_at)])  # fmt: skip


def test_pages(province, sender, person, browse):
    message = put_one(province, "a", person="applicant:1")
    viewer = person("an", province, VIEW)
    client = browse(viewer)
    index = client.get("/hop-thu-di/").content.decode()
    assert f"/hop-thu-di/{message.uid}/" in index and "0912000111" not in index
    shown = client.get(f"/hop-thu-di/{message.uid}/").content.decode()
    assert "Tin a" not in shown and not Reading.objects.exists()
    opened = client.post(f"/hop-thu-di/{message.uid}/noi-dung/").content.decode()
    assert "Tin a" in opened and "0912000111" in opened
    reading = Reading.objects.get()
    assert (reading.viewer_id, reading.subject) == (viewer.user_id, "applicant:1")
    assert reading.through == f"message:{message.uid}"
    assert client.post(f"/hop-thu-di/{message.uid}/gui-lai/").status_code == 404, "may look, may not act"


def test_pages_act(province, sender, person, browse):
    client = browse(person("an", province, VIEW, MANAGE))
    message = put_one(province, "a")
    client.post(f"/hop-thu-di/{message.uid}/huy/")
    message.refresh_from_db()
    assert message.state == State.CANCELLED
    client.post(f"/hop-thu-di/{message.uid}/gui-lai/")
    message.refresh_from_db()
    assert message.state == State.WAITING
    sender.answers = [Permanent("no")]
    send_due()
    client.post("/hop-thu-di/kenh/gui-lai/", {"kenh": "test"})
    message.refresh_from_db()
    assert message.state == State.WAITING
    assert Sent().demo is False


def test_strangers_find_no_page(province, person, browse):
    message = put_one(province, "a")
    client = browse(person("binh", province, VIEW, MANAGE, unit_path="/H05/H05.1/"))
    assert client.get(f"/hop-thu-di/{message.uid}/").status_code == 404
    assert client.post(f"/hop-thu-di/{message.uid}/noi-dung/").status_code == 404
    assert not Reading.objects.exists()
    assert f"{message.uid}" not in client.get("/hop-thu-di/").content.decode()
