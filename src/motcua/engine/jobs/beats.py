"""Things done every few seconds beside the jobs: too frequent to be rows in a queue."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, close_old_connections, connection

from motcua.engine.jobs.failures import cause_of
from motcua.engine.jobs.models import BeatState
from motcua.kernel.clock import now

_log = logging.getLogger("motcua.jobs")
_LONGEST_PAUSE = 60.0
_THREADS = 4
_TOLD_EVERY = 10.0  # seconds between two writes of a sign of life


@dataclass(slots=True)
class Beat:
    """Work to do every `seconds` in each worker; it must bear to be done by two workers at once."""

    name: str
    label: str
    seconds: float
    work: Callable[[], object]
    failures: int = 0
    told: float = field(default=float("-inf"))

    def run(self) -> bool:
        """Does the work once; False when it failed. Nothing escapes: a broken beat must not stop the worker."""
        close_old_connections()
        try:
            self.work()
        except Exception as error:
            self.failures += 1
            self._tell_failure(error)
            return False
        finally:
            close_old_connections()
        if self.failures or time.monotonic() - self.told >= _TOLD_EVERY:
            self._tell_life()
        self.failures = 0
        return True

    @property
    def pause(self) -> float:
        """Seconds until the next time: longer while it keeps failing."""
        return min(self.seconds * float(2 ** min(self.failures, 10)), max(_LONGEST_PAUSE, self.seconds))

    def _tell_life(self) -> None:
        try:
            BeatState.objects.update_or_create(name=self.name, defaults={"last_run": now()})
            self.told = time.monotonic()
        except DatabaseError as error:
            _log.warning("beat not told", extra={"beat": self.name, "kind": cause_of(error).kind})

    def _tell_failure(self, error: Exception) -> None:
        cause = cause_of(error)
        _log.error("beat failed", extra={"beat": self.name, "kind": cause.kind, "place": cause.place})
        moment = now()
        try:
            BeatState.objects.update_or_create(
                name=self.name,
                defaults={"last_failure": moment, "failure_kind": cause.kind},
                create_defaults={"last_run": moment, "last_failure": moment, "failure_kind": cause.kind},
            )
        except DatabaseError as second:
            _log.warning("beat not told", extra={"beat": self.name, "kind": cause_of(second).kind})


_beats: dict[str, Beat] = {}


def every(seconds: float, name: str, label: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declares work that each worker does every `seconds` seconds. Belongs in a room's `jobs.py`."""

    def declare(work: Callable[[], object]) -> Callable[[], object]:
        _beats[name] = Beat(name, label, seconds, work)
        return work

    return declare


def declared_beats() -> tuple[Beat, ...]:
    return tuple(_beats[name] for name in sorted(_beats))


class Pulse:
    """Runs all beats, each when it is due, in a few threads until told to stop: every thread holds a connection, and
    a worker's pool must leave some to its jobs."""

    def __init__(self, beats: tuple[Beat, ...] | None = None) -> None:
        chosen = declared_beats() if beats is None else beats
        self._due = [(0.0, number, beat) for number, beat in enumerate(chosen)]
        self._changed = threading.Condition()
        self._stopped = False
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Pulse:
        for number in range(min(_THREADS, len(self._due))):
            thread = threading.Thread(target=self._live, name=f"beats {number}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(10)

    def _live(self) -> None:
        try:
            while (taken := self._take()) is not None:
                number, beat = taken
                beat.run()
                with self._changed:
                    heapq.heappush(self._due, (time.monotonic() + beat.pause, number, beat))
                    self._changed.notify()
        finally:
            connection.close()

    def _take(self) -> tuple[int, Beat] | None:
        """The next beat when its time has come; None when it is time to stop."""
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    _moment, number, beat = heapq.heappop(self._due)
                    return number, beat
                self._changed.wait(wait)
        return None
