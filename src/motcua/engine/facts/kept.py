"""Results over files that never change, kept in this process by what was asked: the latest asked for stay."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

Rows = Sequence[Sequence[Any]]
MOST_ROWS = 200_000  # of all results together: some 40 MB
MOST_OF_ONE = MOST_ROWS // 10


class Kept:
    """Rows of results by key. A key names the files a result was read from, so that no result is ever out of date.

    Safe for threads. Two that ask for the same at once both read it.
    """

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Rows] = OrderedDict()
        self._size = 0

    def of(self, key: Hashable, find: Callable[[], Rows]) -> Rows:
        """The rows kept under a key, found now where none are."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        rows = find()
        if len(rows) <= MOST_OF_ONE:
            self._keep(key, rows)
        return rows

    def clear(self) -> None:
        """Forgets everything: to measure what finding costs."""
        with self._lock:
            self._found.clear()
            self._size = 0

    def _keep(self, key: Hashable, rows: Rows) -> None:
        with self._lock:
            if key not in self._found:
                self._size += _weight(rows)
            self._found[key] = rows
            while self._size > self._most:
                _key, dropped = self._found.popitem(last=False)
                self._size -= _weight(dropped)


def _weight(rows: Rows) -> int:
    return len(rows) + 1


KEPT = Kept()
