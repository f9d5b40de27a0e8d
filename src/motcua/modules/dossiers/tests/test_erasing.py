"""Past its retention a dossier's papers and personal data go; what is counted stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.files.api import StoredFile, store
from motcua.engine.privacy.api import apply_retention
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api, erasing
from motcua.modules.dossiers.data import Handover, ResultDraft
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Slip, Task
from motcua.modules.dossiers.queries import find_dossier, follow, search_dossiers
from motcua.reference.calendars.api import set_parameter
from motcua.reference.people.api import Installer

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ENDED, STILL_KEPT, PAST = "2026-03-02T09:00", "2046-03-01T09:00", "2046-03-03T09:00"
# What people wrote, by the operation that took it.
WRITTEN = (
    "Về mảnh đất mẫu", "Ghi chú mẫu của người nhận", "Tóm tắt mẫu cho người nộp", "Đồng ý mẫu của lãnh đạo",
    "Người Nhận Mẫu", "Lý do lấy ý kiến mẫu", "Trả lời mẫu", "Giấy mẫu riêng",
)  # fmt: skip


def scan(world: Any, viewer: Any) -> StoredFile:
    return store(PDF, name="ban-quet.pdf", province=world.province, viewer=viewer)


def ended(world: Any, moment: str = "2026-03-02T08:15") -> Any:
    """A dossier with everything people can write on it."""
    from motcua.modules.dossiers.data import HandedPaper

    v = world.viewers
    with frozen(moment):
        filing = world.filing(subject=WRITTEN[0], papers=(HandedPaper(WRITTEN[7]),))
        uid = api.file_dossier(v["desk"], world.province, filing).uid
        api.attach_paper(v["desk"], uid, 1, scan(world, v["desk"]).pk)
        api.forward_dossier(v["desk"], uid, note=WRITTEN[1])
        api.forward_dossier(v["leader"], uid)
        api.consult_units(
            v["officer"],
            uid,
            [world.department.code],
            WRITTEN[5],
            dt.datetime.fromisoformat("2026-03-20T10:00+07:00"),
        )
        asked = Task.objects.get(dossier__uid=uid, kind="consult")
        api.answer_consultation(v["dept_officer"], uid, asked.key, WRITTEN[6])
        api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận", True, WRITTEN[2]))
        api.approve_dossier(v["leader"], uid, note=WRITTEN[3])
        api.sign_dossier(v["leader"], uid)
        api.record_result(v["clerk"], uid)
        api.return_result(v["desk"], uid, Handover("counter", WRITTEN[4], authorised=True))
    return uid


def purge(moment: str) -> list[str]:
    with frozen(moment):
        return [
            subject
            for outcome in apply_retention(dry_run=False)
            if outcome.retention.code == erasing.ENDED
            for subject in outcome.subjects
        ]


COUNTED = (
    "code", "status", "unit_code", "received_code", "procedure_code", "channel", "registered_at", "received_at",
    "promised", "legal_due", "index_due", "ended_at", "returned_at", "supplements", "extensions", "late_reason",
)  # fmt: skip


def test_what_people_wrote_goes_and_what_is_counted_stays(world):
    uid = ended(world)
    name = world.applicant.display_name
    rows = Dossier.objects.filter(uid=uid)
    before = rows.values(*COUNTED).get()
    steps = list(
        Task.objects.filter(dossier__uid=uid).values("key", "unit_code", "opened_at", "due_at", "closed_at")
    )
    assert purge(STILL_KEPT) == [] and all(text in dumped() for text in WRITTEN[:4])
    assert purge(PAST) == [f"dossier:{uid}"]
    left = dumped()
    assert [text for text in (*WRITTEN, name) if text in left] == []
    assert rows.values(*COUNTED).get() == before
    assert steps == list(
        Task.objects.filter(dossier__uid=uid).values("key", "unit_code", "opened_at", "due_at", "closed_at")
    )
    assert all(row.facts == "" and row.kind for row in Slip.objects.filter(dossier__uid=uid))
    assert DossierResult.objects.get(dossier__uid=uid).document_number, "the register keeps its number"
    assert not StoredFile.objects.exists()
    assert Event.objects.filter(type="privacy:data:purged", subject=f"dossier:{uid}").count() == 1
    assert purge(PAST) == [], "erased once"


def dumped() -> str:
    """The dossier tables as text, without the steps' and results' own words of the process."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("dossiers_"):
                with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                    found += [bytes(block).decode() for block in copy]
    return "".join(found)


def test_nobody_finds_or_works_on_what_is_gone_and_the_page_says_why(world):
    uid = ended(world)
    dossier = Dossier.objects.get(uid=uid)
    code, check = dossier.code, dossier.check_value
    assert follow(code, check) is not None
    purge(PAST)
    assert follow(code, check) is None and follow(code, "") is None
    desk = world.viewers["desk"]
    assert not search_dossiers(desk, world.province, "nguyen dao")
    assert find_dossier(desk, world.province, uid) is not None
    with pytest.raises(api.DossierRefused) as refusal:
        api.ask_reopening(world.viewers["leader"], uid, "Sai sót")
    assert refusal.value.code == "dossiers.erased"
    User.objects.filter(pk=desk.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(
        User.objects.get(pk=desk.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("dossiers:dossier", args=[uid]))
    assert "đã hết thời hạn lưu trữ" in page.content.decode()
    slip = Slip.objects.filter(dossier__uid=uid).first()
    assert client.get(reverse("dossiers:slip", args=[uid, slip.uid])).status_code == 404
    assert (
        client.post(reverse("dossiers:open-person", args=[uid]), {"purpose": "dossiers.work"}).status_code
        == 404
    )


def test_what_is_open_or_waits_to_be_handed_over_or_is_kept_for_good_stays(world):
    v = world.viewers
    uid = ended(world)
    with frozen("2026-03-02T08:15"):
        waiting = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        api.forward_dossier(v["leader"], waiting)
        api.submit_dossier(v["officer"], waiting, ResultDraft("Giấy xác nhận"))
        api.approve_dossier(v["leader"], waiting)
        api.sign_dossier(v["leader"], waiting)
        api.record_result(v["clerk"], waiting)
        api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True)
        field = Dossier.objects.get(uid=uid).field_code
        set_parameter(
            Installer(), world.province, "dossiers.kept_fields", f"DD, {field}", dt.date(2026, 4, 1), "QĐ"
        )
    assert purge(PAST) == []
    with frozen("2026-03-02T08:15"):
        set_parameter(Installer(), world.province, "dossiers.kept_fields", "–", dt.date(2046, 1, 1), "QĐ")
    assert purge(PAST) == [f"dossier:{uid}"]


def test_a_file_that_another_dossier_or_another_room_holds_stays(world, monkeypatch):
    uid = ended(world)
    shared = Component.objects.get(dossier__uid=uid, number=1).file_id
    with frozen("2026-03-02T08:15"):  # still open, however long
        other = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
    Component.objects.filter(dossier__uid=other, number=1).update(file_id=shared)
    second = ended(world)
    kept = Component.objects.get(dossier__uid=second, number=1).file_id
    monkeypatch.setattr(erasing, "_needs", {"records": lambda _province, files: set(files) & {kept}})
    assert set(purge(PAST)) == {f"dossier:{uid}", f"dossier:{second}"}
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {shared, kept}


def test_nothing_is_erased_by_halves(world, monkeypatch):
    uid = ended(world)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(erasing, "delete", broken)
    with pytest.raises(OSError, match="disk"):
        purge(PAST)
    assert Dossier.objects.get(uid=uid).erased_at is None
    assert WRITTEN[0] in dumped()
