"""Files: what is taken, under which name, kept once, and removed only when nobody needs it."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event
from motcua.engine.files import disk
from motcua.engine.files.api import (
    DOCX,
    HTML,
    PDF,
    TEXT,
    XLSX,
    FileRefused,
    StoredFile,
    clean_name,
    content_disposition,
    delete,
    download,
    open_file,
    store,
    sweep,
    verify,
)
from motcua.engine.files.kinds import media_type_of
from motcua.engine.files.models import Blob
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province

PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def office(member: str, *more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        for name in ("[Content_Types].xml", member, *more):
            box.writestr(name, "<x/>")
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def owner(db):
    return Viewer(User.objects.create_user("an", display_name="An"))


def keep(province, owner=None, content=PDF_BYTES, name="quyet-dinh.pdf", **options):
    return store(content, name=name, province=province, viewer=owner, **options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF_BYTES, PDF),
        ("A.PDF", b"\n\n" + PDF_BYTES, PDF),
        ("b.docx", office("word/document.xml"), DOCX),
        ("c.xlsx", office("xl/workbook.xml"), XLSX),
        ("d.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("e.jpeg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("g.md", "# Báo cáo".encode(), "text/markdown"),
        ("h.csv", "\ufeffTT,Tên".encode(), "text/csv"),
        ("i.html", b"<!-- x --> <!DOCTYPE html><p>x", HTML),
    ],
)
def test_a_file_is_what_it_holds(province, name, content, media_type):
    stored = keep(province, content=content, name=name)
    assert stored.media_type == media_type
    assert stored.size == len(content)
    with open_file(stored) as stream:
        assert stream.read() == content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("anh.png", PDF_BYTES, "files.type.mismatch"),
        ("bao-cao.pdf", b"<html><script>alert(1)</script>", "files.type.mismatch"),
        ("bao-cao.txt", b"<!doctype html><script>x</script>", "files.type.mismatch"),
        ("ten.exe", b"MZ\x90\x00", "files.type.unknown"),
        ("van-ban.txt", "Cộng hoà".encode("utf-16"), "files.type.unknown"),
        ("khong-duoi", PDF_BYTES, "files.type.mismatch"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "files.type.macro"),
        ("a.docx", b"PK\x03\x04 cut", "files.type.broken"),
        ("a.docx", office("anything.txt"), "files.type.unknown"),
        ("a.svg", b'<?xml version="1.0"?><svg onload="x()"/>', "files.type.not-accepted"),
        ("a.pdf", b"", "files.size.empty"),
        ("a.pdf", PDF_BYTES + b"x" * 2000, "files.size.limit"),
    ],
)
def test_what_is_refused(province, folder, name, content, code):
    with pytest.raises(FileRefused) as refusal:
        keep(province, content=content, name=name, limit=1500)
    assert refusal.value.code == code
    assert not StoredFile.objects.exists() and not Blob.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_many_comments_cost_no_time():
    hostile = b"<!---->" * 500
    began = time.process_time()
    assert media_type_of(io.BytesIO(hostile + b"x"), "a.txt", True) == TEXT
    assert media_type_of(io.BytesIO(hostile + b"<html>"), "a.html", True) == HTML
    assert media_type_of(io.BytesIO(hostile + b"<svg>"), "a.svg", True) == "image/svg+xml"
    assert time.process_time() - began < 1


def test_a_stream_is_never_read_far_beyond_the_limit(province, monkeypatch):
    monkeypatch.setattr(disk, "PIECE", 100)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(FileRefused):
        keep(province, content=endless, name="a.txt", limit=1000)
    assert endless.given <= 1200


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\an\\Báo cáo.docx", "Báo cáo.docx"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("anh\u202egpj.exe", "anhgpj.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        (" .. ", "tep"),
        ("", "tep"),
    ],
)
def test_names_people_see(given, shown):
    assert clean_name(given) == shown


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_a_clean_name_is_clean_and_stays_so(name):
    cleaned = clean_name(name)
    assert cleaned and len(cleaned) <= 150
    assert not set(cleaned) & set("/\\\r\n\x00")
    assert clean_name(cleaned) == cleaned
    header = content_disposition(name)
    assert header.isascii() and "\n" not in header and header.count('"') == 2


def test_the_header_carries_vietnamese():
    assert content_disposition("Quyết định.pdf") == (
        "attachment; filename=\"Quyet dinh.pdf\"; filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh.pdf"
    )


@pytest.mark.django_db(transaction=True)
def test_one_content_is_kept_once_and_goes_with_its_last_file(province, owner, folder):
    first = keep(province, owner, name="mot.pdf")
    second = keep(province, owner, name="hai.pdf")
    assert Blob.objects.count() == 1
    delete(owner, first)
    with open_file(second) as stream:
        assert stream.read() == PDF_BYTES
    path = disk.path_of(second.digest)
    delete(owner, second)
    assert not path.exists() and not Blob.objects.exists()
    told = list(Event.objects.order_by("pk").values_list("type", flat=True))
    assert told == ["files:file:stored"] * 2 + ["files:file:removed"] * 2
    assert "mot.pdf" not in str(list(Event.objects.values_list("payload", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_removal_removes_nothing(province, owner):
    stored = keep(province, owner)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        delete(owner, stored)
        1 / 0  # noqa: B018
    with open_file(StoredFile.objects.get()) as stream:
        assert stream.read() == PDF_BYTES


@pytest.mark.django_db
def test_only_the_owner_or_who_may_removes(province, owner):
    stored = keep(province, owner)
    stranger = Viewer(User.objects.create_user("khac", display_name="Khác"))
    with pytest.raises(NotPermitted):
        delete(stranger, stored)
    ownerless = keep(province)
    with pytest.raises(NotPermitted):
        delete(stranger, ownerless)
    delete(None, ownerless)
    assert StoredFile.objects.get() == stored


@pytest.mark.django_db(transaction=True)
def test_storing_and_removing_one_content_at_the_same_time(province):
    """Whatever the order, a file that exists has its content."""
    failures = []

    def churn():
        try:
            for _ in range(15):
                stored = keep(province)
                with open_file(stored) as stream:
                    assert stream.read() == PDF_BYTES
                delete(None, stored)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=churn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert not Blob.objects.exists() and list(disk.contents()) == []


@pytest.mark.django_db(transaction=True)
def test_the_sweep_removes_what_nothing_refers_to(province, folder):
    kept = keep(province)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        stray = keep(province, content=b"lost text", name="lac.txt")
        1 / 0  # noqa: B018
    abandoned = folder / "draft" / "tmp-abandoned"
    abandoned.write_bytes(b"half")
    Blob.objects.create(digest="0" * 64, size=1)
    assert (swept := sweep()).strays == 0 and swept.unused == 1
    old = time.time() - 7200
    for path in (abandoned, disk.path_of(stray.digest), disk.path_of(kept.digest)):
        os.utime(path, (old, old))
    swept = sweep()
    assert (swept.strays, swept.drafts) == (1, 1)
    assert [path.name for path in disk.contents()] == [kept.digest]


@pytest.mark.django_db
def test_damage_is_found(province, capsys):
    whole, cut, changed, lost = (
        keep(province, content=f"nội dung {n}".encode(), name="a.txt") for n in range(4)
    )
    call_command("verify_files")
    assert "Cả 4 nội dung" in capsys.readouterr().out
    disk.path_of(cut.digest).write_bytes(b"x")
    disk.path_of(changed.digest).write_bytes("nội dung 9".encode())
    disk.remove(lost.digest)
    found = {damage.digest: damage.reason for damage in verify()}
    assert found == {cut.digest: "size", changed.digest: "digest", lost.digest: "missing"}
    assert whole.digest not in found
    with pytest.raises(CommandError, match="3 nội dung"):
        call_command("verify_files")
    with pytest.raises(FileRefused, match="bản sao lưu"):
        open_file(lost)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "inline", "expected"),
    [
        ("a.pdf", PDF_BYTES, True, "inline"),
        ("a.pdf", PDF_BYTES, False, "attachment"),
        ("a.html", b"<html><script>x</script>", True, "attachment"),
        ("a.txt", b"x", True, "attachment"),
    ],
)
def test_a_download_cannot_run_in_our_pages(province, name, content, inline, expected):
    response = download(keep(province, content=content, name=name), inline=inline)
    assert response["Content-Disposition"].startswith(expected + ";")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == content
    response.close()


@pytest.mark.django_db
def test_an_svg_is_never_shown_in_place(province):
    stored = keep(province, content=b"<svg/>", name="a.svg", accept=frozenset({"image/svg+xml"}))
    response = download(stored, inline=True)
    assert response["Content-Disposition"].startswith("attachment;")
    response.close()
