"""Which officers are away, and when: drawn by unit and place. Pure.

The first of each role in a unit is never away, so that there is always somebody to give work to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.kernel.worktime import minute_of_date
from motcua.simulation.acts import DESK, WORKER
from motcua.simulation.draws import Draws
from motcua.simulation.ground import Ground
from motcua.simulation.people import Staff
from motcua.simulation.plan.api import working_days

_LONGEST = 10  # days
_REASONS = ("Nghỉ phép năm", "Đi tập huấn", "Nghỉ ốm", "Đi công tác")


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """An officer of a unit away from a day until and with another; `name` draws its identifiers."""

    name: str
    unit: str
    user_id: int
    first: dt.date
    last: dt.date
    reason: str

    @property
    def minutes(self) -> tuple[int, int]:
        """From the first minute to the one after the last."""
        return minute_of_date(self.first), minute_of_date(self.last + dt.timedelta(days=1))


def plan_absences(ground: Ground, staff: Staff, draws: Draws) -> Iterator[PlannedAbsence]:
    """At most one for each officer of desk and section, on days on which their unit is there."""
    share = ground.calibration.habits.away
    for unit, roles in sorted(staff.items()):
        days = _days_of(ground, unit)
        for role in (DESK, WORKER):
            for place, officer in enumerate(roles.get(role, ())):
                name = f"absence:{unit}:{role}:{place}"
                drawn = draws.number(name)
                if not place or not days or (drawn & 0xFFFF) * 1000 >= share << 16:
                    continue
                first = days[(drawn >> 16) % len(days)]
                last = first + dt.timedelta(days=(drawn >> 48) % _LONGEST)
                yield PlannedAbsence(
                    name, unit, officer.user_id, first, last, _REASONS[(drawn >> 64) % len(_REASONS)]
                )


def _days_of(ground: Ground, unit: str) -> list[dt.date]:
    calibration, units = ground.calibration, ground.map
    days = working_days(calibration, ground.rules.calendar)
    merger = calibration.merger
    if merger is None:
        return days
    if unit in units.heirs:
        return [day for day in days if day < merger]
    return days if unit in units.before else [day for day in days if day >= merger]
