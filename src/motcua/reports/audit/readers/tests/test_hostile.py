"""Files that must be refused, quickly, with a stable code and a Vietnamese message."""

from __future__ import annotations

import io
import os
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from motcua.reports.audit.document import Report, UnreadableReport
from motcua.reports.audit.readers import pdf, read_report
from motcua.reports.audit.readers.refusals import MESSAGES, refusal
from motcua.reports.audit.readers.source import OLE_MAGIC, display_name

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    + ']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = LAUGHS.replace('<!ENTITY a "aaaaaaaaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">')
EMPTY_DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'


def zipped(parts: dict[str, bytes | str], **options: object) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def refused(data: bytes, name: str = "a.docx") -> UnreadableReport:
    started = time.monotonic()
    with pytest.raises(UnreadableReport) as caught:
        read_report([(name, data)])
    assert time.monotonic() - started < 20
    assert caught.value.file == name
    assert f"“{name}”" in caught.value.message
    assert "Hãy" in caught.value.message
    return caught.value


def encrypted_pdf() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("mật khẩu", algorithm="AES-256")
    writer.write(stream)
    return stream.getvalue()


def blank_pdf(pages: int) -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


def overlapping_zip() -> bytes:
    """Two entries of the directory that point at the same compressed bytes."""
    data = bytearray(zipped({"word/document.xml": EMPTY_DOCUMENT, "word/other.xml": EMPTY_DOCUMENT}))
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)
    return bytes(data)


def locked_zip() -> bytes:
    data = bytearray(zipped({"word/document.xml": EMPTY_DOCUMENT}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def unpacked_lie() -> bytes:
    """A part that says it is one byte long but unpacks to more."""
    data = bytearray(zipped({"word/document.xml": EMPTY_DOCUMENT}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 1)
    return bytes(data)


def deep_docx(depth: int) -> bytes:
    head, tail = EMPTY_DOCUMENT.split("<w:body/>")
    body = "<w:sdt><w:sdtContent>" * depth + "<w:p/>" + "</w:sdtContent></w:sdt>" * depth
    return zipped({"word/document.xml": f"{head}<w:body>{body}</w:body>{tail}"})


def xlsx_with(sheet: str) -> bytes:
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream) as book:
        book.add_worksheet("Biểu 1").write("A1", "x")
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    return zipped(parts)


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("nothing", lambda: b"", "audit.file.empty"),
    ("white space", lambda: b" \n\t\r\n ", "audit.file.empty"),
    ("byte order mark only", lambda: b"\xef\xbb\xbf", "audit.file.empty"),
    ("markup only", lambda: b"---\n***\n", "audit.file.no-content"),
    ("picture named docx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "audit.file.wrong-type"),
    ("program", lambda: b"MZ\x90\x00\x03" + b"\x00" * 100, "audit.file.wrong-type"),
    ("gzip", lambda: b"\x1f\x8b\x08" + b"\x00" * 100, "audit.file.wrong-type"),
    ("rich text", lambda: b"{\\rtf1 abc}", "audit.file.wrong-type"),
    ("binary", lambda: b"abc\x00\x01\x02def" * 10, "audit.file.wrong-type"),
    ("legacy code page", lambda: "Đạt\n99%\nđúng hạn".encode("cp1258", "replace") + b"\xd0\xff", "audit.file.encoding"),
    ("old Word", lambda: OLE_MAGIC + b"\x00" * 600, "audit.file.old-office"),
    ("Word with password", lambda: OLE_MAGIC + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "audit.file.encrypted"),
    ("PDF with password", encrypted_pdf, "audit.file.encrypted"),
    ("broken PDF", lambda: b"%PDF-1.7\n" + b"rubbish" * 50, "audit.file.damaged"),
    ("PDF without text", lambda: blank_pdf(3), "audit.file.no-text-layer"),
    ("PDF of too many pages", lambda: blank_pdf(501), "audit.file.too-many-pages"),
    ("cut zip", lambda: zipped({"word/document.xml": EMPTY_DOCUMENT})[:-30], "audit.file.damaged"),
    ("zip of something", lambda: zipped({"a.txt": "x"}), "audit.file.wrong-type"),
    ("presentation", lambda: zipped({"ppt/presentation.xml": "<a/>"}), "audit.file.wrong-type"),
    ("broken XML", lambda: zipped({"word/document.xml": "<w:document"}), "audit.file.damaged"),
    ("zip bomb by ratio", lambda: zipped({"word/document.xml": b"0" * 30_000_000}), "audit.file.zip-bomb"),
    ("zip bomb by count", lambda: zipped({f"word/{i}.xml": "" for i in range(5001)}), "audit.file.zip-bomb"),
    ("zip bomb by overlap", overlapping_zip, "audit.file.zip-bomb"),
    ("lying size", unpacked_lie, "audit.file.damaged"),
    ("locked zip", locked_zip, "audit.file.encrypted"),
    ("path out of the folder", lambda: zipped({"../../etc/cron.d/x": "x", "word/document.xml": "x"}), "audit.file.unsafe-path"),
    ("absolute path", lambda: zipped({"/etc/passwd": "x", "word/document.xml": "x"}), "audit.file.unsafe-path"),
    ("drive letter", lambda: zipped({"C:evil": "x", "word/document.xml": "x"}), "audit.file.unsafe-path"),
    ("entities in Word", lambda: zipped({"word/document.xml": LAUGHS}), "audit.file.xml-entity"),
    ("outside entity in Word", lambda: zipped({"word/document.xml": OUTSIDE}), "audit.file.xml-entity"),
    ("entities in UTF-16", lambda: zipped({"word/document.xml": LAUGHS.encode("utf-16")}), "audit.file.xml-entity"),
    ("entities in Excel", lambda: xlsx_with(LAUGHS), "audit.file.xml-entity"),
    ("broken sheet", lambda: xlsx_with("<worksheet><sheetData><row"), "audit.file.damaged"),
    ("deep Word", lambda: deep_docx(400), "audit.file.too-deep"),
    ("deep HTML", lambda: b"<!doctype html>" + b"<div>" * 200_000 + b"x", "audit.file.too-deep"),
    ("deep tables", lambda: b"x\n" + b"<table><tr><td>\n" * 100_000, "audit.file.too-deep"),
    ("line of 10 MB", lambda: b"a" * 10_000_000, "audit.file.line-too-long"),
    ("text of 40 MB", lambda: b"abc\n" * 10_000_000, "audit.file.too-large"),
    ("huge spans", lambda: b"<table>" + b"<tr><td colspan=999 rowspan=999>x" * 12 + b"</table>", "audit.file.too-many-cells"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_files_are_refused(data: Callable[[], bytes], code: str) -> None:
    assert refused(data()).code == code


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "to.docx"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    started = time.monotonic()
    with pytest.raises(UnreadableReport) as caught:
        read_report([path])
    assert caught.value.code == "audit.file.too-large"
    assert "200 MB" in caught.value.message
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("kind", "code"), [("missing", "missing"), ("folder", "not-a-file"), ("pipe", "not-a-file")]
)
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str, code: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UnreadableReport) as caught:
        read_report([path])
    assert caught.value.code == f"audit.file.{code}"
    assert str(tmp_path) not in caught.value.message


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(UnreadableReport) as caught:
        read_report([])
    assert caught.value.code == "audit.file.no-files"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\báo cáo.docx", "báo cáo.docx"),
        ("/", "tệp không tên"),
        ("..", "tệp không tên"),
        ("a\x00\x1b[31m\u202exslx.md", "a[31mxslx.md"),
        ("a" * 500, "a" * 119 + "…"),
    ],
)
def test_only_the_last_part_of_a_name_is_shown(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_a_slow_pdf_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TIME_LIMIT_SECONDS", 0.01)
    assert refused(blank_pdf(1), "a.pdf").code == "audit.file.too-slow"


def test_a_far_cell_costs_nothing() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>3</v></c></row></sheetData></worksheet>'
    )
    started = time.monotonic()
    report = read_report([("a.xlsx", xlsx_with(sheet))])
    assert time.monotonic() - started < 20
    assert [cell.text for _d, block in report.blocks() for row in block.rows for cell in row.cells] == [
        "1",
        "2",
    ]


def test_formulas_are_text_and_are_never_run() -> None:
    report: Report = read_report([("a.md", b"=cmd|'/C calc'!A0\n| =1+1 | 2 |\n|---|---|\n| @x | -3 |")])
    texts = [cell.text for _d, block in report.blocks() for row in block.rows for cell in row.cells]
    assert texts == ["=1+1", "2", "@x", "-3"]


def test_every_code_has_a_message_that_says_what_to_do() -> None:
    for code, message in MESSAGES.items():
        assert code.startswith("audit.file.")
        assert "Hãy" in message
    with pytest.raises(KeyError):
        refusal("audit.file.unknown", "x")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"<html>", b"{"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    try:
        report = read_report([("x", head + data)])
    except UnreadableReport as error:
        assert error.code in MESSAGES
    else:
        assert list(report.blocks())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_damaged_word_file_is_read_or_refused(at: int, value: int) -> None:
    text = EMPTY_DOCUMENT.replace("<w:body/>", "<w:body><w:p><w:r><w:t>Đạt 99%</w:t></w:r></w:p></w:body>")
    data = bytearray(zipped({"word/document.xml": text}))
    data[at % len(data)] = value
    try:
        report = read_report([("x.docx", bytes(data))])
    except UnreadableReport as error:
        assert error.code in MESSAGES
    else:
        assert list(report.blocks())
