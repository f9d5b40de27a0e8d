"""The door of calendars: the calendar, rules and parameters in force, and their changes."""

from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.inforce import calendar_for, calendar_version, parameter, rule_for
from motcua.reference.calendars.inforce import forget as forget_calendars
from motcua.reference.calendars.parameters import declare_parameter, declared_parameters

__all__ = [
    "CalendarRefused",
    "calendar_for",
    "calendar_version",
    "declare_parameter",
    "declared_parameters",
    "forget_calendars",
    "parameter",
    "rule_for",
]
