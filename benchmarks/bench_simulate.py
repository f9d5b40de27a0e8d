"""A province's year in bulk, beside a raw COPY of the same rows into tables with the same indexes, in the same run.

Run: ``python benchmarks/bench_simulate.py [scale]`` (default 1/100). A throw-away embedded PostgreSQL that writes durably is filled by `motcua simulate --way bulk` with two workers; then the rows are copied out, and copied
back into empty tables made LIKE the real ones with their indexes. The ratio is raw seconds to ours (1.0: as fast as COPY).
Budget at scale 1 on 2 cores: under three minutes, ratio at least 0.5.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from bench_events import database

CHUNK = 1 << 20


def main() -> None:
    """Measure and print."""
    with database():
        measure(Fraction(sys.argv[1] if len(sys.argv) > 1 else "1/100"))


def measure(scale: Fraction) -> None:
    """One scale: ground, planning, learning, writing, then the raw copy."""
    from motcua.simulation.api import BULK, Wanted, simulate

    times: dict[str, float] = {}
    outcome = simulate(Wanted("bac-ninh", 2025, scale, 7, BULK), Clock(times))
    times["end"] = time.perf_counter()
    assert outcome.finished and outcome.counted is not None
    dossiers = sum(one.received for one in outcome.counted.levels.values())
    ours = times["end"] - times["begin"]
    rows, raw = raw_copy()
    print(
        f"scale {scale}: {dossiers:,} dossiers, {rows:,} rows, {ours:.1f} s, {dossiers / ours:,.0f} dossiers/s"
    )
    print("".join(f"    {name:12} {seconds:8.1f} s\n" for name, seconds in phases(times)), end="")
    writing = times["end"] - times["first dossiers"]
    print(f"    raw COPY of the same rows, same indexes: {raw:.1f} s")
    print(f"    ratio, all of it {raw / ours:.2f}; writing alone {raw / writing:.2f}", flush=True)


class Clock:
    """Notes when each phase was first and last heard of."""

    def __init__(self, times: dict[str, float]) -> None:
        self.times = times
        times["begin"] = time.perf_counter()

    def __call__(self, progress: Any) -> None:
        moment = time.perf_counter()
        self.times.setdefault(f"first {progress.phase}", moment)
        self.times[progress.phase] = moment


def phases(times: dict[str, float]) -> Iterator[tuple[str, float]]:
    """How long until each phase was done, in order."""
    before = times["begin"]
    for name in ("applicants", "stories", "kinds", "played", "dossiers", "indexes"):
        if name in times:
            yield name, times[name] - before
            before = times[name]
    yield "counting", times["end"] - before


def raw_copy() -> tuple[int, float]:
    """Rows of the tables that were filled, and seconds to copy them in again."""
    from django.db import connection

    from motcua.simulation.capturing import story_tables

    names = [
        *(table.name for table in story_tables()),
        "applicants_applicant",
        "registers_counter",
        "events_unsealed",
    ]
    connection.ensure_connection()
    raw, rows, spent = connection.connection, 0, 0.0
    for name in names:
        with tempfile.TemporaryFile() as kept, raw.cursor() as cursor:
            with cursor.copy(f"COPY {name} TO STDOUT") as out:
                for part in out:
                    kept.write(part)
            cursor.execute(f"CREATE TABLE raw_{name} (LIKE {name} INCLUDING INDEXES)")
            kept.seek(0)
            began = time.perf_counter()
            with cursor.copy(f"COPY raw_{name} FROM STDIN") as copy:
                while part := kept.read(CHUNK):
                    copy.write(part)
            rows += cursor.rowcount
            spent += time.perf_counter() - began
    return rows, spent


if __name__ == "__main__":
    main()
