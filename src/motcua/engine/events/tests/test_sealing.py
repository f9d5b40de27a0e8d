"""The chain holds whatever writers do, and names the first event somebody touched."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from motcua.engine.events.api import (
    Event,
    declare_event,
    export_rows,
    record,
    seal_all,
    seal_events,
    unsealed_tail,
    verify,
    verify_rows,
)
from motcua.engine.events.models import Seal
from motcua.engine.provinces.api import Province

DONE = declare_event("test:thing:done", "Đã làm {what}")


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


def happen(province, count=1, what="việc"):
    with transaction.atomic():
        return [
            record(DONE, province=province, subject=f"thing:{n}", payload={"what": what, "n": n})
            for n in range(count)
        ]


def tamper(sql: str, *parameters):
    """What only somebody with the database's own key can do: switch the triggers off and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER events_append_only")
        cursor.execute("ALTER TABLE events_seal DISABLE TRIGGER seals_append_only")
        cursor.execute(sql, parameters)


def test_every_event_gets_one_place_in_its_chain(province):
    happen(province, 5)
    happen(None, 2)
    assert unsealed_tail()[0] == 7
    assert seal_events(limit=3) == 3
    assert seal_all() == 4
    assert seal_events() == 0
    positions = list(Seal.objects.order_by("province_id", "position").values_list("province_id", "position"))
    assert positions == [(province.pk, n) for n in range(1, 6)] + [(None, 1), (None, 2)]
    found = verify()
    assert found.holds
    assert (found.checked, found.unsealed, found.oldest_unsealed) == (7, 0, None)


def test_the_unsealed_tail_is_named(province):
    happen(province, 2)
    found = verify()
    assert found.checked == 0
    assert found.unsealed == 2
    assert found.oldest_unsealed is not None


@pytest.mark.parametrize("statement", ["UPDATE events_event SET type = 'x'", "DELETE FROM events_seal"])
def test_the_database_itself_refuses_to_change_the_log(province, statement):
    happen(province)
    seal_all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert verify().holds


@pytest.mark.parametrize(
    "change",
    [
        "type = 'test:thing:undone'",
        "subject = 'thing:999'",
        "occurred_at = occurred_at - interval '1 second'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "unit_path = '/H05/'",
        "idempotency_key = 'k'",
        """payload = '{"what": "khác", "n": 2}'""",
        "digest = sha256('x')",
    ],
)
def test_any_changed_part_of_an_event_is_found(province, change):
    events = happen(province, 4)
    seal_all()
    tamper(f"UPDATE events_event SET {change} WHERE id = %s", events[2].pk)
    (broken,) = verify().breaks
    assert (broken.position, broken.event_uid) == (3, str(events[2].uid))


def test_a_changed_event_whose_digest_was_mended_too_breaks_its_link(province):
    events = happen(province, 3)
    seal_all()
    tamper("UPDATE events_event SET subject = 'thing:7' WHERE id = %s", events[1].pk)
    mended = Event.objects.get(pk=events[1].pk)
    from motcua.engine.events.api import digest_of

    tamper("UPDATE events_event SET digest = %s WHERE id = %s", digest_of(mended), mended.pk)
    (broken,) = verify().breaks
    assert (broken.position, broken.reason) == (2, "link")


def test_a_removed_event_leaves_a_gap(province):
    events = happen(province, 3)
    seal_all()
    tamper("DELETE FROM events_seal WHERE event_id = %s", events[1].pk)
    (broken,) = verify().breaks
    assert (broken.position, broken.reason) == (3, "gap")


def test_an_exported_log_is_verified_without_the_database(province):
    happen(province, 3)
    seal_all()
    lines = [json.dumps(row) for row in export_rows()]
    assert verify_rows(json.loads(line) for line in lines).holds
    lines[1] = lines[1].replace("thing:1", "thing:8")
    assert not verify_rows(json.loads(line) for line in lines).holds


def test_an_event_belongs_to_its_transaction(province):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(DONE, province=province)
        1 / 0  # noqa: B018
    assert not Event.objects.exists()
    assert unsealed_tail() == (0, None)


@pytest.mark.django_db(transaction=True)
def test_events_need_a_transaction(province):
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record(DONE, province=province)


@pytest.mark.django_db(transaction=True)
def test_no_event_is_skipped_when_writers_commit_out_of_order(province):
    """A writer that took an earlier id commits after a later one was sealed."""
    early_has_its_id, late_is_sealed = threading.Event(), threading.Event()

    def slow_writer():
        try:
            with transaction.atomic():
                record(DONE, province=province, subject="thing:early")
                early_has_its_id.set()
                late_is_sealed.wait(10)
        finally:
            connections.close_all()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert early_has_its_id.wait(10)
    happen(province)
    assert seal_all() == 1
    late_is_sealed.set()
    writer.join(10)
    assert seal_all() == 1
    subjects = Seal.objects.order_by("position").values_list("event__subject", flat=True)
    assert list(subjects) == ["thing:0", "thing:early"]
    assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers(province):
    def write():
        try:
            for _ in range(10):
                happen(province, 3)
        finally:
            connections.close_all()

    def seal():
        try:
            while any(writer.is_alive() for writer in writers):
                seal_events(limit=7)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(3)]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers + sealers:
        thread.join(30)
    seal_all()
    found = verify()
    assert found.holds
    assert (found.checked, found.unsealed) == (90, 0)


def test_the_same_key_records_once(province):
    from django.db import IntegrityError

    with transaction.atomic():
        record(DONE, province=province, idempotency_key="k1")
    with pytest.raises(IntegrityError), transaction.atomic():
        record(DONE, province=province, idempotency_key="k1")
    assert Event.objects.count() == 1


def test_an_undeclared_type_is_refused(province):
    with pytest.raises(LookupError), transaction.atomic():
        record("test:thing:unheard", province=province)
