"""Calendars and deadlines as pictures: rows of days with their words, for pages."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from motcua.kernel.worktime import Day, Due, LimitUnit, SpecialDay, WeeklyHours, WorkCalendar
from motcua.reference.calendars.words import CONFIDENCES, WEEKDAYS, kind_of, look_of, word_of

_BY_DATE = (LimitUnit.CALENDAR_DAY, LimitUnit.MONTH, LimitUnit.YEAR)
MOST_DAYS = 62  # of a deadline drawn day by day; a longer one is drawn by stretches


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the calendar: `look` is its colour class, `word` goes with it, `kind` and `name` say more."""

    day: dt.date
    look: str
    word: str
    kind: str
    name: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks of seven cells, None outside the month; how many days are worked."""

    first: dt.date
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


def year_picture(calendar: WorkCalendar, year: int, today: dt.date) -> list[Month]:
    """Twelve months of a year that the calendar has."""
    return [_month(calendar, year, month, today) for month in range(1, 13)]


def _month(calendar: WorkCalendar, year: int, month: int, today: dt.date) -> Month:
    first, length = dt.date(year, month, 1), monthrange(year, month)[1]
    days = [calendar.day(first.replace(day=number)) for number in range(1, length + 1)]
    cells: list[Cell | None] = [None] * first.weekday()
    cells += [_cell(day, today) for day in days]
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7))
    return Month(first, weeks, sum(bool(day.sessions) for day in days))


def _cell(day: Day, today: dt.date) -> Cell:
    return Cell(day.date, look_of(day), word_of(day), kind_of(day), day.name, day.date == today)


@dataclass(frozen=True, slots=True)
class SpecialRow:
    """A special day as a line of the list under the calendar; `level` says who declared it."""

    day: Day
    look: str
    kind: str
    confidence: str
    level: str


def special_rows(
    calendar: WorkCalendar, levels: Sequence[tuple[str, WorkCalendar]], year: int
) -> list[SpecialRow]:
    """The special days of a year. `levels`: the calendars inherited from, the most general first, with their names."""
    return [
        SpecialRow(
            day,
            look_of(day),
            kind_of(day),
            str(CONFIDENCES[day.confidence]),
            _level(special, levels),
        )
        for special in calendar.special_days
        if special.date.year == year
        for day in [calendar.day(special.date)]
    ]


def _level(special: SpecialDay, levels: Sequence[tuple[str, WorkCalendar]]) -> str:
    return next((name for name, calendar in levels if special in calendar.special_days), levels[-1][0])


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Days of the week that are worked alike, in words."""

    days: str
    sessions: str


def hours_rows(hours: WeeklyHours) -> list[HoursRow]:
    """Monday to Sunday, alike days in one line."""
    rows = []
    for sessions, group in groupby(enumerate(hours.week), key=lambda pair: pair[1]):
        numbers = [number for number, _sessions in group]
        first, last = str(WEEKDAYS[numbers[0]]), str(WEEKDAYS[numbers[-1]])
        days = first if first == last else f"{first} – {last}"
        rows.append(HoursRow(days, ", ".join(map(str, sessions)) or _("nghỉ")))
    return rows


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a deadline's picture: a day, or like days together; `state` is its colour class."""

    first: dt.date
    last: dt.date
    state: str
    word: str
    detail: str = ""


def due_picture(found: Due) -> list[Stretch]:
    """From the day of receipt to the due time: what counted, what did not and why."""
    days = [
        found.received.date() + dt.timedelta(days=offset)
        for offset in range((found.at.date() - found.received.date()).days + 1)
    ]
    counted = _counted(found)
    cells = [_due_cell(found, day, counted) for day in days]
    return cells if len(cells) <= MOST_DAYS else _stretches(cells, found.limit.unit in _BY_DATE)


def _stretches(cells: Sequence[Stretch], by_date: bool) -> list[Stretch]:
    """Like days together. In a limit that counts days off too, it does not matter which they are."""
    merged = []
    for (state, word, detail), group in groupby(
        cells,
        key=lambda cell: (cell.state, cell.word, "" if by_date and cell.state == "counted" else cell.detail),
    ):
        rows = list(group)
        merged.append(Stretch(rows[0].first, rows[-1].last, state, word, detail))
    return merged


def _counted(found: Due) -> dict[dt.date, bool]:
    return {
        span.first + dt.timedelta(days=offset): span.counted
        for span in found.spans
        for offset in range((span.last - span.first).days + 1)
    }


def _due_cell(found: Due, day: dt.date, counted: dict[dt.date, bool]) -> Stretch:
    known = found.calendar.day(day)
    word, state = _("không tính"), "skipped"
    if day == found.at.date():
        word, state = _("đến hạn {time}").format(time=f"{found.at:%H:%M}"), "due"
    elif found.limit.unit in _BY_DATE:
        if day > found.received.date() and (found.nominal_end is None or day <= found.nominal_end):
            word, state = _("tính"), "counted"
    elif counted.get(day):
        word, state = _("tính"), "counted"
    if day == found.received.date() and state != "due":
        word = _("tiếp nhận, tính") if state == "counted" else _("tiếp nhận, không tính")
        state = "received"
    detail = "" if known.sessions and not known.name else _detail(known)
    return Stretch(day, day, state, word, detail)


def _detail(day: Day) -> str:
    hours = f" ({', '.join(map(str, day.sessions))})" if day.short and day.sessions else ""
    return (f"{kind_of(day)}: {day.name}" if day.name else kind_of(day)) + hours
