"""Looking at the processes of a cluster without ever trusting a pid file."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]


def processes_in(data: Path) -> list[int]:
    """Ids of living PostgreSQL processes whose working folder is this data directory; zombies do not count."""
    wanted = os.path.realpath(data)
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if "postgres" in (process.info["name"] or "") and process.cwd() == wanted:
                found.append(int(process.pid))
    return found


def wait_until_gone(data: Path, patience: float) -> bool:
    """Wait for processes that are already on their way out; True when none is left."""
    until = time.monotonic() + patience
    while processes_in(data):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def postmaster_of_backend(backend_pid: int) -> int | None:
    """The server process behind a backend that answered us: its parent, and nothing a file claims."""
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(backend_pid).ppid()
        return int(parent) if parent > 1 else None
    return None


def ask_fast_shutdown(postmaster: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(postmaster, signal.SIGINT)


def discard_foreign_pid_file(data: Path) -> None:
    """Remove a pid file that names a living process which is not this cluster's.

    PostgreSQL itself clears the file when the number is free; it must refuse when the number has been given
    to another program (usual in containers). We hold the cluster's lock and have looked for its processes.
    """
    path = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        number = int(path.read_text(encoding="utf-8", errors="replace").splitlines()[0])
        if psutil.pid_exists(number) and not processes_in(data):
            path.unlink()
