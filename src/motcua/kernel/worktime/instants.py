"""Instants as whole minutes of the Vietnamese clock, counted from 1970-01-01 00:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from motcua.kernel.clock import VIETNAM, local

MINUTES_PER_DAY = 24 * 60
_WALL = datetime(1970, 1, 1)
_WALL_LOCAL = _WALL.replace(tzinfo=VIETNAM)
_FIRST_ORDINAL = date(1970, 1, 1).toordinal()


def to_minute(instant: datetime) -> int:
    """Whole minute that contains ``instant`` (aware, any zone; seconds are dropped)."""
    wall = (instant if instant.tzinfo is VIETNAM else local(instant)).replace(tzinfo=None) - _WALL
    return wall.days * MINUTES_PER_DAY + wall.seconds // 60


def to_instant(minute: int) -> datetime:
    """The instant, in Asia/Ho_Chi_Minh, at which a minute begins."""
    return _WALL_LOCAL + timedelta(minutes=minute)


def minute_of_date(day: date) -> int:
    """The minute at which a day begins."""
    return (day.toordinal() - _FIRST_ORDINAL) * MINUTES_PER_DAY


def date_of_minute(minute: int) -> date:
    """The day that contains a minute."""
    return date.fromordinal(minute // MINUTES_PER_DAY + _FIRST_ORDINAL)
