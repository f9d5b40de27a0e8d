"""Petitions (phản ánh, kiến nghị) of a year: when, to whom, by which channel, how they end. Pure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motcua.kernel.worktime import SessionTable, WorkCalendar, minute_of_date
from motcua.simulation.plan.apportion import apportion
from motcua.simulation.plan.calibration import LEVELS, Calibration
from motcua.simulation.plan.rhythm import day_weights, working_days
from motcua.simulation.plan.year import Office, office_on

_WORKDAY = 8 * 60
# Weights of our own: no report counts petitions by these.
_KINDS = {"regulation": 45, "service": 35, "conduct": 20}
_CHANNELS = {"portal": 55, "phone": 15, "direct": 15, "email": 8, "post": 7}
_ENDS = {"published": 52, "answered": 25, "closed": 12, "refused": 7, "transferred": 4}
# How far a petition still open has come.
_OPEN = {"assigned": 60, "accepted": 25, "received": 15}
_TOPICS: Mapping[str, Sequence[str]] = {
    "regulation": ("conflict", "unfeasible", "burden", "initiative"),
    "service": ("late-result", "extra-papers", "guidance", "system"),
    "conduct": ("delay", "attitude", "wrong"),
}
_SCREENED = 2 * _WORKDAY  # longest
_ANSWERED = 14 * _WORKDAY  # longest in time: the limit is 15 working days
_LATE = (16 * _WORKDAY, 25 * _WORKDAY)
_STILL_OPEN = 14 * _WORKDAY  # what is open came within so much of the year's end


@dataclass(frozen=True, slots=True)
class PlannedTicket:
    """One petition. `end` says how it ended or how far it has come; minutes as in `PlannedDossier`: taken in, screened,
    answered (refused and transferred ones end when screened; 0: not yet)."""

    number: int
    office: str
    kind: str
    topic: str
    channel: str
    end: str
    received: int
    screened: int
    answered: int

    @property
    def is_resolved(self) -> bool:
        return self.end in _ENDS


def plan_tickets(
    calibration: Calibration, offices: Sequence[Office], calendar: WorkCalendar, seed: int
) -> list[PlannedTicket]:
    """The petitions of a year already at its scale, in the order in which they come."""
    chance = random.Random(f"{seed}:{calibration.province}:tickets")  # noqa: S311 - a simulation, not a secret
    wanted, sessions = calibration.petitions, calendar.table
    days = working_days(calibration, calendar)
    end = sessions.previous_working(minute_of_date(calibration.last + dt.timedelta(days=1)))
    late = apportion(wanted.resolved, [calibration.habits.petitions_late, 1000])[0]
    open_count = wanted.received - wanted.resolved
    spans = [_LATE] * late + [(_WORKDAY, _ANSWERED)] * (wanted.resolved - late)
    arrivals = [_day(sessions, calibration, days, end, most, chance) for _least, most in spans]
    found = [
        (
            arrival,
            _drawn(_ENDS if least == _WORKDAY else {"answered": 1}, chance),
            chance.randrange(least, most),
        )
        for arrival, (least, most) in zip(arrivals, spans, strict=True)
    ]
    recent = sessions.subtract(end, _STILL_OPEN)
    found += [
        (sessions.add(recent, chance.randrange(_STILL_OPEN - 10)), _drawn(_OPEN, chance), 0)
        for _ in range(open_count)
    ]
    found.sort()
    return [
        _ticket(number, calibration, offices, sessions, end, one, chance)
        for number, one in enumerate(found, start=1)
    ]


def _day(
    sessions: SessionTable,
    calibration: Calibration,
    days: Sequence[dt.date],
    end: int,
    most: int,
    chance: random.Random,
) -> int:
    """A working minute of the year early enough to be answered within it."""
    latest = sessions.subtract(end, most + _WORKDAY)
    open_days = [day for day in days if minute_of_date(day + dt.timedelta(days=1)) <= latest]
    day = chance.choices(open_days, day_weights(calibration, open_days))[0]
    return sessions.next_working(sessions.add(minute_of_date(day), chance.randrange(4 * 60)))


def _drawn(weights: Mapping[str, int], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _ticket(
    number: int,
    calibration: Calibration,
    offices: Sequence[Office],
    sessions: SessionTable,
    end: int,
    found: tuple[int, str, int],
    chance: random.Random,
) -> PlannedTicket:
    received, how, took = found
    counts = [calibration.outcomes[level].received for level in LEVELS]
    office = office_on(calibration, offices, "", chance.choices(LEVELS, counts)[0], received, chance)
    kind = _drawn(_KINDS, chance)
    screened = 0
    if how != "received":
        room = sessions.worked(end) - sessions.worked(received)
        screened = sessions.add(received, chance.randrange(5, max(6, min(_SCREENED, took or room, room))))
    answered = sessions.add(received, took) if how in ("published", "answered", "closed") else 0
    return PlannedTicket(
        number,
        office,
        kind,
        chance.choice(_TOPICS[kind]),
        _drawn(_CHANNELS, chance),
        how,
        received,
        screened,
        answered,
    )
