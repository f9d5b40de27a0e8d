"""The story of one dossier: who does what at which minute, so that it ends when and as the plan says. Pure.

A dossier planned on time ends at or before its printed promise, a late one after it; what stops the clock moves the
promise as the law does (`Rules`), and the story moves with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motcua.kernel.worktime import (
    DayStart,
    FirstDayRule,
    LimitUnit,
    SessionTable,
    WorkCalendar,
    due,
    minute_of_date,
    parse_limit,
    rule_on,
    to_instant,
)
from motcua.kernel.worktime.instants import date_of_minute, to_minute
from motcua.simulation.acts import ASKED, CLERK, DESK, LEADER, WORKER, Act, Extra
from motcua.simulation.draws import Draws
from motcua.simulation.extras import payment_of, rating_of, result_of, reuse_of, scans_of
from motcua.simulation.plan.api import Calibration, PlannedDossier
from motcua.simulation.routes import DECIDING, Map, Route

_DAY = 24 * 60
_WORKDAY = 8 * 60
_FIRST_ONLINE = 6 * 60  # nobody files online before six in the morning
_SHORTEST_PAUSE = 10
_WEIGHTS = {"assign": 1, "process": 6, "review": 1, "approve": 1, "sign": 1, "issue": 1}
_ACT_OF = {
    "assign": ("assign", LEADER),
    "process": ("submit", WORKER),
    "review": ("approve", LEADER),
    "approve": ("approve", LEADER),
    "sign": ("sign", LEADER),
    "issue": ("issue", CLERK),
}
# Causes of the plan as the room of dossiers lists them.
CAUSES = {
    "overload": "load",
    "consultation": "consultation",
    "merger": "merger",
    "field-check": "verification",
    "national-system": "system",
}


@dataclass(frozen=True, slots=True)
class Story:
    """A dossier's acts in order, and what other rooms do with it. Units are those of the day of filing; `favourable`: the
    result grants what was asked."""

    planned: PlannedDossier
    route: Route
    acts: tuple[Act, ...]
    receiving: str
    handling: str
    asked: str
    return_channel: int
    favourable: bool
    applicant: int
    chance: int
    extras: tuple[Extra, ...] = ()

    @property
    def number(self) -> int:
        return self.planned.number


class Rules:
    """The deadline arithmetic of the province, kept by minute: the promise, and how a pause moves it."""

    def __init__(
        self,
        calendar: WorkCalendar,
        calibration: Calibration,
        rule_for: Callable[[dt.date], FirstDayRule] = rule_on,
        restart_within: int = 3,
    ) -> None:
        """restart_within: working days from receipt in which a request for a supplement makes the limit run anew; -1:
        never."""
        self.calendar, self.rule_for, self.restart_within = calendar, rule_for, restart_within
        self.sessions: SessionTable = calendar.table
        last = minute_of_date(calibration.last) + _DAY
        self.end = self.sessions.previous_working(last)
        self.worked_end = self.sessions.worked(self.end)
        self._promises: dict[tuple[int, str], int] = {}
        rule = rule_for(calibration.first)
        # Then every dossier received on a working day has the appointment of its day.
        self._by_day = rule.day_start is not DayStart.INSTANT and not rule.late_moves_limit
        self._of_days: dict[str, bool] = {}

    def promise(self, minute: int, limit: str) -> int:
        """The appointment printed for a dossier received at a minute."""
        of_days = self._of_days.get(limit)
        if of_days is None:
            is_days = parse_limit(limit).unit is LimitUnit.WORKING_DAY
            of_days = self._of_days[limit] = is_days and self._by_day
        key = (minute // _DAY if of_days else minute, limit)
        kept = self._promises.get(key)
        if kept is None:
            received = to_instant(minute)
            reckoned = due(self.calendar, received, parse_limit(limit), self.rule_for(received.date()))
            kept = self._promises[key] = to_minute(reckoned.at)
        return kept

    def shifted(self, deadline: int, start: int, end: int) -> int:
        """A deadline that had not passed moves by the working time of a pause."""
        if start > deadline:
            return deadline
        worked = self.sessions.worked
        return self.sessions.add(deadline, worked(end) - worked(start))

    def restarts(self, received: int, asked: int) -> bool:
        """Whether a supplement asked for then makes the limit run anew."""
        days = self.calendar.working_days(date_of_minute(received), date_of_minute(asked))
        return days <= self.restart_within


Teller = Callable[["Telling"], Sequence[Act]]
Adder = Callable[["Telling", Sequence[Act]], Sequence[Extra]]


class Telling:
    """One dossier being told: its plan, its route, and choices drawn from its number."""

    def __init__(
        self, planned: PlannedDossier, route: Route, rules: Rules, chance: int, *, plain: bool = False
    ) -> None:
        """plain: without turns that come now and then."""
        self.planned, self.route, self.rules = planned, route, rules
        self._chance, self.plain = chance, plain

    def one_in(self, thousand: int, place: int) -> bool:
        """True in so many of a thousand dossiers, never in a plain one; `place` tells choices apart (0-6)."""
        return not self.plain and (self._chance >> (16 * place) & 0xFFFF) * 1000 < thousand << 16

    def below(self, most: int, place: int) -> int:
        return (self._chance >> (16 * place) & 0xFFFF) * most >> 16


def dossier_acts(telling: Telling) -> Sequence[Act]:
    """What happens in the room of dossiers."""
    return _Path(telling).acts()


# Whose acts make the story: they are put among each other by their minute.
TELLERS: list[Teller] = [dossier_acts]
# The other rooms: each says what it does with a dossier whose acts are told.
ADDERS: list[Adder] = [payment_of, scans_of, reuse_of, result_of, rating_of]


def tell_story(
    planned: PlannedDossier,
    route: Route,
    rules: Rules,
    units: Map,
    draws: Draws,
    applicants: int,
    *,
    plain: bool = False,
) -> Story:
    """The whole story of a planned dossier: always the same. `plain`: the plan's alone, without turns on the way."""
    chance = draws.number(f"story:{planned.number}")
    telling = Telling(planned, route, rules, chance, plain=plain)
    acts = [act for teller in TELLERS for act in teller(telling)]
    acts.sort(key=lambda act: act.minute)
    receiving = units.desk_for(planned.office) if planned.location_independent else planned.office
    asks = any(act.verb == "consult" for act in acts)
    return Story(
        planned,
        route,
        tuple(acts),
        receiving,
        planned.office,
        units.asked_by(planned.office, telling.below(64, 5)) if asks else "",
        3 if telling.one_in(45, 6) else 2 if planned.channel == "online" else 1,
        not telling.one_in(12, 4),
        chance % applicants,
        chance >> 112,
        tuple(extra for adder in ADDERS for extra in adder(telling, acts)),
    )


class _Path:
    """Receipt, the steps of the process, what comes between them, the end, the handing over."""

    def __init__(self, telling: Telling) -> None:
        self.telling, self.rules, self.planned = telling, telling.rules, telling.planned
        self.route = telling.route
        self.sessions = telling.rules.sessions
        self.filed = telling.planned.filed
        self.start = self.sessions.worked(self.filed)
        self.promised = telling.rules.promise(self.filed, telling.route.limit_text)
        self.budget = self.sessions.worked(self.promised) - self.start
        self.spent = self._spent()
        self.done: list[Act] = []
        # The moment from which working time is laid out, and where on the way (0-1000) it lies.
        self.base, self.base_at, self.rest = self.filed, 0, self.spent

    def _spent(self) -> int:
        """Working minutes from receipt to the end; of an open dossier, those its steps would take."""
        plan = self.planned
        if plan.outcome == "late" and plan.spent is not None:
            return plan.spent
        if plan.outcome == "open" or plan.spent is None:
            return min(self.budget, self.rules.worked_end - self.start)
        return max(1, plan.spent * self.budget // plan.limit)

    def acts(self) -> list[Act]:
        self._receive()
        if self.planned.outcome == "refused":
            self.done[-1] = Act(self.filed, "refuse", DESK)
            return self.done
        if self.planned.outcome == "open" and self.telling.one_in(50, 3):
            return self.done  # not even handed over
        self.done[-1] = _handed_over(self.done[-1])
        ended = self._work()
        if self.planned.outcome == "late":
            self._excuse(ended)
        if self.done[-1].minute <= ended and self.planned.outcome != "open":
            self._hand_over(ended)
        return self.done

    # -- receipt ---------------------------------------------------------------------------------------

    def _receive(self) -> None:
        if self.planned.channel != "online":
            self.done.append(Act(self.filed, "file", DESK))
            return
        opens = self.filed - self.filed % _DAY + _FIRST_ONLINE
        registered = opens + self.telling.below(max(1, self.filed - opens), 2)
        self.done += [Act(registered, "register", DESK), Act(self.filed, "receive", DESK)]

    # -- the steps -------------------------------------------------------------------------------------

    def at(self, place: int) -> int:
        """The minute at a place of the way from receipt (0) to the end (1000)."""
        if place <= self.base_at:
            return self.base
        return self.sessions.add(self.base, self.rest * (place - self.base_at) // (1000 - self.base_at))

    def _work(self) -> int:
        steps = self.route.work
        total = sum(_WEIGHTS[step.kind] for step in steps)
        stop = self._stop_after()
        place = 0
        for number, step in enumerate(steps):
            before, place = place, place + _WEIGHTS[step.kind] * 1000 // total
            place = 1000 if number == len(steps) - 1 else place
            if step.kind == "process":
                if not self._during(step.key, before, place):
                    return self.base
                if self._cut_short(step.key):
                    return self.at(1000)
            if number >= stop:
                return self.at(before)
            verb, role = _ACT_OF[step.kind]
            if step.kind in DECIDING and self._sends_back(number):
                process = [one for one in steps[:number] if one.kind == "process"][-1]
                back, again = before + (place - before) // 3, before + (place - before) * 2 // 3
                self.done.append(Act(self.at(back), "send-back", LEADER, step.key, word=process.key))
                self.done.append(Act(self.at(again), "submit", WORKER, process.key))
            self.done.append(Act(self.at(place), verb, role, step.key))
        return self.done[-1].minute

    def _stop_after(self) -> int:
        """How many steps are done; all of them, unless the dossier is open."""
        steps = self.route.work
        return len(steps) if self.planned.outcome != "open" else self.telling.below(len(steps), 2)

    def _sends_back(self, number: int) -> bool:
        """Once, straight after the draft was submitted."""
        return (
            self.planned.outcome != "open"
            and self.route.work[number - 1].kind == "process"
            and number > 0
            and self.telling.one_in(15, 0)
        )

    def _during(self, step: str, before: int, after: int) -> bool:
        """What comes between while the officer works; False when the dossier still waits for it."""
        at = before + (after - before) * 2 // 5
        if any(act.step and act.verb in ("submit", "ask", "pause", "wait", "consult") for act in self.done):
            return True
        if self.telling.plain and self.planned.outcome != "late":
            return True  # of a late one its cause is told all the same
        if self.planned.supplement and self.planned.outcome != "late":
            return self._pause(step, at, "ask", "take")
        if self.planned.late_reason == "national-system" or self.telling.one_in(14, 1):
            return self._wait(step, at)
        if self.planned.late_reason == "consultation" or (
            self.planned.level == "province" and self.telling.one_in(60, 1)
        ):
            return self._consult(step, at, before + (after - before) * 4 // 5)
        if self.planned.outcome != "late" and self.telling.one_in(35, 1) and self.planned.level == "commune":
            return self._pause(step, at, "pause", "resume")
        if self.planned.outcome == "on_time" and self.telling.one_in(85, 1):
            self._extend(step, before + (after - before) // 5)
        return True

    def _pause(self, step: str, place: int, stop: str, go: str) -> bool:
        asked = self.at(place)
        role = DESK if stop == "ask" else WORKER
        if self.planned.outcome == "open" and self.telling.one_in(500, 4):
            self.done.append(Act(asked, stop, WORKER, step))
            self.base = asked
            return False
        used = self.sessions.worked(asked)
        rest = self.spent - (used - self.start)
        most = self.rules.worked_end - used - rest
        pause = min(60 + self.telling.below(5 * _WORKDAY, 0), most)
        if pause < _SHORTEST_PAUSE:
            return True
        back = self.sessions.add(asked, pause)
        promised = self.rules.shifted(self.promised, asked, back)
        if stop == "ask" and self.rules.restarts(self.filed, asked):
            promised = self.rules.promise(back, self.route.limit_text)
        self.done += [Act(asked, stop, WORKER, step), Act(back, go, role, step)]
        room = min(self.sessions.worked(promised), self.rules.worked_end) - self.sessions.worked(back)
        self.base, self.base_at, self.rest = back, place, min(rest, room)
        self.promised = promised
        return True

    def _wait(self, step: str, place: int) -> bool:
        self.done.append(Act(self.at(place), "wait", WORKER, step))
        if self.planned.outcome == "open" and self.telling.one_in(300, 4):
            self.base = self.at(place)
            return False
        self.done.append(Act(self.at(place + 20), "answered", WORKER, step))
        return True

    def _consult(self, step: str, place: int, answered: int) -> bool:
        asked = self.at(place)
        wanted = self.sessions.add(asked, 3 * _WORKDAY)
        self.done.append(Act(asked, "consult", WORKER, step, until=wanted))
        if self.planned.outcome == "open" and self.telling.one_in(500, 4):
            self.base = asked
            return False
        self.done.append(Act(self.at(answered), "answer", ASKED, f"{step}?1"))
        return True

    def _extend(self, step: str, place: int) -> None:
        """While there is a day's notice to give."""
        moment = self.at(place)
        if moment - moment % _DAY < self.promised - self.promised % _DAY:
            until = self.sessions.add(self.promised, 2 * _WORKDAY)
            self.done.append(Act(moment, "extend", LEADER, step, until=until, word="load"))

    def _cut_short(self, step: str) -> bool:
        """Withdrawn or stopped instead of decided, at the moment the plan says it ends."""
        if self.planned.outcome == "open" or any(act.verb == "submit" for act in self.done):
            return False
        verb = self.planned.cut
        if not verb:
            return False
        self.done.append(Act(self.at(1000), verb, DESK if verb == "withdraw" else LEADER, step))
        return True

    # -- lateness and the end ----------------------------------------------------------------------------

    def _excuse(self, ended: int) -> None:
        """Why it is late: in a letter of apology, or in the record alone; after the promise, before the end."""
        cause = CAUSES[self.planned.late_reason or "overload"]
        over = self.sessions.worked(ended) - self.sessions.worked(self.promised)
        moment = self.sessions.add(self.promised, max(1, over // 3))
        verb, role = ("apologise", LEADER) if self.telling.one_in(400, 2) else ("reason", WORKER)
        self.done.append(Act(moment, verb, role, word=cause))
        self.done.sort(key=lambda act: act.minute)

    def _hand_over(self, ended: int) -> None:
        if self.done[-1].verb in ("withdraw", "stop") or self.telling.one_in(40, 5):
            return
        wait = 20 + self.telling.below(2 * _WORKDAY, 1)
        if self.sessions.worked(ended) + wait > self.rules.worked_end:
            return
        how = (
            "post"
            if self.telling.one_in(45, 6)
            else "online"
            if self.planned.channel == "online"
            else "counter"
        )
        self.done.append(Act(self.sessions.add(ended, wait), "return", DESK, word=how))


def _handed_over(act: Act) -> Act:
    """Receipt that hands over to the officer at once."""
    return Act(act.minute, act.verb, act.role, word="hand-over")
