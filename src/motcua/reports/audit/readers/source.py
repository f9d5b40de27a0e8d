"""Getting hold of a file safely, and knowing by its content what it is."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from motcua.reports.audit.readers.refusals import refusal

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_NAME_LENGTH = 120

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
FOREIGN_MAGICS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "hình ảnh PNG"),
    (b"\xff\xd8\xff", "hình ảnh JPEG"),
    (b"GIF8", "hình ảnh GIF"),
    (b"II*\x00", "hình ảnh TIFF"),
    (b"MM\x00*", "hình ảnh TIFF"),
    (b"BM", "hình ảnh BMP"),
    (b"MZ", "chương trình Windows"),
    (b"\x7fELF", "chương trình Linux"),
    (b"\xcf\xfa\xed\xfe", "chương trình macOS"),
    (b"\xca\xfe\xba\xbe", "chương trình biên dịch"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén gzip"),
    (b"BZh", "tệp nén bzip2"),
    (b"\xfd7zXZ", "tệp nén xz"),
    (b"{\\rtf", "tài liệu RTF"),
    (b"SQLite format 3", "cơ sở dữ liệu SQLite"),
    (b"%!PS", "tài liệu PostScript"),
    (b"ID3", "tệp âm thanh"),
    (b"OggS", "tệp âm thanh"),
    (b"RIFF", "tệp âm thanh hoặc hình ảnh"),
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Source:
    """One file in memory: the name shown to people (never a path) and its bytes."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def display_name(name: str) -> str:
    """The last part of a path of any system, without characters that do not show."""
    base = re.split(r"[/\\]", name)[-1]
    base = _UNSEEN.sub("", base).strip()
    if base in {"", ".", ".."}:
        return "tệp không tên"
    return base if len(base) <= MAX_NAME_LENGTH else base[: MAX_NAME_LENGTH - 1] + "…"


def load_sources(files: Sequence[Path | tuple[str, bytes]]) -> list[Source]:
    """Read every file, in order; equal names get a counter. Raises UnreadableReport."""
    if not files:
        raise refusal("audit.file.no-files", "")
    sources: list[Source] = []
    taken: set[str] = set()
    for item in files:
        source = _from_bytes(*item) if isinstance(item, tuple) else _from_path(Path(item))
        source = Source(_free_name(source.name, taken), source.data)
        taken.add(source.name)
        sources.append(source)
    return sources


def _free_name(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name} ({count})"
    return candidate


def _from_bytes(name: str, data: bytes) -> Source:
    shown = display_name(name)
    _check_size(shown, len(data))
    return Source(shown, bytes(data))


def _from_path(path: Path) -> Source:
    shown = display_name(str(path))
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise refusal("audit.file.not-a-file", shown)
        _check_size(shown, info.st_size)
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise refusal("audit.file.missing", shown) from None
    except PermissionError:
        raise refusal("audit.file.no-permission", shown) from None
    except (OSError, ValueError) as error:
        raise refusal("audit.file.damaged", shown, detail=f"không đọc được từ đĩa ({error})") from error
    _check_size(shown, len(data))
    return Source(shown, data)


def _check_size(shown: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        megabytes = -(-size // (1024 * 1024))
        raise refusal("audit.file.too-large", shown, size=megabytes, limit=MAX_FILE_BYTES // (1024 * 1024))


def sniff(source: Source) -> str:
    """What the bytes are: "pdf", "zip" or "text"; the name is not looked at. Raises UnreadableReport."""
    data = source.data
    if not data.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf\xff\xfe\x00"):
        raise refusal("audit.file.empty", source.name)
    if data.startswith(ZIP_MAGICS):
        return "zip"
    if data.startswith(OLE_MAGIC):
        raise refusal(_ole_code(data), source.name)
    for magic, kind in FOREIGN_MAGICS:
        if data.startswith(magic) and not _is_text_after_all(magic, data):
            raise refusal("audit.file.wrong-type", source.name, kind=kind)
    return "pdf" if b"%PDF-" in data[:1024] else "text"


def _ole_code(data: bytes) -> str:
    encrypted = "EncryptedPackage".encode("utf-16-le") in data
    return "audit.file.encrypted" if encrypted else "audit.file.old-office"


def _is_text_after_all(magic: bytes, data: bytes) -> bool:
    """Two letters alone do not make a picture or a program: a report may begin with "BM" or "MZ"."""
    return magic.isalnum() and b"\x00" not in data[:4096]
