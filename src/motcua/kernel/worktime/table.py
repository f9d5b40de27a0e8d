"""The session table: working time as three sorted rows of whole minutes, searched by bisection.

Minutes are counted on the clock of Viet Nam from 1970-01-01 00:00. Session ``i`` runs from ``starts[i]``
to ``ends[i]``, and ``before[i]`` working minutes lie before it; ``before[-1]`` is the total.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from motcua.kernel.worktime.days import WorktimeError


@dataclass(frozen=True, slots=True)
class SessionTable:
    """Sessions of a whole calendar as plain data; ``first`` and ``last`` bound what it can answer."""

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    first: int
    last: int

    @classmethod
    def build(cls, sessions: Iterable[tuple[int, int]], first: int, last: int) -> SessionTable:
        """Build from ``(start, end)`` pairs in order."""
        starts: list[int] = []
        ends: list[int] = []
        before = [0]
        for start, end in sessions:
            starts.append(start)
            ends.append(end)
            before.append(before[-1] + end - start)
        return cls(tuple(starts), tuple(ends), tuple(before), first, last)

    def worked(self, minute: int) -> int:
        """Working minutes from the first day of the table to ``minute``."""
        if not self.first <= minute <= self.last:
            raise _out_of_range()
        index = bisect_right(self.starts, minute) - 1
        if index < 0:
            return 0
        end = self.ends[index]
        return self.before[index] + (minute if minute < end else end) - self.starts[index]

    def add(self, minute: int, amount: int) -> int:
        """Earliest minute by which ``amount`` working minutes have passed since ``minute``."""
        if amount <= 0:
            return minute if amount == 0 else self.subtract(minute, -amount)
        target = self.worked(minute) + amount
        before = self.before
        if target > before[-1]:
            raise _out_of_range()
        index = bisect_left(before, target) - 1
        return self.starts[index] + target - before[index]

    def subtract(self, minute: int, amount: int) -> int:
        """Latest minute from which ``amount`` working minutes pass until ``minute``."""
        if amount <= 0:
            return minute if amount == 0 else self.add(minute, -amount)
        target = self.worked(minute) - amount
        if target < 0:
            raise _out_of_range()
        index = bisect_right(self.before, target) - 1
        return self.starts[index] + target - self.before[index]

    def is_working(self, minute: int) -> bool:
        """Whether the minute that begins at ``minute`` is worked."""
        self.worked(minute)
        index = bisect_right(self.starts, minute) - 1
        return index >= 0 and minute < self.ends[index]

    def next_working(self, minute: int) -> int:
        """``minute`` if it is worked, else the opening of the next session."""
        if self.is_working(minute):
            return minute
        index = bisect_right(self.starts, minute)
        if index == len(self.starts):
            raise _out_of_range()
        return self.starts[index]

    def previous_working(self, minute: int) -> int:
        """Where work can end at or before ``minute``: itself within or at the end of a session, else a closing.

        The mirror of :meth:`next_working`: at an opening, the closing before it.
        """
        self.worked(minute)
        index = bisect_left(self.starts, minute) - 1
        if index < 0:
            raise _out_of_range()
        return min(minute, self.ends[index])


def _out_of_range() -> WorktimeError:
    return WorktimeError(
        "Thời điểm nằm ngoài các năm mà lịch làm việc có dữ liệu; hãy bổ sung lịch của năm đó rồi tính lại.",
        code="kernel.worktime.out-of-range",
    )
