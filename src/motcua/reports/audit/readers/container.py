"""The zip container of docx and xlsx: checked before anything in it is unpacked."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import NoReturn
from xml.etree.ElementTree import Element
from xml.parsers import expat

from defusedxml import ElementTree

from motcua.reports.audit.document import Document
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.source import Source

MAX_ENTRIES = 5_000
MAX_TOTAL_BYTES = 400 * 1024 * 1024
MAX_PART_BYTES = 64 * 1024 * 1024
MAX_RATIO = 250
RATIO_MATTERS_ABOVE = 4 * 1024 * 1024

_UNSAFE_NAME = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class _DoctypeMet(Exception):
    """Raised out of the parser where a document type begins, before any entity can be used."""


class _RootMet(Exception):
    """Raised out of the parser at the first element: nothing of interest follows."""


def _doctype_met(*_declared: object) -> NoReturn:
    raise _DoctypeMet


def _root_met(*_element: object) -> NoReturn:
    raise _RootMet


class Package:
    """A checked Office package. `part` gives the bytes of one part, `xml` its parsed root."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.name = source.name
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(source.data))
            entries = self.archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError):
            self._damaged("mục lục của tệp nén không đọc được")
        self._check(entries)
        self.names = {entry.filename for entry in entries}

    def part(self, name: str) -> bytes:
        """Bytes of a part; raises UnreadableReport when it is broken or too large."""
        try:
            info = self.archive.getinfo(name)
            if info.file_size > MAX_PART_BYTES:
                self._bomb(f"phần {name} bung ra {info.file_size // (1024 * 1024)} MB")
            with self.archive.open(info) as stream:
                data = stream.read(MAX_PART_BYTES + 1)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ):
            self._damaged(f"không đọc được phần {name}")
        if len(data) > MAX_PART_BYTES:
            self._bomb(f"phần {name} bung ra quá {MAX_PART_BYTES // (1024 * 1024)} MB")
        return data

    def xml(self, name: str) -> Element:
        """Root element of an XML part that declares no document type. Raises UnreadableReport."""
        data = self.part(name)
        self.refuse_doctype(name, data)
        try:
            root: Element = ElementTree.fromstring(data, forbid_dtd=True)
        except (ElementTree.ParseError, ValueError, LookupError):
            self._damaged(f"phần {name} không đúng cú pháp XML")
        return root

    def refuse_doctype(self, name: str, data: bytes) -> None:
        """Office parts never declare a document type; one that does is an attack (entities, outside files)."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _doctype_met
        parser.StartElementHandler = _root_met
        try:
            for start in range(0, len(data), 65536):
                parser.Parse(data[start : start + 65536], False)
        except _RootMet:
            return
        except _DoctypeMet:
            raise refusal("audit.file.xml-entity", self.name, detail=name) from None
        except (expat.ExpatError, LookupError, ValueError):
            self._damaged(f"phần {name} không đúng cú pháp XML")

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MAX_ENTRIES:
            self._bomb(f"{len(entries)} mục, quá giới hạn {MAX_ENTRIES} mục")
        for entry in entries:
            self._check_entry(entry)
        total = sum(entry.file_size for entry in entries)
        if total > MAX_TOTAL_BYTES:
            self._bomb(f"tổng cộng {total // (1024 * 1024)} MB")
        self._check_overlap(entries)

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        if _UNSAFE_NAME.search(entry.filename) or _UNSAFE_NAME.search(entry.orig_filename):
            raise refusal("audit.file.unsafe-path", self.name, detail=entry.filename[:80])
        if entry.flag_bits & 0x1:
            raise refusal("audit.file.encrypted", self.name)
        if entry.compress_type not in _METHODS:
            self._damaged("kiểu nén lạ trong tệp")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > RATIO_MATTERS_ABOVE and ratio > MAX_RATIO:
            self._bomb(f"mục {entry.filename[:80]} bung gấp {ratio:.0f} lần")

    def _check_overlap(self, entries: list[zipfile.ZipInfo]) -> None:
        """Entries that share compressed bytes are how a small file promises petabytes."""
        end = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < end:
                self._bomb("các mục chồng lên nhau")
            end = entry.header_offset + 30 + entry.compress_size

    def _bomb(self, detail: str) -> NoReturn:
        raise refusal("audit.file.zip-bomb", self.name, detail=detail)

    def _damaged(self, detail: str) -> NoReturn:
        raise refusal("audit.file.damaged", self.name, detail=detail) from None


def open_office(source: Source) -> Document:
    """Read a zip-based Office file as Word or Excel, by what it holds. Raises UnreadableReport."""
    package = Package(source)
    if "word/document.xml" in package.names:
        from motcua.reports.audit.readers.docx import read_docx

        return read_docx(package)
    if "xl/workbook.xml" in package.names:
        from motcua.reports.audit.readers.xlsx import read_xlsx

        return read_xlsx(package)
    raise refusal("audit.file.wrong-type", source.name, kind=_other_kind(package))


def _other_kind(package: Package) -> str:
    if "ppt/presentation.xml" in package.names:
        return "bản trình chiếu PowerPoint"
    if "mimetype" in package.names:
        return "tài liệu OpenDocument hoặc sách điện tử"
    return "tệp nén zip"
