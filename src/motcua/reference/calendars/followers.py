"""Records of other rooms whose times rest on a calendar: counted before a change, brought along by it."""

from __future__ import annotations

import uuid
from typing import Protocol

from django.utils.translation import gettext

from motcua.engine.provinces.api import Province
from motcua.reference.calendars.data import CalendarTouched, FollowerPreview
from motcua.reference.calendars.sets import Calendars


class CalendarFollower(Protocol):
    """A kind of record reckoned by working calendars. `old` and `new` give the calendar of any unit path; only units
    at or below `new.changed_path` can have another one, and `old.print_of(path) == new.print_of(path)` says a unit's
    deadlines stay. A follower never moves what was promised to people."""

    code: str
    label: str

    def preview(self, province: Province, old: Calendars, new: Calendars) -> FollowerPreview:
        """What the change would touch; a read that changes nothing."""

    def apply(self, province: Province, old: Calendars, new: Calendars, change_uid: uuid.UUID) -> int:
        """Brings the records along, inside the transaction of the change; returns how many. Long work is deferred
        to a job. The calendars in force are already the new ones."""


_followers: dict[str, CalendarFollower] = {}


def register_calendar_follower(follower: CalendarFollower) -> None:
    """Called from a room's AppConfig.ready."""
    _followers[follower.code] = follower


def calendar_followers() -> tuple[CalendarFollower, ...]:
    return tuple(_followers[code] for code in sorted(_followers))


def touched_by(province: Province, old: Calendars, new: Calendars) -> tuple[CalendarTouched, ...]:
    """What a change touches, by follower; those it does not touch are left out."""
    found = [(one, one.preview(province, old, new)) for one in calendar_followers()]
    return tuple(
        CalendarTouched(one.code, gettext(one.label), preview.count, preview.lines)
        for one, preview in found
        if preview.count
    )
