"""Looking after the folder of contents: is every one there and true, and is there nothing too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from motcua.engine.files import disk
from motcua.engine.files.models import Blob
from motcua.engine.files.operations import drop_if_unused
from motcua.kernel.disk import digest_of, is_old

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many contents without files, stray files and abandoned drafts were removed."""

    unused: int
    strays: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A content that is not what it should be. `reason`: missing, size or digest."""

    digest: str
    reason: str


def sweep() -> Swept:
    """Removes what nothing refers to. Safe beside uploads: young files are left alone."""
    idle = Blob.objects.filter(files__isnull=True).values_list("digest", flat=True)
    unused = sum(drop_if_unused(digest) for digest in list(idle))
    strays = sum(_remove_stray(path.name) for path in disk.contents() if is_old(path))
    drafts = 0
    for path in disk.old_drafts():
        path.unlink(missing_ok=True)
        drafts += 1
    return Swept(unused, strays, drafts)


def _remove_stray(name: str) -> bool:
    if Blob.objects.filter(pk=name).exists() or not is_old(disk.path_of(name)):
        return False
    disk.remove(name)
    return True


def verify(thorough: bool = True) -> Iterator[Damage]:
    """Every content that is gone or changed. Not thorough: existence and size only, without reading."""
    for blob in Blob.objects.filter(files__isnull=False).distinct().order_by("pk").iterator(_AT_ONCE):
        reason = _wrong_with(blob, thorough)
        if reason:
            yield Damage(blob.digest, reason)


def _wrong_with(blob: Blob, thorough: bool) -> str:
    path = disk.path_of(blob.digest)
    if not path.exists():
        return "missing"
    if path.stat().st_size != blob.size:
        return "size"
    return "digest" if thorough and digest_of(path) != blob.digest else ""
