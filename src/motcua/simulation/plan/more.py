"""What else happens to the dossiers of one level: fees and how they are paid, papers digitised, reused, results issued
electronically, ratings, and who gave up. Rates come out over what was received, or had its result, by the day they were
published for, and over the rest of the year again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from motcua.kernel.worktime import WorkCalendar
from motcua.simulation.plan.apportion import apportion
from motcua.simulation.plan.calibration import Calibration
from motcua.simulation.plan.rhythm import day_weights, working_days

Cut = Literal["", "withdraw", "stop"]
Payment = Literal["", "national", "cash"]
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """The dossiers of one level received by the day of the rates, or after it: how many are not digitised, not reused."""

    size: int
    undigitised: int
    unused: int


@dataclass(frozen=True, slots=True)
class Aim:
    """The two parts of a level's year, in the order of filing."""

    by_then: Part
    after: Part


def aims_of(calibration: Calibration, sizes: Sequence[int], calendar: WorkCalendar) -> list[Aim]:
    """For each level: the whole province's count is the rate rounded once, then shared out among the levels."""
    days = working_days(calibration, calendar)
    weights = day_weights(calibration, days)
    until = sum(day <= calibration.rates.as_of for day in days)
    early = [sum(apportion(size, weights)[:until]) for size in sizes]
    late = [size - count for size, count in zip(sizes, early, strict=True)]
    return [Aim(*parts) for parts in zip(_parts(calibration, early), _parts(calibration, late), strict=True)]


def _parts(calibration: Calibration, sizes: Sequence[int]) -> list[Part]:
    rates, total = calibration.rates, sum(sizes)
    without = [
        apportion(apportion(total, [_WHOLE - rate, rate])[0], sizes)
        for rate in (rates.digitised, rates.reused)
    ]
    return [Part(*part) for part in zip(sizes, *without, strict=True)]


class More:
    """Choices for the dossiers of a level, in the order of filing, as sets of their places; `ends` None: still open.

    Whoever files online sends files, so that what is not digitised was handed in on paper; what is not digitised is not
    reused either.
    """

    def __init__(
        self,
        calibration: Calibration,
        chance: random.Random,
        aim: Aim,
        channels: Sequence[str],
        ends: Sequence[int | None],
    ) -> None:
        self.calibration, self.chance, self.channels = calibration, chance, channels
        self.undigitised: set[int] = set()
        self.unused: set[int] = set()
        first = 0
        for part in (aim.by_then, aim.after):
            self._papers(range(first, first + part.size), part)
            first += part.size
        order = sorted((end, place) for place, end in enumerate(ends) if end is not None)
        ended = [place for _end, place in order]
        self.cuts = self._cuts(ended)
        self.electronic = self._electronic([place for place in ended if place not in self.cuts])
        self.ratings = self._ratings(ended)

    def _papers(self, places: range, part: Part) -> None:
        on_paper = [place for place in places if self.channels[place] != "online"]
        # with more to leave out than came on paper, all that came on paper is left out
        without = self.chance.sample(on_paper, min(part.undigitised, len(on_paper)))
        self.undigitised.update(without)
        others = [place for place in places if place not in self.undigitised]
        rest = max(part.unused - len(without), 0)
        self.unused.update(without, self.chance.sample(others, min(rest, len(others))))

    def _cuts(self, ended: Sequence[int]) -> dict[int, Cut]:
        habits = self.calibration.habits
        shares = [habits.withdrawn, habits.stopped, 1000 - habits.withdrawn - habits.stopped]
        withdrawn, stopped, _rest = apportion(len(ended), shares)
        chosen = self.chance.sample(ended, withdrawn + stopped)
        return {place: "withdraw" if rank < withdrawn else "stop" for rank, place in enumerate(chosen)}

    def _electronic(self, results: Sequence[int]) -> frozenset[int]:
        """In the order of ending each so-many-th has none, so that the rate holds, rounded, on every day of the year."""
        rate, start = self.calibration.rates.electronic, _WHOLE // 2
        return frozenset(
            place
            for rank, place in enumerate(results, start=1)
            if (rank * rate + start) // _WHOLE > ((rank - 1) * rate + start) // _WHOLE
        )

    def _ratings(self, ended: Sequence[int]) -> dict[int, str]:
        habits = self.calibration.habits
        count = apportion(len(ended), [habits.rated, 1000 - habits.rated])[0]
        levels = apportion(count, list(habits.ratings.values()))
        pool = [level for level, number in zip(habits.ratings, levels, strict=True) for _ in range(number)]
        self.chance.shuffle(pool)
        return dict(zip(self.chance.sample(ended, count), pool, strict=True))

    def payments(self, charged: Sequence[bool]) -> dict[int, Payment]:
        """How the fee of each dossier that has one was paid: on a gateway only what was filed online."""
        online = [place for place, fee in enumerate(charged) if fee and self.channels[place] == "online"]
        share = self.calibration.habits.paid_online
        gateway = frozenset(self.chance.sample(online, apportion(len(online), [share, 1000 - share])[0]))
        return {place: "national" if place in gateway else "cash" for place, fee in enumerate(charged) if fee}
