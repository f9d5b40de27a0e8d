"""Helpers of these tests: processes that own a server and can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

SOURCES = Path(__file__).parents[4]

# Starts the server, writes numbered rows, and prints each number only after its commit.
WRITER = """
import sys, psycopg, itertools
from pathlib import Path
from motcua.engine.database.api import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
print(server.start(), flush=True)
with psycopg.connect(server.url, autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (n bigint PRIMARY KEY)")
    start = connection.execute("SELECT coalesce(max(n), 0) FROM kept").fetchone()[0]
    for n in itertools.count(start + 1):
        connection.execute("INSERT INTO kept VALUES (%s)", (n,))
        print(n, flush=True)
"""

# Starts the server and holds it until told to stop.
HOLDER = """
import sys
from pathlib import Path
from motcua.engine.database.api import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


class Writer:
    """A process that owns a server and writes rows; what it printed was committed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
        )
        self.url = self._line()

    def write(self, rows: int) -> int:
        """Wait for that many acknowledged rows; the last number."""
        return [int(self._line()) for _ in range(rows)][-1]

    def after_kill(self) -> int:
        """The last number acknowledged before the process died, 0 when none was left unread."""
        assert self.process.stdout is not None
        lines = self.process.stdout.read().decode().splitlines()
        self.process.wait(timeout=60)
        return int(lines[-1]) if lines else 0

    def parts(self) -> dict[str, psutil.Process]:
        """The processes under test: owner, guardian, postmaster, one backend."""
        owner = psutil.Process(self.process.pid)
        guardian = owner.children()[0]
        postmaster = guardian.children()[0]
        backend = next(child for child in postmaster.children() if "motcua" in " ".join(child.cmdline()))
        return {"owner": owner, "guardian": guardian, "postmaster": postmaster, "backend": backend}

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode().strip()
        assert line, "the writer ended too early"
        return line


def eventually(condition: Callable[[], bool], patience: float = 20.0) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
