"""Every dossier of a simulated year: its day, unit, procedure, channel, outcome and end."""

from __future__ import annotations

import datetime as dt
import heapq
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from motcua.kernel.worktime import SessionTable, WorkCalendar, minute_of_date
from motcua.simulation.plan.apportion import apportion, apportion_table
from motcua.simulation.plan.calibration import LEVELS, SERVICES, Calibration, Level, Service
from motcua.simulation.plan.errors import PlanError
from motcua.simulation.plan.more import Aim, Cut, More, Payment, aims_of
from motcua.simulation.plan.rhythm import day_weights, working_days

Channel = Literal["online", "counter", "post"]
Outcome = Literal["on_time", "late", "open", "refused"]

# Working days over which the share of dossiers still open falls by e.
_STILL_OPEN_DAYS = 12
# A late dossier ends after its limit by at least this many working minutes (half an hour).
_LATE_BY_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Office:
    """A unit that handles dossiers, and the units it succeeded with their weights."""

    code: str
    level: Level
    weight: int
    formers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure in use: who handles it (``""``: any unit of its level), how long it may take, and the channels by which
    it has a fee."""

    code: str
    level: Level
    service: Service
    limit_minutes: int
    weight: int
    office: str = ""
    charged: frozenset[Channel] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedDossier:
    """One dossier of the year.

    Minutes are of the clock of Viet Nam since 1970 (as in ``kernel.worktime.SessionTable``). ``ended`` and
    ``late_reason`` are None where nothing ended or nothing was late; ``spent`` is what it used of its limit, in working
    minutes.
    """

    number: int
    level: Level
    office: str
    procedure: str
    service: Service
    channel: Channel
    filed: int
    limit: int
    outcome: Outcome
    ended: int | None
    spent: int | None
    late_reason: str | None
    supplement: bool
    location_independent: bool
    cut: Cut = ""
    payment: Payment = ""
    digitised: bool = False
    reused: bool = False
    electronic: bool = False
    rating: str = ""


def plan_year(
    calibration: Calibration,
    offices: Sequence[Office],
    procedures: Sequence[Procedure],
    calendar: WorkCalendar,
    *,
    scale: Fraction = Fraction(1),
    seed: int = 0,
) -> Iterator[PlannedDossier]:
    """The dossiers of the year by level, each level in the order of filing; then the applications refused before receipt.

    Raises PlanError: SIM-WEIGHTS when a level lacks a unit or a service lacks a procedure, SIM-LATE when limits leave
    no room for so many late dossiers within the year.
    """
    calibration = calibration.at(scale)
    table = apportion_table(
        [calibration.outcomes[level].received for level in LEVELS],
        [count for service in SERVICES for count in _split(calibration, service)],
    )
    number = 0
    aims = aims_of(calibration, [sum(kinds) for kinds in table], calendar)
    for level, kinds, aim in zip(LEVELS, table, aims, strict=True):
        chance = random.Random(f"{seed}:{calibration.province}:{level}")  # noqa: S311 - a simulation, not a secret
        plan = _LevelPlan(calibration, level, kinds, offices, procedures, calendar, chance)
        yield from plan.dossiers(number, aim, random.Random(f"{seed}:{calibration.province}:{level}:more"))  # noqa: S311
        number += plan.size
    yield from _refused(calibration, offices, procedures, calendar, number, seed)


def _split(calibration: Calibration, service: Service) -> tuple[int, int]:
    online = calibration.services[service]
    return online.online, online.other


class _LevelPlan:
    """The columns of one level's dossiers, all of one length, in the order of filing."""

    def __init__(
        self,
        calibration: Calibration,
        level: Level,
        kinds: list[int],
        offices: Sequence[Office],
        procedures: Sequence[Procedure],
        calendar: WorkCalendar,
        chance: random.Random,
    ) -> None:
        self.calibration, self.level, self.chance = calibration, level, chance
        self.size = sum(kinds)
        self.sessions = calendar.table
        self.end = self.sessions.previous_working(minute_of_date(calibration.last + dt.timedelta(days=1)))
        self.filed = self._filing_minutes(calendar)
        self.services, self.channels = self._ways(kinds)
        self.procedures = self._procedures(procedures)
        self.offices = self._offices(offices)
        self.outcomes = self._outcomes()
        self.reasons = self._late_reasons()
        self.supplements = self._some(calibration.supplement_permille)
        self.independent = self._independent()

    def dossiers(self, number: int, aim: Aim, chance: random.Random) -> Iterator[PlannedDossier]:
        """aim: what of it is digitised, reused and issued electronically; chance: for what other rooms do."""
        ends = [self._end(index) for index in range(self.size)]
        more = More(self.calibration, chance, aim, self.channels, [ended for ended, _spent in ends])
        charged = [
            channel in one.charged for one, channel in zip(self.procedures, self.channels, strict=True)
        ]
        payments = more.payments(charged)
        for index in range(self.size):
            procedure, outcome = self.procedures[index], self.outcomes[index]
            ended, spent = ends[index]
            yield PlannedDossier(
                number + index + 1,
                self.level,
                self.offices[index],
                procedure.code,
                self.services[index],
                self.channels[index],
                self.filed[index],
                procedure.limit_minutes,
                outcome,
                ended,
                spent,
                self.reasons.get(index),
                index in self.supplements,
                index in self.independent,
                more.cuts.get(index, ""),
                payments.get(index, ""),
                index not in more.undigitised,
                index not in more.unused,
                index in more.electronic,
                more.ratings.get(index, ""),
            )

    def _filing_minutes(self, calendar: WorkCalendar) -> list[int]:
        days = working_days(self.calibration, calendar)
        counts = apportion(self.size, day_weights(self.calibration, days))
        minutes: list[int] = []
        for day, count in zip(days, counts, strict=True):
            first, after = minute_of_date(day), minute_of_date(day + dt.timedelta(days=1))
            length = self.sessions.worked(after) - self.sessions.worked(first)
            # The last half hour takes nothing: a counter closes its list before it closes its door.
            within = sorted(int(self.chance.betavariate(1.6, 2.0) * (length - 30)) for _ in range(count))
            minutes.extend(self.sessions.next_working(self.sessions.add(first, offset)) for offset in within)
        return minutes

    def _ways(self, kinds: list[int]) -> tuple[list[Service], list[Channel]]:
        ways: list[tuple[Service, Channel]] = []
        for index, service in enumerate(SERVICES):
            online, other = kinds[2 * index], kinds[2 * index + 1]
            post = apportion(other, [self.calibration.post_permille, 1000 - self.calibration.post_permille])[
                0
            ]
            ways += [(service, "online")] * online
            ways += [(service, "post")] * post + [(service, "counter")] * (other - post)
        self.chance.shuffle(ways)
        return [service for service, _ in ways], [channel for _, channel in ways]

    def _procedures(self, procedures: Sequence[Procedure]) -> list[Procedure]:
        pools: dict[Service, list[Procedure]] = {}
        for service in SERVICES:
            known = [one for one in procedures if one.level == self.level and one.service == service]
            counts = apportion(self.services.count(service), [one.weight for one in known])
            pool = [one for one, count in zip(known, counts, strict=True) for _ in range(count)]
            self.chance.shuffle(pool)
            pools[service] = pool
        return [pools[service].pop() for service in self.services]

    def _offices(self, offices: Sequence[Office]) -> list[str]:
        known = [one for one in offices if one.level == self.level]
        free = sum(1 for one in self.procedures if not one.office)
        counts = apportion(free, [one.weight for one in known])
        pool = [one.code for one, count in zip(known, counts, strict=True) for _ in range(count)]
        self.chance.shuffle(pool)
        formers = {one.code: one.formers for one in known if one.formers}
        merger = minute_of_date(self.calibration.merger) if self.calibration.merger else 0
        chosen = []
        for procedure, filed in zip(self.procedures, self.filed, strict=True):
            code = procedure.office or pool.pop()
            if filed < merger and code in formers:
                names, weights = zip(*formers[code], strict=True)
                code = self.chance.choices(names, weights)[0]
            chosen.append(code)
        return chosen

    def _outcomes(self) -> list[Outcome]:
        totals = self.calibration.outcomes[self.level]
        outcomes: list[Outcome] = ["on_time"] * self.size
        for index in self._open(totals.open):
            outcomes[index] = "open"
        can_be_late = [
            index
            for index in range(self.size)
            if outcomes[index] != "open"
            and self._room(index) >= self.procedures[index].limit_minutes + _LATE_BY_MINUTES
        ]
        if len(can_be_late) < totals.late:
            raise PlanError(
                "SIM-LATE",
                f"Chỉ {len(can_be_late)} hồ sơ có thể quá hạn trong năm nhưng cần {totals.late}; "
                "hãy giảm số quá hạn hoặc thời hạn của thủ tục.",
            )
        for index in self.chance.sample(can_be_late, totals.late):
            outcomes[index] = "late"
        return outcomes

    def _open(self, count: int) -> list[int]:
        """A sample without replacement, an index weighing e^-(days to the year's end / 12) (Gumbel's trick)."""
        minutes = _STILL_OPEN_DAYS * 8 * 60
        keys = (
            (-self._room(i) / minutes - math.log(self.chance.expovariate(1.0)), i) for i in range(self.size)
        )
        return [index for _, index in heapq.nlargest(count, keys)]

    def _late_reasons(self) -> dict[int, str]:
        late = [index for index, outcome in enumerate(self.outcomes) if outcome == "late"]
        names = list(self.calibration.late_reasons)
        counts = apportion(len(late), list(self.calibration.late_reasons.values()))
        pool = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
        self.chance.shuffle(pool)
        return dict(zip(late, pool, strict=True))

    def _some(self, permille: int) -> frozenset[int]:
        count = apportion(self.size, [permille, 1000 - permille])[0]
        return frozenset(self.chance.sample(range(self.size), count))

    def _independent(self) -> frozenset[int]:
        """Filed without regard to place: all at the province's own point, as the report says."""
        if self.level != "province":
            return frozenset()
        return frozenset(self.chance.sample(range(self.size), self.calibration.location_independent))

    def _room(self, index: int) -> int:
        """Working minutes from filing to the end of the year."""
        return self.sessions.worked(self.end) - self.sessions.worked(self.filed[index])

    def _end(self, index: int) -> tuple[int | None, int | None]:
        """When a dossier ended, and the working minutes it took."""
        outcome, limit, room = self.outcomes[index], self.procedures[index].limit_minutes, self._room(index)
        if outcome == "open":
            return None, None
        if outcome == "late":
            over = _LATE_BY_MINUTES + int(self.chance.expovariate(1 / max(limit // 6, 120)))
            spent = min(limit + over, room)
        else:
            spent = max(1, int(min(limit, room) * self.chance.betavariate(2.2, 1.8)))
        return self.sessions.add(self.filed[index], spent), spent


def _refused(
    calibration: Calibration,
    offices: Sequence[Office],
    procedures: Sequence[Procedure],
    calendar: WorkCalendar,
    number: int,
    seed: int,
) -> Iterator[PlannedDossier]:
    """Applications filed online and refused before receipt, in the order of filing: small, of the same units and
    procedures."""
    chance = random.Random(f"{seed}:{calibration.province}:refused")  # noqa: S311 - a simulation, not a secret
    online = [one for one in procedures if one.service != "none"]
    counts = [calibration.outcomes[level].received for level in LEVELS]
    filed_online = sum(one.online for one in calibration.services.values())
    count = apportion(filed_online, [calibration.habits.refused, 1000 - calibration.habits.refused])[0]
    days, sessions = working_days(calibration, calendar), calendar.table
    dates = chance.choices(days, day_weights(calibration, days), k=count)
    for place, filed in enumerate(sorted(_minute(sessions, day, chance) for day in dates), start=1):
        level = chance.choices(LEVELS, counts)[0]
        known = [one for one in online if one.level == level]
        procedure = chance.choices(known, [one.weight for one in known])[0]
        yield PlannedDossier(
            number + place, level, office_on(calibration, offices, procedure.office, level, filed, chance),
            procedure.code, procedure.service, "online", filed, procedure.limit_minutes, "refused", filed, 0, None,
            False, False,
        )  # fmt: skip


def _minute(sessions: SessionTable, day: dt.date, chance: random.Random) -> int:
    """A working minute of a day, not in its first or last half hour."""
    first, after = minute_of_date(day), minute_of_date(day + dt.timedelta(days=1))
    length = sessions.worked(after) - sessions.worked(first)
    return sessions.next_working(sessions.add(first, chance.randrange(30, max(31, length - 30))))


def office_on(
    calibration: Calibration,
    offices: Sequence[Office],
    code: str,
    level: Level,
    minute: int,
    chance: random.Random,
) -> str:
    """A unit by weight, or the unit named, as it was at a minute: before the merger one it succeeded."""
    known = [one for one in offices if one.level == level]
    office = next((one for one in known if one.code == code), None)
    if office is None:
        office = chance.choices(known, [one.weight for one in known])[0]
    merger = minute_of_date(calibration.merger) if calibration.merger else 0
    if minute >= merger or not office.formers:
        return office.code
    names, weights = zip(*office.formers, strict=True)
    return str(chance.choices(names, weights)[0])
