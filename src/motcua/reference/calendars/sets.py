"""All calendars of a province at one moment: which version each unit follows, and the calendar it makes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from motcua.kernel.worktime import Day, WorkCalendar, vietnam
from motcua.reference.calendars.definition import parse_definition

Link = tuple[str, int, str]  # path, number, definition as text


class Calendars:
    """The newest version of each path, and the calendars they make. Immutable; calendars are made when asked for.

    `changed_path` is set on the pair handed to followers of a change: units outside this subtree are not touched.
    """

    def __init__(self, versions: Mapping[str, tuple[int, str]], *, changed_path: str = "/") -> None:
        self._versions = dict(versions)
        self._made: dict[str, tuple[WorkCalendar, str]] = {}
        self.changed_path = changed_path

    def for_unit(self, unit_path: str) -> WorkCalendar:
        """The unit's own calendar, else its nearest ancestor's, else the province's, else Viet Nam's."""
        return self._at(unit_path)[0]

    def print_of(self, unit_path: str) -> str:
        """The deadline print of the unit's calendar."""
        return self._at(unit_path)[1]

    def number_of(self, unit_path: str) -> int:
        """Number of the version that holds for a unit: its own or its nearest ancestor's; 0 while none was declared."""
        chain = self._chain(unit_path)
        return chain[-1][1] if chain else 0

    def holder_of(self, unit_path: str) -> str:
        """The path whose calendar a unit follows; "" for the packaged one."""
        chain = self._chain(unit_path)
        return chain[-1][0] if chain else ""

    def own(self, unit_path: str) -> tuple[int, str]:
        """Number and text of the path's own version; (0, "") when it has none."""
        return self._versions.get(unit_path, (0, ""))

    def parent_of(self, unit_path: str) -> WorkCalendar:
        """The calendar a path's own definition is written over."""
        return _made(tuple(link for link in self._chain(unit_path) if link[0] != unit_path))[0]

    def paths(self) -> tuple[str, ...]:
        """Paths with a calendar of their own."""
        return tuple(sorted(self._versions))

    def about(self, changed_path: str) -> Calendars:
        """The same, as one side of a change of this path."""
        return Calendars(self._versions, changed_path=changed_path)

    def with_version(self, unit_path: str, number: int, definition: str) -> Calendars:
        """The same with a newer version of one path."""
        return Calendars(self._versions | {unit_path: (number, definition)}, changed_path=unit_path)

    def _at(self, unit_path: str) -> tuple[WorkCalendar, str]:
        made = self._made.get(unit_path)
        if made is None:
            made = self._made[unit_path] = _made(self._chain(unit_path))
        return made

    def _chain(self, unit_path: str) -> tuple[Link, ...]:
        return tuple((path, *self._versions[path]) for path in lineage(unit_path) if path in self._versions)


def lineage(path: str) -> tuple[str, ...]:
    """ "/H05/H05.15/" -> ("/", "/H05/", "/H05/H05.15/")."""
    return tuple(path[: end + 1] for end, letter in enumerate(path) if letter == "/")


@lru_cache(maxsize=256)
def _made(chain: tuple[Link, ...]) -> tuple[WorkCalendar, str]:
    calendar = vietnam()
    for path, number, text in chain:
        code = path.rstrip("/").rpartition("/")[2] or "tỉnh"
        calendar = parse_definition(text).over(calendar, code=code, version=str(number))
    return calendar, deadline_print(calendar)


def deadline_print(calendar: WorkCalendar) -> str:
    """Digest of the minutes worked and the length of a working day: two calendars have the same one exactly when
    no deadline differs between them (names, sources and kinds of days off do not count)."""
    table = calendar.table
    body = (calendar.day_minutes, table.first, table.last, table.starts, table.ends)
    return hashlib.sha256(repr(body).encode()).hexdigest()


def differing_days(old: WorkCalendar, new: WorkCalendar) -> Iterator[tuple[Day | None, Day | None]]:
    """Days that are not the same in both, in order; None where one calendar does not reach."""
    day = min(old.first_day, new.first_day)
    while day <= max(old.last_day, new.last_day):
        before, after = _day(old, day), _day(new, day)
        if before != after:
            yield before, after
        day += dt.timedelta(days=1)


def _day(calendar: WorkCalendar, day: dt.date) -> Day | None:
    return calendar.day(day) if calendar.first_day <= day <= calendar.last_day else None
