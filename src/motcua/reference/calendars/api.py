"""The door of calendars: the calendar, rules and parameters in force, and their changes."""

from motcua.reference.calendars.changes import (
    change_calendar,
    close_for_emergency,
    preview_calendar_change,
    preview_calendar_restore,
    restore_calendar,
)
from motcua.reference.calendars.data import (
    CalendarChange,
    CalendarPreview,
    CalendarTouched,
    DayChange,
    FollowerPreview,
)
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.followers import (
    CalendarFollower,
    calendar_followers,
    register_calendar_follower,
)
from motcua.reference.calendars.inforce import (
    calendar_for,
    calendar_version,
    calendars_of,
    parameter,
    rule_for,
)
from motcua.reference.calendars.inforce import forget as forget_calendars
from motcua.reference.calendars.kinds import CODES, HOUR, LEAD, SHARE, YES_NO, Kind, Lead, choice, count
from motcua.reference.calendars.parameters import declare_parameter, declared_parameters
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.sets import Calendars, deadline_print
from motcua.reference.calendars.settling import set_parameter, withdraw_parameter
from motcua.reference.calendars.sql import WORK_DAYS, calendar_of, day_of, work_parameters, worked

__all__ = [
    "CODES",
    "HOUR",
    "LEAD",
    "MANAGE",
    "SHARE",
    "WORK_DAYS",
    "YES_NO",
    "CalendarChange",
    "CalendarFollower",
    "CalendarPreview",
    "CalendarRefused",
    "CalendarTouched",
    "Calendars",
    "DayChange",
    "FollowerPreview",
    "Kind",
    "Lead",
    "calendar_followers",
    "calendar_for",
    "calendar_of",
    "calendar_version",
    "calendars_of",
    "change_calendar",
    "choice",
    "close_for_emergency",
    "count",
    "day_of",
    "deadline_print",
    "declare_parameter",
    "declared_parameters",
    "forget_calendars",
    "parameter",
    "preview_calendar_change",
    "preview_calendar_restore",
    "register_calendar_follower",
    "restore_calendar",
    "rule_for",
    "set_parameter",
    "withdraw_parameter",
    "work_parameters",
    "worked",
]
