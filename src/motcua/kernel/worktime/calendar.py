"""A working calendar: every day of its years, and arithmetic on working time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from motcua.kernel.worktime.days import (
    WEEKDAYS,
    Day,
    DayKind,
    Sessions,
    SpecialDay,
    WeeklyHours,
    WorktimeError,
    check_sessions,
    short_date,
)
from motcua.kernel.worktime.duration import Duration
from motcua.kernel.worktime.instants import MINUTES_PER_DAY, minute_of_date, to_instant, to_minute
from motcua.kernel.worktime.reckoning import Reckoning
from motcua.kernel.worktime.table import SessionTable


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of a calendar: whether its list of days off is confirmed complete."""

    year: int
    confirmed: bool
    note: str = ""


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly hours + special days over whole years. Immutable; a change is a new version.

    ``day_minutes`` is the length of one "working day" as a duration (default: the longest day of the
    first weekly hours). Instants go in aware, in any zone, and come out in Asia/Ho_Chi_Minh, in whole
    minutes. Errors: :class:`WorktimeError` (``kernel.worktime.out-of-range`` outside the years).
    """

    code: str
    version: str
    name: str
    hours: tuple[WeeklyHours, ...]
    special_days: tuple[SpecialDay, ...]
    years: tuple[CalendarYear, ...]
    day_minutes: int = 0
    parent: WorkCalendar | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", tuple(sorted(self.hours, key=lambda hours: hours.valid_from)))
        _check_years(self.years)
        if not self.hours or self.hours[0].valid_from > self.first_day:
            raise WorktimeError(
                f"Lịch {self.code} chưa có giờ làm việc hằng tuần từ ngày {short_date(self.first_day)}.",
                code="kernel.worktime.week",
            )
        if self.day_minutes <= 0:
            object.__setattr__(self, "day_minutes", self.hours[0].day_minutes)
        _check_special_days(self)

    # -- the days ---------------------------------------------------------------------------------

    @property
    def first_day(self) -> date:
        """First day the calendar knows."""
        return date(self.years[0].year, 1, 1)

    @property
    def last_day(self) -> date:
        """Last day the calendar knows."""
        return date(self.years[-1].year, 12, 31)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Every day from :attr:`first_day` to :attr:`last_day`."""
        special = {day.date: day for day in self.special_days}
        count = (self.last_day - self.first_day).days + 1
        dates = (self.first_day + timedelta(days=offset) for offset in range(count))
        return tuple(self._make_day(each, special.get(each)) for each in dates)

    @cached_property
    def table(self) -> SessionTable:
        """The session table, as data."""
        spans = (
            (base + session.start, base + session.end)
            for day in self.days
            for base in [minute_of_date(day.date)]
            for session in day.sessions
        )
        first = minute_of_date(self.first_day)
        return SessionTable.build(spans, first, first + len(self.days) * MINUTES_PER_DAY)

    @cached_property
    def _working_dates(self) -> tuple[date, ...]:
        return tuple(day.date for day in self.days if day.sessions)

    @cached_property
    def _rank(self) -> tuple[int, ...]:
        """Number of working days before each day; one more entry for the end."""
        rank = [0]
        for day in self.days:
            rank.append(rank[-1] + bool(day.sessions))
        return tuple(rank)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what the calendar says, day by day: equal calendars give equal deadlines."""
        lines = (f"{day.date} {day.kind} {','.join(map(str, day.sessions))}" for day in self.days)
        body = "\n".join([f"day_minutes {self.day_minutes}", *lines])
        return hashlib.sha256(body.encode()).hexdigest()

    def weekly_hours(self, day: date) -> WeeklyHours:
        """The weekly hours in force on ``day``."""
        return next(hours for hours in reversed(self.hours) if hours.valid_from <= day)

    def day(self, day: date) -> Day:
        """The day as this calendar has it."""
        return self.days[self._index(day)]

    def is_working_day(self, day: date) -> bool:
        """Whether the day has any session."""
        return bool(self.day(day).sessions)

    def is_confirmed(self, day: date) -> bool:
        """Whether the list of days off of that year is confirmed complete."""
        self._index(day)
        return self.years[day.year - self.years[0].year].confirmed

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The ``count``-th working day after ``day`` (``count`` ≥ 1); negative counts go back."""
        index = self._index(day)
        if count == 0:
            raise WorktimeError("Số ngày làm việc phải khác 0.", code="kernel.worktime.duration")
        place = self._rank[index + 1] + count - 1 if count > 0 else self._rank[index] + count
        if not 0 <= place < len(self._working_dates):
            raise self._outside(day)
        return self._working_dates[place]

    def working_day_on_or_after(self, day: date) -> date:
        """``day`` itself if it is worked, else the next working day."""
        return day if self.is_working_day(day) else self.working_day_after(day)

    def working_days(self, after: date, through: date) -> int:
        """Number of working days in (``after``, ``through``]; negative when reversed."""
        return self._rank[self._index(through) + 1] - self._rank[self._index(after) + 1]

    def opening(self, day: date) -> datetime:
        """First working instant of a working day."""
        return self._at(day, self._sessions(day)[0].start)

    def closing(self, day: date) -> datetime:
        """Close of business of a working day."""
        return self._at(day, self._sessions(day)[-1].end)

    # -- the instants -----------------------------------------------------------------------------

    def is_working(self, instant: datetime) -> bool:
        """Whether the minute of ``instant`` is worked."""
        return self.table.is_working(to_minute(instant))

    def next_working(self, instant: datetime) -> datetime:
        """``instant`` (to the minute) if worked, else the next opening."""
        return to_instant(self.table.next_working(to_minute(instant)))

    def previous_working(self, instant: datetime) -> datetime:
        """``instant`` (to the minute) if work can end then, else the last closing before (an opening too)."""
        return to_instant(self.table.previous_working(to_minute(instant)))

    def add(self, instant: datetime, duration: Duration) -> Reckoning:
        """Move forwards by working time; the result never falls on an opening but on the closing before."""
        start, amount = to_minute(instant), duration.minutes(self.day_minutes)
        return Reckoning(self, start, self.table.add(start, amount), duration)

    def subtract(self, instant: datetime, duration: Duration) -> Reckoning:
        """Move backwards by working time: the latest start from which ``duration`` ends at ``instant``."""
        start, amount = to_minute(instant), duration.minutes(self.day_minutes)
        return Reckoning(self, start, self.table.subtract(start, amount), -duration)

    def between(self, start: datetime, end: datetime) -> Reckoning:
        """Working time from ``start`` to ``end``; negative when ``end`` is earlier."""
        return Reckoning(self, to_minute(start), to_minute(end))

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Working minutes from ``start`` to ``end``, without the explanation."""
        worked = self.table.worked
        return worked(to_minute(end)) - worked(to_minute(start))

    def add_minutes(self, instant: datetime, minutes: int) -> datetime:
        """As :meth:`add` for whole working minutes, without the explanation."""
        return to_instant(self.table.add(to_minute(instant), minutes))

    def shift(self, due: datetime, paused_from: datetime, paused_to: datetime) -> Reckoning:
        """Move a deadline by the working time of a pause. A pause of no working time moves nothing."""
        pause = self.minutes_between(paused_from, paused_to)
        if pause < 0:
            raise WorktimeError(
                "Thời điểm kết thúc tạm dừng trước thời điểm bắt đầu; hãy kiểm tra lại hai thời điểm.",
                code="kernel.worktime.pause",
            )
        return self.add(due, Duration.of_minutes(pause))

    # -- other calendars --------------------------------------------------------------------------

    def derive(
        self,
        code: str,
        version: str,
        *,
        name: str | None = None,
        hours: Iterable[WeeklyHours] | None = None,
        days: Iterable[SpecialDay] = (),
        day_minutes: int | None = None,
    ) -> WorkCalendar:
        """A unit's calendar: this one with its own weekly hours, and ``days`` replacing or added."""
        merged: Mapping[date, SpecialDay] = {day.date: day for day in (*self.special_days, *days)}
        own_hours = self.hours if hours is None else tuple(hours)
        inherited = self.day_minutes if hours is None else 0
        return WorkCalendar(
            code=code,
            version=version,
            name=self.name if name is None else name,
            hours=own_hours,
            special_days=tuple(merged[day] for day in sorted(merged)),
            years=self.years,
            day_minutes=inherited if day_minutes is None else day_minutes,
            parent=self,
        )

    # -- inside -----------------------------------------------------------------------------------

    def _make_day(self, day: date, special: SpecialDay | None) -> Day:
        weekly = self.weekly_hours(day).week[day.weekday()]
        if special is None:
            kind = DayKind.WORK if weekly else DayKind.WEEKEND
            return Day(day, kind, weekly)
        sessions = check_sessions(self._special_sessions(special, weekly), short_date(day))
        full = weekly if special.kind is not DayKind.MAKE_UP else self._make_up_sessions(special)
        short = bool(sessions) and sum(s.minutes for s in sessions) < sum(s.minutes for s in full)
        return Day(day, special.kind, sessions, special.name, special.source, special.confidence, short)

    def _special_sessions(self, special: SpecialDay, weekly: Sessions) -> Sessions:
        if special.sessions is not None:
            return special.sessions
        if special.kind is DayKind.MAKE_UP:
            return self._make_up_sessions(special)
        return weekly if special.kind is DayKind.WORK else ()

    def _make_up_sessions(self, special: SpecialDay) -> Sessions:
        # A make-up day works the hours of the day it makes up for; without a pair, Monday's.
        weekday = special.pair.weekday() if special.pair is not None else 0
        return self.weekly_hours(special.date).week[weekday]

    def _sessions(self, day: date) -> Sessions:
        sessions = self.day(day).sessions
        if not sessions:
            raise WorktimeError(
                f"{WEEKDAYS[day.weekday()]} {short_date(day)} không phải ngày làm việc nên không có giờ mở cửa.",
                code="kernel.worktime.not-working-day",
            )
        return sessions

    def _at(self, day: date, minute: int) -> datetime:
        return to_instant(minute_of_date(day) + minute)

    @cached_property
    def _first_ordinal(self) -> int:
        return self.first_day.toordinal()

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._first_ordinal
        if not 0 <= index < len(self.days):
            raise self._outside(day)
        return index

    def _outside(self, day: date) -> WorktimeError:
        return WorktimeError(
            f"Ngày {short_date(day)} cùng khoảng cần tính vượt ngoài lịch {self.code} "
            f"({short_date(self.first_day)} đến {short_date(self.last_day)}); "
            "hãy bổ sung lịch của năm đó rồi tính lại.",
            code="kernel.worktime.out-of-range",
        )


def _check_years(years: tuple[CalendarYear, ...]) -> None:
    numbers = [year.year for year in years]
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise WorktimeError(
            "Các năm của lịch làm việc phải liên tục và theo thứ tự.", code="kernel.worktime.years"
        )


def _check_special_days(calendar: WorkCalendar) -> None:
    seen: set[date] = set()
    for day in calendar.special_days:
        if day.date in seen:
            raise WorktimeError(
                f"Ngày {short_date(day.date)} được khai hai lần trong lịch {calendar.code}.",
                code="kernel.worktime.duplicate-day",
            )
        seen.add(day.date)
        if not calendar.first_day <= day.date <= calendar.last_day:
            raise calendar._outside(day.date)
        if day.sessions and day.kind not in (DayKind.WORK, DayKind.MAKE_UP, DayKind.CLOSURE):
            raise WorktimeError(
                f"Ngày {short_date(day.date)} là {day.kind.label} nên không thể có buổi làm việc; "
                "nếu nghỉ nửa ngày, hãy khai là ngày làm việc với các buổi còn lại.",
                code="kernel.worktime.day-off-with-sessions",
            )
