"""A year simulated through the operations: every act of every story in the order of time, day after day.

Each day's acts and the mark that they are done are one transaction: stopped anywhere, it goes on from that day.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province, mark_simulated
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import now
from motcua.kernel.worktime import minute_of_date
from motcua.kernel.worktime.instants import date_of_minute
from motcua.modules.dossiers.api import follow_keepers
from motcua.simulation.absences import plan_absences
from motcua.simulation.acting import Player
from motcua.simulation.besides import Beside, Tally, counted_beside
from motcua.simulation.counting import Totals, counted_totals, planned_totals
from motcua.simulation.crew import share
from motcua.simulation.draws import Draws
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.events import FINISHED, STARTED
from motcua.simulation.ground import Ground, prepare_ground
from motcua.simulation.kinds import kind_of
from motcua.simulation.merging import follow_merger, tell_merger
from motcua.simulation.models import Block, Run
from motcua.simulation.people import (
    Cast,
    applicants_entered,
    applicants_for,
    enter_applicants,
    staff_units,
)
from motcua.simulation.plan.api import (
    PlanError,
    PlannedDossier,
    PlannedTicket,
    load_calibration,
    plan_tickets,
    plan_year,
)
from motcua.simulation.sidelines import Sidelines
from motcua.simulation.story import Story, tell_story

OPERATIONS, BULK = "operations", "bulk"
APPLICANTS = "applicants"
_APPLICANTS_A_BLOCK = 2_000
_DOSSIERS_A_KIND = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which year: `way` is "operations" or "bulk"."""

    province: str
    year: int
    scale: Fraction
    seed: int
    way: str = OPERATIONS


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `total` dossiers' acts or dossiers, in a phase."""

    phase: str
    done: int
    total: int


Tell = Callable[[Progress], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left. `finished` is False when it was stopped before its end; `counted` and `planned` then are None;
    `beside`: counted too."""

    finished: bool
    already: bool = False
    counted: Totals | None = None
    planned: Totals | None = None
    beside: Beside | None = None


@dataclass
class Year:
    """A year on its ground, ready to be told: what both ways share."""

    wanted: Wanted
    ground: Ground
    draws: Draws
    run: Run
    applicants: int
    plain: frozenset[int] = frozenset()  # numbers of the dossiers told plainly; set before they are told
    wanted_beside: Beside | None = None  # known once the whole plan went by

    def planned(self) -> Iterator[PlannedDossier]:
        """Every dossier by level in the order of filing; counted as they go by, for `wanted_beside`."""
        ground, calibration = self.ground, load_calibration(self.wanted.province)
        tally = Tally(calibration)
        for one in plan_year(
            calibration,
            ground.offices,
            ground.procedures,
            ground.rules.calendar,
            scale=self.wanted.scale,
            seed=self.wanted.seed,
        ):
            tally.note(one)
            yield one
        self.wanted_beside = tally.with_tickets(self.tickets)

    def tell(self, planned: PlannedDossier) -> Story:
        """A dossier's story."""
        return self.told(planned, plain=planned.number in self.plain)

    def told(self, planned: PlannedDossier, *, plain: bool) -> Story:
        """Its story with or without the turns that come now and then."""
        ground = self.ground
        route = ground.routes[planned.procedure]
        return tell_story(planned, route, ground.rules, ground.map, self.draws, self.applicants, plain=plain)

    def stories(self) -> Iterator[Story]:
        """All of them, rare ones told plainly."""
        planned = list(self.planned())
        if few := fewest(len(planned)):
            rules, units = self.ground.rules, self.ground.map
            kinds = [kind_of(self.told(one, plain=False), rules, units) for one in planned]
            often = Counter(kinds)
            self.plain = frozenset(
                one.number for one, kind in zip(planned, kinds, strict=True) if often[kind] < few
            )
        return map(self.tell, planned)

    @cached_property
    def tickets(self) -> list[PlannedTicket]:
        """The petitions."""
        ground, small = self.ground, load_calibration(self.wanted.province).at(self.wanted.scale)
        return plan_tickets(small, ground.offices, ground.rules.calendar, self.wanted.seed)

    def cast(self, units: Iterable[str]) -> Cast:
        """The officers of these units, and of those that petitions come to."""
        wanted = {*units, *(ticket.office for ticket in self.tickets)}
        staff = staff_units(self.ground, wanted, self.draws)
        absences = tuple(plan_absences(self.ground, staff, self.draws))
        return Cast(staff, absences)

    def sidelines(self, cast: Cast) -> Sidelines:
        """Petitions and absences."""
        return Sidelines(self.ground, cast, self.draws, self.tickets, cast.absences)


def is_simulated(province: str = "") -> bool:
    """Whether a year is simulated, or begun, in a province; in any, when none is named."""
    runs = Run.objects.all()
    return (runs.filter(province__key=province) if province else runs).exists()


def fewest(dossiers: int) -> int:
    """How many stories a kind needs in a year of so many dossiers; those of rarer kinds are told plainly, either way.

    0 in a small year. One story in ten thousand is a turn that no list or figure would miss, and each kind costs the
    bulk way as much as a thousand dossiers.
    """
    return dossiers // _DOSSIERS_A_KIND


def open_year(wanted: Wanted) -> Year:
    """The ground prepared and the run found or begun.

    Raises SimulationRefused SIM-OCCUPIED when the province has dossiers that are not of this simulation, SIM-OTHER-RUN
    when it holds another one, SIM-YEAR when there is no such year; PlanError.
    """
    calibration = load_calibration(wanted.province)
    if calibration.last.year != wanted.year:
        raise SimulationRefused(
            "SIM-YEAR",
            f"Chỉ mô phỏng được năm {calibration.last.year} của tỉnh này ({calibration.first:%d/%m/%Y} đến "
            f"{calibration.last:%d/%m/%Y}); hãy đổi --year.",
        )
    small = calibration.at(wanted.scale)
    dossiers = sum(one.received for one in small.outcomes.values())
    if not dossiers:
        raise PlanError("SIM-SCALE", "Tỷ lệ này không còn hồ sơ nào; hãy tăng --scale.")
    _refuse_occupied(wanted)
    ground = prepare_ground(calibration)
    run = _run_of(wanted, ground.province)
    return Year(wanted, ground, Draws(wanted.province, wanted.seed), run, applicants_for(dossiers))


def _refuse_occupied(wanted: Wanted) -> None:
    province = Province.objects.filter(key=wanted.province).first()
    if province is None:
        return
    run = Run.objects.filter(province=province).first()
    has_dossiers = bool(fetch("SELECT 1 FROM dossiers_dossier WHERE province_id = %s LIMIT 1", [province.pk]))
    if run is None and has_dossiers:
        raise SimulationRefused(
            "SIM-OCCUPIED",
            f"Tỉnh {province.title()} đã có hồ sơ khác nên không mô phỏng vào đây; hãy dùng thư mục dữ liệu mới "
            "(MOTCUA_DATA_DIR) hoặc cơ sở dữ liệu trống.",
        )
    if run is not None and _key(run) != (wanted.year, str(wanted.scale), wanted.seed, wanted.way):
        raise SimulationRefused(
            "SIM-OTHER-RUN",
            f"Tỉnh {province.title()} đang giữ một năm mô phỏng khác (năm {run.year}, tỷ lệ {run.scale}, hạt giống "
            f"{run.seed}, cách {run.way}); hãy chạy lại đúng như vậy để tiếp tục, hoặc dùng cơ sở dữ liệu trống.",
        )


def _key(run: Run) -> tuple[int, str, int, str]:
    return run.year, run.scale, run.seed, run.way


def _run_of(wanted: Wanted, province: Province) -> Run:
    with transaction.atomic():
        run, created = Run.objects.get_or_create(
            province=province,
            defaults={
                "year": wanted.year,
                "scale": str(wanted.scale),
                "seed": wanted.seed,
                "way": wanted.way,
                "started_at": now(),
            },
        )
        if created:
            mark_simulated(province)
            payload = {"year": wanted.year, "scale": str(wanted.scale), "seed": wanted.seed}
            record(STARTED, province=province, subject=f"province:{province.key}", payload=payload)
    return run


def finish_run(year: Year, count: int) -> None:
    """Marks the run as complete, with its event."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=year.run.pk)
        if run.finished_at is None:
            run.finished_at = now()
            run.save(update_fields=["finished_at"])
            payload = {"year": year.wanted.year, "count": count}
            subject = f"province:{year.ground.province.key}"
            record(FINISHED, province=year.ground.province, subject=subject, payload=payload)


def outcome_of(year: Year, *, already: bool = False) -> Outcome:
    """The totals as counted and as planned. Raises SimulationRefused SIM-TOTALS when they differ."""
    counted = counted_totals(year.ground)
    planned = planned_totals(load_calibration(year.wanted.province).at(year.wanted.scale))
    beside = counted_beside(year.ground)
    wrong = counted.differences(planned)
    if year.wanted_beside is not None:
        wrong += beside.differences(year.wanted_beside)
    if not already and wrong:
        raise SimulationRefused(
            "SIM-TOTALS",
            f"Số đếm từ hồ sơ khác kế hoạch: {'; '.join(wrong)}. Đây là lỗi của phần mềm, hãy báo lại.",
        )
    return Outcome(True, already, counted, planned, beside)


# -- through the operations ----------------------------------------------------------------------------


def run_operations(wanted: Wanted, tell: Tell, stop: Stop) -> Outcome:
    """Simulates a year through the operations; run again, it goes on where it stopped, and does nothing when all is done."""
    year = open_year(wanted)
    if year.run.finished_at is not None:
        return outcome_of(year, already=True)
    if not enter_all_applicants(year, tell, stop):
        return Outcome(False)
    stories = list(year.stories())
    cast = year.cast(units_of(stories))
    player = Player(year.ground, cast, applicants_entered(year.ground), year.draws)
    sidelines = year.sidelines(cast)
    steps = [
        *(step for story in stories for step in _steps(player, story)),
        *(((step.minute, _LAST, step.name), partial(sidelines.do, step)) for step in sidelines.steps()),
    ]
    steps.sort(key=itemgetter(0))
    done = 0
    for day, group in groupby(steps, key=lambda step: date_of_minute(step[0][0])):
        todays = [do for _when, do in group]
        if stop():
            return Outcome(False)
        if year.run.day is None or day > year.run.day:
            _one_day(year, day, todays)
        done += len(todays)
        tell(Progress("acts", done, len(steps)))
    follow_keepers(year.ground.province)
    finish_run(year, len(stories))
    return outcome_of(year)


_LAST = 1 << 60  # petitions and absences of a minute come after its dossiers
When = tuple[int, int, Any]
Do = Callable[[], None]


def _steps(player: Player, story: Story) -> Iterator[tuple[When, Do]]:
    """A story's acts, each followed by what other rooms do beside it."""
    for place, act in enumerate(story.acts):
        yield (act.minute, story.number, (place, 0)), partial(player.play, story, place)
    for number, extra in enumerate(story.extras, start=1):
        yield (extra.minute, story.number, (extra.place, number)), partial(player.play_extra, story, extra)


def units_of(stories: Sequence[Story]) -> set[str]:
    """The units that take part in stories."""
    return {code for one in stories for code in (one.handling, one.receiving, one.asked) if code}


def enter_all_applicants(year: Year, tell: Tell, stop: Stop, workers: int = 1) -> bool:
    """Enters the applicants, a block a transaction; False when stopped."""
    done = set(Block.objects.filter(run=year.run, kind=APPLICANTS).values_list("number", flat=True))
    firsts = list(range(0, year.applicants, _APPLICANTS_A_BLOCK))
    waiting = [number for number in range(len(firsts)) if number not in done]
    entered = len(firsts) - len(waiting)

    def enter(number: int) -> int:
        count = min(_APPLICANTS_A_BLOCK, year.applicants - firsts[number])
        with transaction.atomic():
            Block.objects.create(run=year.run, kind=APPLICANTS, number=number)
            enter_applicants(year.ground, firsts[number], count, year.draws)
        return number

    def heard(_number: int) -> None:
        nonlocal entered
        entered += 1
        tell(Progress("applicants", min(entered * _APPLICANTS_A_BLOCK, year.applicants), year.applicants))

    return share(waiting, enter, heard, stop, workers)


def _one_day(year: Year, day: dt.date, steps: Sequence[Do]) -> None:
    merger = year.ground.map.merger
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=year.run.pk)
        if merger is not None and minute_of_date(day) >= merger and not run.followed:
            tell_merger(year.ground, follow_merger(year.ground, year.draws))
            run.followed = True
        for do in steps:
            do()
        run.day = day
        run.save(update_fields=["day", "followed"])
    year.run = run
