"""How many dossiers come on each day of the year."""

from __future__ import annotations

import datetime as dt

from motcua.kernel.worktime import WorkCalendar
from motcua.simulation.plan.calibration import Calibration


def working_days(calibration: Calibration, calendar: WorkCalendar) -> list[dt.date]:
    """Days of the year on which counters are open, in order."""
    span = (calibration.last - calibration.first).days + 1
    days = (calibration.first + dt.timedelta(days=index) for index in range(span))
    return [day for day in days if calendar.is_working_day(day)]


def day_weights(calibration: Calibration, days: list[dt.date]) -> list[int]:
    """The weight of each day: its weekday's, times the percents of the dips it lies in."""
    rhythm = calibration.rhythm
    weights = []
    for day in days:
        weight = rhythm.weekdays[day.weekday()] * 10_000
        for first, last, percent in rhythm.dips:
            if first <= day <= last:
                weight = weight * percent // 100
        weights.append(weight)
    return weights
