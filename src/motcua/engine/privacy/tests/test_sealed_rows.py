"""In the database nothing personal can be read, moved or changed unseen; rotation reaches every row."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import isolate_apps

from motcua.engine.events.api import Event
from motcua.engine.privacy import resealing
from motcua.engine.privacy.api import PrivacyError, SealedField, seal
from motcua.engine.privacy.fields import Sealed
from motcua.engine.privacy.keys import new_key, parse_keys, remember_keys
from motcua.engine.privacy.models import DataKey
from motcua.engine.privacy.resealing import Column, reseal_column, waiting
from motcua.engine.privacy.ring import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def note():
    """A table of one sealed and one plain column, for the test only."""
    with isolate_apps("motcua.engine.privacy"):

        class Note(models.Model):
            name = models.CharField(max_length=20)
            phone = SealedField(context="test.phone", max_length=20)
            hint = SealedField(context="test.hint", null=True)

            class Meta:
                app_label = "privacy"
                db_table = "privacy_test_note"

            def __str__(self):
                return self.name

    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield Note
    with connection.schema_editor() as editor:
        editor.delete_model(Note)


def raw(column="phone", key=None):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM privacy_test_note ORDER BY id")
        return [bytes(row[0]) if row[0] is not None else None for row in cursor.fetchall()]


def put(column, blob):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_test_note SET {column} = %s", [blob])


def test_text_in_python_sealed_in_the_table(note):
    note.objects.create(name="a", phone="0900000001")
    note.objects.create(name="b")
    first, second = note.objects.order_by("pk")
    assert (first.phone, second.phone, first.hint) == ("0900000001", "", "")
    blobs = raw()
    assert blobs[1] == b"" and b"0900" not in blobs[0] and len(blobs[0]) == 10 + 33
    assert note(hint=None).hint is None


def test_opened_only_when_asked_for(note, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "motcua.engine.privacy.fields.open_sealed",
        lambda blob, *, context: opened.append(context) or "mở",
    )
    note.objects.create(name="a", phone="0900000001")
    row = note.objects.get()
    row.name = "b"
    row.save()
    assert opened == []
    assert (row.phone, row.phone) == ("mở", "mở") and opened == ["test.phone"]
    assert isinstance(note.objects.values_list("phone", flat=True)[0], Sealed)
    assert note.objects.defer("phone").get().phone == "mở"


def test_a_row_saved_unopened_keeps_its_value(note):
    note.objects.create(name="a", phone="0900000001")
    before = raw()
    row = note.objects.get()
    row.name = "b"
    row.save()
    assert raw() == before
    row.phone = "0900000002"
    row.save()
    assert note.objects.get().phone == "0900000002" and raw() != before
    note.objects.update(phone="0900000003")
    assert note.objects.get().phone == "0900000003"
    note.objects.bulk_create([note(name="c", phone="0900000004")])
    assert note.objects.get(name="c").phone == "0900000004"
    rows = list(note.objects.all())
    rows[0].phone = "0900000005"
    note.objects.bulk_update(rows, ["phone"])
    assert {row.phone for row in note.objects.all()} == {"0900000005", "0900000004"}


def test_a_value_moved_to_another_column_or_changed_does_not_open(note):
    note.objects.create(name="a", phone="0900000001", hint="bí mật")
    put("hint", raw()[0])
    with pytest.raises(PrivacyError) as refusal:
        note.objects.get().hint  # noqa: B018
    assert refusal.value.code == "privacy.sealed.broken" and "test.hint" in refusal.value.message
    assert note.objects.get().phone == "0900000001"
    put("phone", raw()[0][:-1] + b"\x00")
    row = note.objects.get()
    assert row.name == "a"
    with pytest.raises(PrivacyError):
        row.phone  # noqa: B018


def test_not_searched_nor_given_anything_but_text(note):
    for lookup in ("phone", "phone__startswith", "phone__in"):
        with pytest.raises(FieldError, match="blind index"):
            note.objects.filter(**{lookup: "0900000001"})
    note.objects.create(name="a", hint=None)
    assert note.objects.filter(hint__isnull=True).count() == 1
    for wrong, problem in ((900000001, TypeError), ("0" * 21, ValidationError)):
        with pytest.raises(problem), transaction.atomic():
            note.objects.create(name="b", phone=wrong)
    assert note.objects.count() == 1


@pytest.fixture
def column(note, monkeypatch):
    column = Column("privacy_test_note", "id", "phone", "test.phone")
    monkeypatch.setattr(resealing, "sealed_columns", lambda: [column])
    monkeypatch.setattr("motcua.engine.privacy.management.commands.reseal.sealed_columns", lambda: [column])
    # The tests' data folder may hold files sealed under keys of other tests.
    monkeypatch.setattr(resealing, "_files", [])
    DataKey.objects.all().delete()
    return column


def test_rotation_reaches_every_row_and_can_be_stopped_and_resumed(note, column, new_ring, capsys):
    first, second = new_key(), new_key()
    new_ring(first)
    remember_keys()
    for number in range(7):
        note.objects.create(name=str(number), phone=f"090000000{number}" if number != 3 else "")
    new_ring(first, second)
    remember_keys()
    assert waiting(column) == 6
    steps = reseal_column(column, batch=2)
    assert next(steps) == 2
    steps.close()
    assert waiting(column) == 4
    note.objects.create(name="7", phone="0900000007")
    call_command("reseal", batch=3)
    told = capsys.readouterr().out
    assert "4 giá trị" in told
    assert waiting(column) == 0
    ring = new_ring(second)
    assert {key_of(blob) for blob in raw() if blob} == {ring.newest_id}
    assert [row.phone for row in note.objects.order_by("pk")] == [
        f"090000000{number}" if number != 3 else "" for number in range(8)
    ]
    event = Event.objects.get(type="privacy:keys:resealed")
    assert event.payload == {"rows": 4, "key": ring.newest_id.hex()}


def test_after_rotation_the_database_asks_for_the_first_and_the_newest_key_only(
    note, column, new_ring, capsys
):
    one, two, three = new_key(), new_key(), new_key()
    for ring in ((one,), (one, two), (one, two, three)):
        new_ring(*ring)
        remember_keys()
    assert DataKey.objects.count() == 3
    call_command("reseal")
    assert "Không còn dòng nào cần khóa" in capsys.readouterr().out
    new_ring(one, three)
    remember_keys()
    assert DataKey.objects.count() == 2


def test_a_broken_value_stops_the_rotation_and_says_where(note, column, new_ring):
    first = new_key()
    new_ring(first)
    note.objects.create(name="a", phone="0900000001")
    put("phone", raw()[0][:-1] + bytes([raw()[0][-1] ^ 1]))
    new_ring(first, new_key())
    with pytest.raises(PrivacyError) as refusal:
        list(reseal_column(column))
    assert refusal.value.code == "privacy.sealed.broken" and "test.phone" in refusal.value.message


def test_columns_are_found_by_themselves_or_named(monkeypatch):
    monkeypatch.setattr(resealing, "_declared", dict(resealing._declared))
    resealing.declare_sealed_column("events.Event", "digest", "test.named")
    found = resealing.sealed_columns()
    assert Column("events_event", "id", "digest", "test.named") in found
    assert Column("applicants_applicant", "id", "phone", "applicants.phone") in found


def test_nothing_plain_in_a_dump_of_the_table(note):
    secrets = ["027000000123", "0900000123", "Số 5 đường Mẫu"]
    for number, text in enumerate(secrets):
        note.objects.create(name=str(number), phone=text[:20], hint=text)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY privacy_test_note TO STDOUT (FORMAT binary)") as copy,
    ):
        dump = b"".join(bytes(block) for block in copy)
    assert len(dump) > 300
    for text in secrets:
        assert text.encode() not in dump and text.encode()[:6] not in dump


def test_the_ring_in_memory_does_not_show_its_keys(new_ring):
    text = new_key()
    ring = new_ring(text)
    key = parse_keys(text)[0]
    assert key.hex() not in repr(vars(ring)) and text not in repr(ring)


def test_readings_cannot_be_changed(province):
    from motcua.engine.privacy.api import log_reading

    log_reading(None, province=province, subject="applicant:1", fields=("phone",), purpose="x")
    for statement in ("DELETE FROM privacy_reading", "UPDATE privacy_reading SET purpose = 'y'"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_sealing_through_the_door():
    from motcua.engine.privacy.api import blind, open_sealed

    assert open_sealed(memoryview(seal("xin chào", context="a")), context="a") == "xin chào"
    assert seal("", context="a") == b"" and open_sealed(b"", context="a") == ""
    assert len(blind("x", context="a")) == 32
