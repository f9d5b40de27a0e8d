"""The folder of segments: a file appears whole under its own name, or not at all."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

YOUNG = 3600.0  # seconds during which an unknown file may belong to a transaction still running
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settled:
    """A file in its place."""

    path: Path
    size: int
    digest: str


def root() -> Path:
    return Path(settings.FACTS_ROOT)


def path_of(province_id: int, fact: str, uid: UUID) -> Path:
    return root() / str(province_id) / fact / f"{uid}.parquet"


def drafts() -> Path:
    """The folder of what is being written."""
    folder = root() / "draft"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def draft(suffix: str) -> Iterator[Path]:
    """A name for a file being written; the file is gone at the end unless it was settled."""
    path = drafts() / f"{uuid4()}{suffix}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def settle(written: Path, target: Path) -> Settled:
    """Moves a finished file to its place so that a loss of power leaves it whole or absent."""
    size, digest = written.stat().st_size, digest_of(written)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _flush(written)
    written.replace(target)
    _flush(target.parent)
    return Settled(target, size, digest)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    reckoned = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            reckoned.update(piece)
    return reckoned.hexdigest()


def contents() -> Iterator[Path]:
    """Every file of segments, known or not."""
    return root().glob("*/*/*.parquet")


def is_old(path: Path) -> bool:
    """Whether a file is too old to belong to a transaction still running."""
    try:
        return time.time() - path.stat().st_mtime > YOUNG
    except FileNotFoundError:
        return False


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
