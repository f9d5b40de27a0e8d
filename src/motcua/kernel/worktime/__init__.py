"""Working calendars and working-time arithmetic, in whole minutes, every result explained in words."""

from motcua.kernel.worktime.calendar import CalendarYear, WorkCalendar
from motcua.kernel.worktime.days import (
    Confidence,
    Day,
    DayKind,
    Session,
    SpecialDay,
    WeeklyHours,
    WorktimeError,
    date_text,
    parse_session,
    short_date,
)
from motcua.kernel.worktime.duration import Duration, hours_text
from motcua.kernel.worktime.instants import minute_of_date, to_instant
from motcua.kernel.worktime.limits import (
    DayStart,
    Due,
    FirstDayRule,
    Limit,
    LimitUnit,
    add_months,
    due,
    first_day_rules,
    hand_over_by,
    parse_limit,
    parse_rules,
    rule_on,
)
from motcua.kernel.worktime.load import parse_calendar, vietnam
from motcua.kernel.worktime.reckoning import CalendarWarning, Reckoning, Span, instant_text
from motcua.kernel.worktime.table import SessionTable

__all__ = [
    "CalendarWarning",
    "CalendarYear",
    "Confidence",
    "Day",
    "DayKind",
    "DayStart",
    "Due",
    "Duration",
    "FirstDayRule",
    "Limit",
    "LimitUnit",
    "Reckoning",
    "Session",
    "SessionTable",
    "Span",
    "SpecialDay",
    "WeeklyHours",
    "WorkCalendar",
    "WorktimeError",
    "add_months",
    "date_text",
    "due",
    "first_day_rules",
    "hand_over_by",
    "hours_text",
    "instant_text",
    "minute_of_date",
    "parse_calendar",
    "parse_limit",
    "parse_rules",
    "parse_session",
    "rule_on",
    "short_date",
    "to_instant",
    "vietnam",
]
