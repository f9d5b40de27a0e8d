"""Working time reckoned inside PostgreSQL: the calendars in force as parameters of a statement, a row a day.

For facts and lists of many rows, where asking Python about each would take minutes. The minutes are those of
`WorkCalendar.minutes_between`, by the calendars as they stand when the statement is run.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from motcua.kernel.worktime import WorkCalendar
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.inforce import calendars_of

MOST_SESSIONS = 4  # of one day
_EPOCH = dt.date(1970, 1, 1)
_NAMES = [f"{end}{number}" for number in range(1, MOST_SESSIONS + 1) for end in ("s", "e")]
_ARRAYS = ", ".join(f"%(work_{name})s::int[]" for name in ("calendar", "day", "before", *_NAMES))
# A relation of days; join it once for each moment, on calendar and day.
WORK_DAYS = f"(SELECT * FROM unnest({_ARRAYS}) AS w (calendar, day, before, {', '.join(_NAMES)}))"


def work_parameters(province_id: int) -> dict[str, Any]:
    """What `WORK_DAYS` and `calendar_of` read. Raises CalendarRefused calendars.sessions.many for a day of more
    sessions than MOST_SESSIONS."""
    calendars = calendars_of(province_id)
    paths = ["/", *(path for path in calendars.paths() if path != "/")]
    rows = [row for number, path in enumerate(paths) for row in _days(number, calendars.for_unit(path))]
    columns = list(zip(*rows, strict=True))
    found: dict[str, Any] = {
        f"work_{name}": list(column)
        for name, column in zip(("calendar", "day", "before", *_NAMES), columns, strict=True)
    }
    return found | {"work_paths": paths, "work_calendars": len(paths)}


def calendar_of(path: str) -> str:
    """The number of the calendar of a unit whose path is an SQL expression: its own, else its nearest ancestor's."""
    nearest = (
        f"(SELECT h.number - 1 FROM unnest(%(work_paths)s::text[]) WITH ORDINALITY AS h (path, number) "
        f"WHERE starts_with({path}, h.path) ORDER BY length(h.path) DESC LIMIT 1)"
    )
    return f"CASE WHEN %(work_calendars)s::int = 1 THEN 0 ELSE {nearest} END"


def day_of(wall: str) -> str:
    """The day to join on, of a timestamp on the clock of Viet Nam."""
    return f"(({wall})::date - date '1970-01-01')"


def worked(days: str, wall: str) -> str:
    """Working minutes up to a timestamp on the clock of Viet Nam (seconds dropped), from the calendar's first day; its
    day is the row `days` of WORK_DAYS. NULL outside the calendar's years."""
    minute = f"(extract(hour FROM {wall})::int * 60 + extract(minute FROM {wall})::int)"
    parts = [
        f"greatest(0, least({minute}, {days}.e{number}) - {days}.s{number})"
        for number in range(1, MOST_SESSIONS + 1)
    ]
    return f"({days}.before + {' + '.join(parts)})"


def _days(number: int, calendar: WorkCalendar) -> list[tuple[int, ...]]:
    rows, before = [], 0
    for day in calendar.days:
        if len(day.sessions) > MOST_SESSIONS:
            raise CalendarRefused(
                "sessions.many",
                f"Lịch làm việc ngày {day.date:%d/%m/%Y} có {len(day.sessions)} buổi; chỉ tính được đến "
                f"{MOST_SESSIONS} buổi một ngày. Hãy gộp các buổi liền nhau.",
            )
        ends = [minute for session in sorted(day.sessions) for minute in (session.start, session.end)]
        ends += [0] * (2 * MOST_SESSIONS - len(ends))
        rows.append((number, (day.date - _EPOCH).days, before, *ends))
        before += sum(session.end - session.start for session in day.sessions)
    return rows
