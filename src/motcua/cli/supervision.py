"""Keeping child processes alive: restart with growing pauses, stop in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from motcua.engine.database.api import GuardedProcess, Manners

_SHORTEST, _LONGEST = 0.3, 30.0  # seconds between two starts of a child that keeps dying
_STEADY = 60.0  # seconds of life after which a death counts as the first one again
_LONGEST_LOG = 20 * 1024 * 1024


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next start: doubled at every early death, up to half a minute."""

    pause: float = _SHORTEST
    deaths: int = 0

    def after_death(self, lived: float) -> float:
        """Seconds to wait now, the child having lived that long."""
        if lived >= _STEADY:
            self.pause, self.deaths = _SHORTEST, 0
        wait, self.deaths = self.pause, self.deaths + 1
        self.pause = min(self.pause * 2, _LONGEST)
        return wait


@dataclass(slots=True)
class Service:
    """One supervised child. `log` is a file, or None to write to our own terminal. `once`: it is done when it ends well."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path | None
    keep_open: tuple[int, ...] = ()
    once: bool = False
    clock: Callable[[], float] = time.monotonic
    backoff: Backoff = field(default_factory=Backoff)
    _process: GuardedProcess | None = None
    _started: float = 0.0
    _next_start: float = 0.0
    done: bool = False

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.exit_code() is None

    def start(self) -> None:
        self._started = self.clock()
        output = self._open_log()
        try:
            self._process = GuardedProcess(
                self.command, output=output, env=self.env, manners=Manners(grace=10), keep_open=self.keep_open
            )
        finally:
            if output is not None:
                output.close()

    def tend(self) -> str | None:
        """Look after the child; a sentence when something happened."""
        now = self.clock()
        if self._process is not None and self._process.exit_code() is not None:
            code, self._process = self._process.exit_code(), None
            if self.once and code == 0:
                self.done = True
                return None
            wait = self.backoff.after_death(now - self._started)
            self._next_start = now + wait
            return f"{self.name} dừng bất ngờ (mã {code}), chạy lại sau {wait:.1f} giây."
        if self._process is None and not self.done and now >= self._next_start:
            self.start()
        return None

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.ask_to_stop()

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def last_words(self) -> str:
        """The end of the log, for a message."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    def _open_log(self) -> IO[bytes] | None:
        if self.log is None:
            return None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")
