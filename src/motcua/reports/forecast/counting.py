"""What stood open at the beginning of a day and is due within a week, and what became of it: read from facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from motcua.engine.facts.api import Snapshot, measure_figures, whole_province
from motcua.engine.figures.api import (
    Bound,
    Climb,
    Figure,
    Filter,
    Operator,
    Unit,
    count_of,
    in_period,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.errors import KernelError
from motcua.kernel.periods import Window
from motcua.reference.calendars.api import calendar_for
from motcua.reports.explorer.api import Places
from motcua.reports.forecast.model import History, Position

FACT = "dossiers"
CUTS = ("unit", "procedure", "field", "promised_on")
WEEK = dt.timedelta(days=7)
# The window asked for begins on the day before: what stood open at its end stood open at the beginning of the day.
STOOD = (
    Filter("received_on", Operator.AT_MOST, Bound.START),
    Filter("ended_on", Operator.NOT_BY, Bound.START),
    Filter("promised_on", Operator.GREATER, Bound.START),
    Filter("promised_on", Operator.AT_MOST, Bound.END),
)
UNENDED = Filter("ended_on", Operator.MISSING)


def _figure(code: str, **parts: object) -> Figure:
    return Figure(
        code=f"forecast.{code}",
        version=1,
        effective_from=dt.date(2022, 6, 23),
        labels={"vi": "Hồ sơ đến hạn trong tuần"},
        unit=Unit("dossier", "Hồ sơ"),
        legal_basis=("Thông tư 03/2025/TT-VPCP, Điều 7",),
        **parts,  # type: ignore[arg-type]
    )


# Of a week that is over: ended after the appointment, or still not ended.
BECAME = _figure(
    "became",
    numerator=count_of(FACT, *STOOD, Filter("on_time", Operator.EQUAL, False))
    + count_of(FACT, *STOOD, UNENDED),
    denominator=count_of(FACT, *STOOD),
    climb=Climb.RATIO,
)
STANDS = _figure("stands", count=count_of(FACT, *STOOD, UNENDED))
RESOLVED = _figure("resolved", count=count_of(FACT, *in_period("resolved_on")))


@dataclass(frozen=True, slots=True)
class Group:
    """Dossiers at one position, how many of them ended late (0 where that is not known yet), and the dossier's key where
    they are told one by one."""

    at: Position
    promised_on: dt.date
    seen: int
    late: int
    dossier: str = ""


def rest_of_week(day: dt.date) -> Window:
    """From a day to the Sunday after it."""
    return Window(day, day + dt.timedelta(days=6 - day.weekday()))


def became(province: Province, day: dt.date, known: Places) -> list[Group]:
    """Of a week that is over: what stood open on a day of it with its appointment still to come in that week."""
    counted = measure_figures(province, [BECAME], _asked(day), CUTS, scope=whole_province(province))
    position = partial(_position, province, day, known)
    return [
        Group(position(key), key[3], int(one.denominator or 0), int(one.numerator or 0))
        for key, one in counted.of(BECAME).items()
    ]


def stands(province: Province, day: dt.date, known: Places) -> tuple[list[Group], Snapshot | None]:
    """Today: every open dossier due in the rest of the week, one by one."""
    counted = measure_figures(
        province, [STANDS], _asked(day), (*CUTS, "dossier"), scope=whole_province(province)
    )
    position = partial(_position, province, day, known)
    groups = [Group(position(key), key[3], 1, 0, key[4]) for key in counted.of(STANDS)]
    return groups, counted.snapshot


def history(province: Province, day: dt.date, known: Places, weeks: int) -> History:
    """What became of dossiers on the same day of the week in each of the weeks before that of `day`: nothing in it was
    unknown when that week began."""
    found = History()
    for before in range(1, weeks + 1):
        for group in became(province, day - before * WEEK, known):
            found.add(group.at, group.late, group.seen)
    return found


def last_resolved(province: Province, day: dt.date) -> dt.date | None:
    """The last day up to `day`, at most three years back, on which anything was resolved."""
    window = Window(day - dt.timedelta(days=3 * 366), day)
    counted = measure_figures(province, [RESOLVED], window, ("resolved_on",), scope=whole_province(province))
    return max((key[0] for key in counted.of(RESOLVED) if key), default=None)


def mondays_before(day: dt.date, count: int) -> Iterator[dt.date]:
    """The Mondays of the whole weeks before the week of `day`, the latest first."""
    monday = day - dt.timedelta(days=day.weekday())
    return (monday - number * WEEK for number in range(1, count + 1))


def _asked(day: dt.date) -> Window:
    return Window(day - dt.timedelta(days=1), rest_of_week(day).last)


def _position(province: Province, day: dt.date, known: Places, key: tuple[object, ...]) -> Position:
    unit, procedure, area, promised = key[:4]
    assert isinstance(promised, dt.date)
    return Position(
        known.owner_of(str(unit or "")),
        str(procedure or ""),
        str(area or ""),
        days_left(province, day, promised),
    )


def days_left(province: Province, day: dt.date, promised: dt.date) -> int:
    """Working days from a day to the appointment, both included, by the province's calendar."""
    try:
        return calendar_for(province.pk).working_days(day - dt.timedelta(days=1), promised)
    except KernelError:  # a year the calendar does not know yet
        return (promised - day).days + 1
