"""Stands between motcua and one child process, so that the child never outlives its parent.

Run as a script in a bare interpreter (`python -I -S guardian.py ... -- PROGRAM ARGS`), standard input being
a pipe whose other end only the parent holds. The end of the pipe, however the parent died, is the order to
stop the child: first politely, then firmly. Where Linux offers it, the child is also told of the guardian's
own death. Started by root with --uid, the child gives up every privilege before it runs.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY = 2.0  # seconds between looks at who our parent is, should the pipe have been copied
LAST_WAIT = 5.0  # seconds between the firm signal and SIGKILL


def main(arguments: list[str]) -> int:
    """Run the program and return its exit code (128 + signal when it was killed)."""
    options = _read(arguments)
    parent = os.getppid()
    wake = _listen_to_signals()
    child = _spawn(options)
    return _watch(child, parent, wake, options)


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--stop-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--firm-signal", type=int, default=int(signal.SIGKILL))
    parser.add_argument("--grace", type=float, default=20.0)
    parser.add_argument("program", nargs="+")
    return parser.parse_args(arguments)


def _listen_to_signals() -> int:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    return reading


def _spawn(options: argparse.Namespace) -> int:
    guardian = os.getpid()
    prctl = _prctl()
    prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans of the child come to us, so that we can bury them
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        _drop_privileges(options.uid, options.gid)
        prctl(PR_SET_PDEATHSIG, options.stop_signal)
        if os.getppid() != guardian:
            os._exit(1)
        _plain_signals()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.closerange(3, 256)
        os.execv(options.program[0], options.program)  # noqa: S606 - the very purpose
    except OSError as error:
        os.write(2, f"{options.program[0]}: {error.strerror}\n".encode())
    os._exit(127)


def _prctl() -> Callable[[int, int], object]:
    """Find prctl before forking: after it, only plain system calls are safe."""
    if not sys.platform.startswith("linux"):
        return lambda option, value: None
    call = ctypes.CDLL(None, use_errno=True).prctl
    return lambda option, value: call(option, value, 0, 0, 0)


def _drop_privileges(uid: int | None, gid: int | None) -> None:
    if uid is None:
        return
    os.setgroups([])
    os.setgid(uid if gid is None else gid)
    os.setuid(uid)


def _plain_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _watch(child: int, parent: int, wake: int, options: argparse.Namespace) -> int:
    deadlines = iter(((options.firm_signal, options.grace), (int(signal.SIGKILL), LAST_WAIT)))
    until: float | None = None
    following = 0
    while True:
        status = _ended(child)
        if status is not None:
            _sweep(child, options.stop_signal)
            return status
        ordered = _wait(wake, parent, until is not None)
        if ordered and until is None:
            _send(child, options.stop_signal)
            following, patience = next(deadlines)
            until = time.monotonic() + patience
        elif until is not None and time.monotonic() >= until:
            _send(child, following)
            following, patience = next(deadlines, (int(signal.SIGKILL), LAST_WAIT))
            until = time.monotonic() + patience


def _wait(wake: int, parent: int, stopping: bool) -> bool:
    """Sleep until something happens; True when the child should stop."""
    watched = [wake] if stopping else [wake, 0]
    ready, _, _ = select.select(watched, [], [], 0.2 if stopping else LOOK_EVERY)
    received = os.read(wake, 64) if wake in ready else b""
    asked = any(number in received for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
    return asked or 0 in ready or os.getppid() != parent


def _ended(child: int) -> int | None:
    """Bury whoever has died; the exit code when the child itself is among them."""
    code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            done, status = os.waitpid(-1, os.WNOHANG)
            if not done:
                break
            if done == child:
                code = os.waitstatus_to_exitcode(status)
    return code if code is None or code >= 0 else 128 - code


def _send(child: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, number)


def _sweep(group: int, number: int) -> None:
    """End what the child left behind in its own process group (workers of a killed web server)."""
    for order, patience in ((number, 3.0), (int(signal.SIGKILL), 0.0)):
        try:
            os.killpg(group, order)
        except (ProcessLookupError, PermissionError):
            return
        until = time.monotonic() + patience
        while time.monotonic() < until and _group_lives(group):
            time.sleep(0.05)


def _group_lives(group: int) -> bool:
    _ended(group)
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
