"""A guarded child never outlives its parent, however stubborn it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from motcua.engine.database.api import GuardedProcess, Manners
from motcua.engine.database.tests.support import eventually

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write("ready")
time.sleep(600)
"""
WITH_GRANDCHILD = """
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(grandchild.pid))
time.sleep(600)
"""
PARENT = """
import sys, time
from motcua.engine.database.api import GuardedProcess
child = GuardedProcess([sys.executable, "-c", sys.argv[1], sys.argv[2]])
time.sleep(600)
"""


def _written(path: Path) -> str:
    assert eventually(lambda: path.exists() and bool(path.read_text()))
    return path.read_text()


def test_exit_code_comes_through() -> None:
    child = GuardedProcess([sys.executable, "-c", "raise SystemExit(7)"])
    assert eventually(lambda: child.exit_code() is not None)
    assert child.exit_code() == 7


def test_a_missing_program_is_an_exit_code_not_a_hang() -> None:
    child = GuardedProcess(["/nonexistent/program"], output=subprocess.DEVNULL)
    assert eventually(lambda: child.exit_code() == 127)


def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    child = GuardedProcess([sys.executable, "-c", STUBBORN, str(ready)], manners=Manners(grace=0.3))
    _written(ready)
    assert child.stop() == 128 + 9


def test_grandchildren_go_with_a_killed_child(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = GuardedProcess([sys.executable, "-c", WITH_GRANDCHILD, str(note)])
    grandchild = int(_written(note))
    psutil.Process(child.guardian_pid).children()[0].kill()
    assert eventually(lambda: child.exit_code() == 128 + 9)
    assert eventually(lambda: not psutil.pid_exists(grandchild))


def test_the_death_of_the_parent_ends_everything(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, WITH_GRANDCHILD, str(note)])
    grandchild = int(_written(note))
    family = psutil.Process(parent.pid).children(recursive=True)
    assert grandchild in {member.pid for member in family}
    parent.kill()
    parent.wait()
    assert eventually(lambda: not any(member.is_running() for member in family))
