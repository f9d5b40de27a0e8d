"""Who wants to hear how jobs end (metrics, logs), without the jobs knowing them."""

from __future__ import annotations

from collections.abc import Callable

Watcher = Callable[[str, int, str, float], None]

_watchers: list[Watcher] = []


def watch_jobs(watcher: Watcher) -> None:
    """`watcher(name, job id, outcome, seconds)` is called after each run; outcome: succeeded, failed, already-done."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def tell_watchers(name: str, job_id: int, outcome: str, seconds: float) -> None:
    for watcher in _watchers:
        watcher(name, job_id, outcome, seconds)
