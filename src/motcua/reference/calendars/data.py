"""What crosses the door of calendars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.kernel.worktime import CalendarYear, Day, SpecialDay, WeeklyHours, WorkCalendar
from motcua.reference.calendars.sets import Calendars

PROVINCE = "/"  # unit path of the province's own calendar


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What one decision changes of the calendar of a province ("/") or of one unit, and what inherits from it.

    `add_days` declare or replace special days: holidays, make-up days, closures, half days (a working day or closure
    with the sessions that are left). `remove_days` are ordinary days again, whatever was declared for them here or
    above; `reset_days` follow the parent again. `hours` are weekly hours from a day on; `drop_hours` withdraws own
    weekly hours that begin on these days. `years` extend or confirm years (of the province only). `day_minutes` is
    the length of "one working day" as a duration (None: as it was; 0: the parent's again).
    """

    unit_path: str = PROVINCE
    add_days: tuple[SpecialDay, ...] = ()
    remove_days: tuple[dt.date, ...] = ()
    reset_days: tuple[dt.date, ...] = ()
    hours: tuple[WeeklyHours, ...] = ()
    drop_hours: tuple[dt.date, ...] = ()
    years: tuple[CalendarYear, ...] = ()
    day_minutes: int | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that is otherwise than before: in kind, in hours, or only in name or source."""

    old: Day | None  # None: a year the calendar did not have
    new: Day | None

    @property
    def date(self) -> dt.date:
        day = self.new or self.old
        assert day is not None
        return day.date

    @property
    def moves(self) -> bool:
        """Whether other minutes are worked."""
        return self.old is None or self.new is None or self.old.sessions != self.new.sessions


@dataclass(frozen=True, slots=True)
class FollowerPreview:
    """How many records of one kind a change touches, and a few of them in words."""

    count: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarTouched:
    """A follower's preview, with its code and label."""

    follower: str
    label: str
    count: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """What a change would do, before it is done.

    `number` is the newest version of this path (0: none), to be handed back as `seen` when the change is made.
    `units` are (path, days that move) of units below with a calendar of their own.
    """

    old: WorkCalendar
    new: WorkCalendar
    number: int
    days: tuple[DayChange, ...]
    moves_deadlines: bool
    units: tuple[tuple[str, int], ...] = ()
    touched: tuple[CalendarTouched, ...] = ()
    warnings: tuple[str, ...] = ()


__all__ = [
    "PROVINCE",
    "CalendarChange",
    "CalendarPreview",
    "CalendarTouched",
    "Calendars",
    "DayChange",
    "FollowerPreview",
]
