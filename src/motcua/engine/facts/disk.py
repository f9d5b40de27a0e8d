"""The folder of segments: a file appears whole under its own name, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from motcua.kernel.disk import digest_of, flush


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
    flush(written)
    written.replace(target)
    flush(target.parent)
    return Settled(target, size, digest)


def contents() -> Iterator[Path]:
    """Every file of segments, known or not."""
    return root().glob("*/*/*.parquet")
