"""The folder of contents: written whole or not at all, named by digest."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.engine.files.errors import FileRefused
from motcua.engine.files.kinds import TextTrace
from motcua.kernel.disk import flush, is_old

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """A content on disk that has no place yet."""

    path: Path
    digest: str
    size: int
    is_text: bool


def root() -> Path:
    return Path(settings.FILES_ROOT)


def path_of(digest: str) -> Path:
    """Two levels of folders by the first four hex digits: at most 65,536 folders, evenly filled."""
    return root() / digest[:2] / digest[2:4] / digest


@contextmanager
def draft(stream: BinaryIO, limit: int) -> Iterator[Draft]:
    """Writes a stream to a temporary file, reckoning its digest; the file is gone at the end unless placed.

    Raises FileRefused files.size.limit as soon as more than `limit` bytes came, files.size.empty for nothing.
    """
    folder = root() / "draft"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            made = _copy(stream, target, path, limit)
        yield made
    finally:
        path.unlink(missing_ok=True)


def _copy(stream: BinaryIO, target: BinaryIO, path: Path, limit: int) -> Draft:
    digest, trace, size = hashlib.sha256(), TextTrace(), 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise FileRefused(
                "files.size.limit",
                _("Tệp lớn hơn giới hạn {limit} MB. Hãy gửi tệp nhỏ hơn.").format(
                    limit=f"{limit / 1_048_576:.0f}"
                ),
            )
        digest.update(piece)
        trace.feed(piece)
        target.write(piece)
    if not size:
        raise FileRefused("files.size.empty", _("Tệp không có nội dung. Hãy kiểm tra lại tệp rồi gửi."))
    target.flush()
    os.fsync(target.fileno())
    return Draft(path, digest.hexdigest(), size, trace.close())


def place(made: Draft) -> None:
    """Moves a draft to its place, replacing an equal content (so that the file is young again)."""
    target = path_of(made.digest)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made.path.replace(target)
    flush(target.parent)


def remove(digest: str) -> None:
    path_of(digest).unlink(missing_ok=True)


def contents() -> Iterator[Path]:
    """Every content in the folder."""
    yield from (path for path in root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*") if path.is_file())


def old_drafts() -> Iterator[Path]:
    """Drafts left by a process that died."""
    yield from (path for path in (root() / "draft").glob("*") if is_old(path))
