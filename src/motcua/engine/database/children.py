"""Child processes that cannot outlive us: every one is started under its own guardian."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_GUARDIAN = Path(__file__).with_name("guardian.py")


@dataclass(frozen=True, slots=True)
class Identity:
    """The account a child runs as."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True, slots=True)
class Manners:
    """How to stop a child: the polite signal, the firm one, and the seconds between them."""

    stop: signal.Signals = signal.SIGTERM
    firm: signal.Signals = signal.SIGKILL
    grace: float = 15.0


class GuardedProcess:
    """One running child. It stops when told to, when its parent dies, or by itself."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        output: IO[bytes] | int | None = None,
        env: Mapping[str, str] | None = None,
        identity: Identity | None = None,
        manners: Manners | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Start `command` (absolute program first). `keep_open`: descriptors the guardian, not the child, holds."""
        self._manners = manners or Manners()
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [*_guardian_command(self._manners, identity), "--", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=None if env is None else dict(env),
            cwd="/" if identity else None,
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )

    @property
    def guardian_pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; else its exit code, 128 + n after signal n."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Order the stop and return at once."""
        if self._process.stdin and not self._process.stdin.closed and self._owner == os.getpid():
            self._process.stdin.close()

    def stop(self) -> int:
        """Order the stop and wait for it; the guardian turns firm after the grace time."""
        self.ask_to_stop()
        return self._process.wait(timeout=self._manners.grace + 15)


def _guardian_command(manners: Manners, identity: Identity | None) -> list[str]:
    command = [sys.executable, "-I", "-S", str(_GUARDIAN)]
    command += ["--stop-signal", str(int(manners.stop)), "--firm-signal", str(int(manners.firm))]
    command += ["--grace", str(manners.grace)]
    if identity is not None:
        command += ["--uid", str(identity.uid), "--gid", str(identity.gid)]
    return command
