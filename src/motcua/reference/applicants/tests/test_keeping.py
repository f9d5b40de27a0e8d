"""Nothing personal stands plain in the tables, and what nobody needs any more goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection

from motcua.engine.events.api import Event
from motcua.engine.privacy.api import apply_retention, log_reading
from motcua.kernel.clock import frozen
from motcua.reference.applicants import keeping
from motcua.reference.applicants.api import (
    Applicant,
    ApplicantDraft,
    ApplicantRefused,
    find_applicants,
    keep_while,
    likely_duplicates,
    masked,
    merge_applicants,
    reveal,
    update_applicant,
)

pytestmark = pytest.mark.django_db

PERSONAL = {
    "identity_number": "027000000123",
    "phone": "0900000123",
    "email": "mau.an@vidu.vn",
    "address": "Số 5, Đường Mẫu Dài",
    "birth_date": "1990-05-17",
}


def test_no_personal_value_is_found_in_a_dump_of_the_database(enter, officer):
    one = enter("Nguyễn Mẫu An", **PERSONAL)
    firm = enter("Mẫu", kind="enterprise", representative="Trần Mẫu Đại Diện", phone="0900000124")
    reveal(officer, one, purpose="applicants.receive")
    update_applicant(officer, firm, ApplicantDraft(kind="enterprise", display_name="Mẫu", phone="0900000125"))
    dump = dumped()
    assert "Nguyễn Mẫu An".encode() in dump and len(dump) > 5_000
    for text in (*PERSONAL.values(), "Trần Mẫu Đại Diện", "0900000124", "0900000125", "17/05/1990"):
        for form in (text, text.upper(), text.encode().hex()):
            assert form.encode() not in dump, form
    assert dt.date(1990, 5, 17).isoformat().encode() not in dump


def gone(**asked) -> list[tuple[str, ...]]:
    """What the rule of applicants erased, or would erase; other rooms have rules of their own."""
    return [one.subjects for one in apply_retention(**asked) if one.retention.code == keeping.IDLE]


def dumped() -> bytes:
    """Every table of the database in PostgreSQL's text form, and in its binary form."""
    blocks = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for form in ("text", "binary"):
                with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT {form})') as copy:
                    blocks += [bytes(block) for block in copy]
    return b"".join(blocks)


class TestErasing:
    @pytest.fixture
    def people(self, enter, monkeypatch):
        monkeypatch.setattr(keeping, "_needs", {})
        with frozen("2015-03-01"):
            idle = enter("Nguyễn Mẫu An", **PERSONAL)
            busy = enter("Trần Mẫu Bình", phone="0900000002")
        with frozen("2020-03-01"):
            recent = enter("Lê Mẫu Chi", phone="0900000003")
        return idle, busy, recent

    def erased(self):
        return set(Applicant.objects.filter(erased_at__isnull=False).values_list("pk", flat=True))

    def test_who_is_idle_and_needed_by_nobody(self, people, officer, province):
        idle, busy, _recent = people
        asked = []

        def needed(where, ids, before):
            asked.append((where, before.date()))
            return [pk for pk in ids if pk == busy.pk]

        keep_while("test.dossiers", needed)
        with frozen("2026-03-02"):
            assert gone(dry_run=True) == [(idle.subject,)]
            assert self.erased() == set()
            apply_retention(dry_run=False)
            assert gone(dry_run=True) == [()]
        assert self.erased() == {idle.pk}
        assert set(asked) == {(province, dt.date(2016, 3, 2))}
        event = Event.objects.get(type="privacy:data:purged")
        assert (event.subject, event.payload["rule"]) == (idle.subject, "applicants.idle")

    def test_nothing_is_left_of_them(self, people, officer, province):
        idle = people[0]
        with frozen("2026-03-02"):
            apply_retention(dry_run=False)
        row = Applicant.objects.get(pk=idle.pk)
        assert (row.display_name, row.phone, row.identity_number, row.birth_date) == ("–", "", "", "")
        assert masked(row).identity == "" and bytes(row.identity_blind) == bytes(row.person_blind) == b""
        for words in ("nguyen", "027000000123", "0900000123", "–"):
            assert row not in find_applicants(officer, province, words)
        draft = ApplicantDraft(
            "citizen", "Nguyễn Mẫu An", identity_kind="citizen_id", identity_number="027000000123"
        )
        assert likely_duplicates(province, draft) == []
        with pytest.raises(ApplicantRefused, match="hết hạn lưu"):
            update_applicant(officer, row, draft)
        assert b"0900000123" not in dumped()

    def test_a_person_is_kept_or_goes_with_every_record(self, people, officer, enter):
        idle, busy, recent = people
        with frozen("2015-03-01"):
            merge_applicants(officer, idle, busy, "Cùng một người")
        with frozen("2020-03-01"):
            merge_applicants(officer, Applicant.objects.get(pk=idle.pk), recent, "Cùng một người")
        with frozen("2026-03-02"):
            apply_retention(dry_run=False)
            assert self.erased() == set()
        with frozen("2030-03-02"):
            apply_retention(dry_run=False)
            assert self.erased() == {idle.pk, busy.pk, recent.pk}

    def test_many_who_are_needed_do_not_hide_one_who_is_not(self, people, monkeypatch, enter):
        monkeypatch.setattr(keeping, "_CHUNK", 2)
        idle, busy, _recent = people
        with frozen("2015-03-01"):
            last = enter("Vũ Mẫu Dũng")
        keep_while("test.dossiers", lambda where, ids, before: [pk for pk in ids if pk in (idle.pk, busy.pk)])
        with frozen("2026-03-02"):
            assert gone(dry_run=False, limit=1) == [(last.subject,)]

    def test_every_reference_is_seen_also_a_hidden_one(self, people, monkeypatch):
        pointing = {(model._meta.label, column) for model, column in keeping._references()}
        expected = {
            (model._meta.label, column.name)
            for model in apps.get_models()
            for column in model._meta.concrete_fields
            if column.is_relation and column.related_model is Applicant and model is not Applicant
        }
        assert pointing == expected
        keeping._referred_to([person.pk for person in people])

    def test_who_is_referred_to_by_a_room_that_says_nothing_is_kept(self, people, monkeypatch):
        idle, busy, _recent = people
        monkeypatch.setattr(keeping, "_referred_to", lambda ids: {idle.pk}.intersection(ids))
        with frozen("2026-03-02"):
            apply_retention(dry_run=False)
        assert self.erased() == {busy.pk}

    def test_readings_stay(self, people, officer, province):
        log_reading(officer, province=province, subject=people[0].subject, fields=("phone",), purpose="x")
        with frozen("2026-03-02"):
            apply_retention(dry_run=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM privacy_reading")
            assert cursor.fetchone() == (1,)
