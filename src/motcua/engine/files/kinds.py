"""What a file is, judged by its content; its name must not say otherwise."""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.files.errors import FileRefused
from motcua.engine.files.names import ending_of

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG, JPEG = "image/png", "image/jpeg"
TEXT, CSV, MARKDOWN, JSON = "text/plain", "text/csv", "text/markdown", "application/json"
HTML, SVG = "text/html", "image/svg+xml"

ENDINGS = {
    PDF: {"pdf"},
    DOCX: {"docx"},
    XLSX: {"xlsx"},
    PNG: {"png"},
    JPEG: {"jpg", "jpeg"},
    TEXT: {"txt", "text", "log"},
    CSV: {"csv"},
    MARKDOWN: {"md", "markdown"},
    JSON: {"json"},
    HTML: {"html", "htm"},
    SVG: {"svg"},
}
WORDS = {
    PDF: "PDF",
    DOCX: "Word (docx)",
    XLSX: "Excel (xlsx)",
    PNG: gettext_noop("ảnh PNG"),
    JPEG: gettext_noop("ảnh JPEG"),
    TEXT: gettext_noop("văn bản thuần"),
    CSV: gettext_noop("bảng CSV"),
    MARKDOWN: "Markdown",
    JSON: "JSON",
    HTML: gettext_noop("trang HTML"),
    SVG: gettext_noop("ảnh SVG"),
}
# What is taken unless the caller says otherwise: SVG may carry scripts and is never needed.
ACCEPTED = frozenset(ENDINGS) - {SVG}
# What a browser may show in place; anything that can run scripts is only ever saved.
SHOWN_INLINE = frozenset({PDF, PNG, JPEG})

_MAGIC = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_BY_TEXT_ENDING = {ending: kind for kind in (TEXT, CSV, MARKDOWN, JSON) for ending in ENDINGS[kind]}
# Atomic: a comment taken is never taken longer, or many comments would cost time without end.
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body|script)\b",
    re.I | re.S,
)
_SVG = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*|<!doctype\s+svg[^>]*>\s*)*<svg\b", re.I | re.S
)
_MOST_MEMBERS = 10_000
_MACROS = re.compile(r"(^|/)vbaProject\.bin$", re.I)


class TextTrace:
    """Fed every piece of a file as it streams by; knows in the end whether all of it was UTF-8 text."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.text = True

    def feed(self, piece: bytes) -> None:
        if not self.text:
            return
        try:
            self._decoder.decode(piece)
            self.text = b"\x00" not in piece
        except UnicodeDecodeError:
            self.text = False

    def close(self) -> bool:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self.text = False
        return self.text


def media_type_of(stream: BinaryIO, name: str, is_text: bool) -> str:
    """The media type of a seekable stream by its content, agreeing with the ending of its name.

    Raises FileRefused: files.type.unknown, files.type.mismatch, files.type.macro, files.type.broken.
    """
    stream.seek(0)
    head = stream.read(4096)
    found = _by_content(stream, head, name, is_text)
    if found is None:
        raise FileRefused(
            "files.type.unknown",
            _(
                "Không nhận ra loại của tệp “{name}”. Hãy gửi tệp PDF, Word (docx), Excel (xlsx), ảnh PNG, JPEG hoặc văn bản UTF-8."
            ).format(name=name),
        )
    ending = ending_of(name)
    if ending not in ENDINGS[found]:
        raise FileRefused(
            "files.type.mismatch",
            _(
                "Tệp “{name}” có nội dung là {kind} nhưng tên lại có đuôi “{ending}”. Hãy đổi tên cho đúng loại, hoặc lưu lại đúng định dạng rồi gửi."
            ).format(name=name, kind=_(WORDS[found]), ending=ending or _("không có")),
        )
    return found


def _by_content(stream: BinaryIO, head: bytes, name: str, is_text: bool) -> str | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _by_members(stream, name)
    if not is_text:
        return None
    body = head.removeprefix(codecs.BOM_UTF8)
    if _HTML.match(body):
        return HTML
    if _SVG.match(body):
        return SVG
    return _BY_TEXT_ENDING.get(ending_of(name), HTML if ending_of(name) in ENDINGS[HTML] else TEXT)


def _by_members(stream: BinaryIO, name: str) -> str | None:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as container:
            members = container.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused(
            "files.type.broken", _("Tệp “{name}” bị hỏng, không mở được.").format(name=name)
        ) from error
    if len(members) > _MOST_MEMBERS:
        raise FileRefused(
            "files.type.broken", _("Tệp “{name}” có quá nhiều thành phần bên trong.").format(name=name)
        )
    if any(_MACROS.search(member) for member in members):
        raise FileRefused(
            "files.type.macro",
            _("Tệp “{name}” có chứa macro. Hãy lưu lại dạng docx hoặc xlsx không có macro.").format(
                name=name
            ),
        )
    if "word/document.xml" in members:
        return DOCX
    return XLSX if "xl/workbook.xml" in members else None
