"""Files nobody needs any more: replaced long enough ago, or left by a process that died."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from django.conf import settings

from motcua.engine.facts import disk, duck, segments
from motcua.engine.facts.models import Segment
from motcua.kernel.clock import now
from motcua.kernel.disk import is_old

# Longer than any statement runs: a reader that began before goes on with the files it knew.
GRACE = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many replaced segments, stray files and abandoned drafts were removed."""

    replaced: int
    strays: int
    drafts: int


def sweep() -> Swept:
    """Removes what nothing refers to. Safe beside readers and writers: young files are left alone."""
    replaced = 0
    for segment in Segment.objects.filter(superseded_at__lt=now() - GRACE):
        segments.path_of(segment).unlink(missing_ok=True)
        segment.delete()
        replaced += 1
    known = {segments.path_of(each) for each in Segment.objects.only("province_id", "fact", "uid")}
    strays = [path for path in disk.contents() if path not in known and is_old(path)]
    for path in strays:
        path.unlink(missing_ok=True)
    return Swept(replaced, len(strays), _sweep_drafts())


def _sweep_drafts() -> int:
    old = [path for path in _drafts() if is_old(path)]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _drafts() -> Iterator[Path]:
    """What is being written, or was when a process died; never what a living process may still spill into."""
    ours = duck.spill_of_this_machine()
    for path in disk.drafts().iterdir():
        if not path.name.startswith("spill-") or (
            path.name.startswith(ours) and not psutil.pid_exists(int(path.name.removeprefix(ours)))
        ):
            yield path
    yield from Path(settings.EVIDENCE_ROOT).glob("draft-*")
