"""Work shared by forked processes, each on a connection of its own."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection

Item = TypeVar("Item")
Result = TypeVar("Result")


def share(
    items: Sequence[Item],
    do: Callable[[Item], Result],
    heard: Callable[[Result], None],
    stop: Callable[[], bool],
    workers: int,
) -> bool:
    """Does every item once, in order of beginning, and hands each result to `heard` in this process.

    With fewer than two workers all is done here. False when stopped: what was begun is then done. A worker's error ends
    the others after their item and is raised as RuntimeError.
    """
    if workers < 2 or len(items) < 2:
        for item in items:
            if stop():
                return False
            heard(do(item))
        return True
    # A connection, and a pool of them, is one process's own.
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    return _Crew(items, do, min(workers, len(items))).work(heard, stop)


class _Crew:
    def __init__(self, items: Sequence[Any], do: Callable[[Any], Any], workers: int) -> None:
        self.items, self.do = items, do
        fork = multiprocessing.get_context("fork")
        self.turn, self.stopping, self.told = fork.Value("i", 0), fork.Event(), fork.SimpleQueue()
        self.workers = [fork.Process(target=self._worker, daemon=True) for _number in range(workers)]

    def work(self, heard: Callable[[Any], None], stop: Callable[[], bool]) -> bool:
        for worker in self.workers:
            worker.start()
        left, failed = len(self.workers), ""
        while left:
            while self.told.empty() and any(worker.is_alive() for worker in self.workers):
                time.sleep(0.02)
                if stop():
                    self.stopping.set()
            if self.told.empty():
                failed = failed or "a worker ended without a word"
                break
            word, result = self.told.get()
            if word == "done":
                heard(result)
                continue
            left -= 1
            if word == "failed":
                failed = failed or result
                self.stopping.set()
        for worker in self.workers:
            worker.join()
        if failed:
            raise RuntimeError(f"worker: {failed}")
        return not self.stopping.is_set()

    def _worker(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
        try:
            while not self.stopping.is_set():
                with self.turn.get_lock():
                    place = self.turn.value
                    self.turn.value += 1
                if place >= len(self.items):
                    break
                self.told.put(("done", self.do(self.items[place])))
            self.told.put(("ended", None))
        except BaseException as error:
            self.told.put(("failed", f"{type(error).__name__}: {error}"))
            raise
        finally:
            connection.close()
