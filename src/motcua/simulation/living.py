"""Live arrivals: dossiers that come now, through the operations at the present clock, so that dashboards move.

Every beat a new dossier is filed and a few of those filed before go one step on.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.worktime.instants import to_minute
from motcua.simulation.acting import Player
from motcua.simulation.draws import Draws
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.ground import Ground, prepare_ground
from motcua.simulation.models import Run
from motcua.simulation.people import Cast, applicants_entered, staff_units
from motcua.simulation.plan.api import Channel, PlannedDossier, load_calibration
from motcua.simulation.story import Rules, Story, tell_story

_STEPS_A_BEAT = 3  # a dossier has some four steps after filing: the line of those begun stays short
_FIRST_NUMBER = 100_000_000  # far from those of any year
_AHEAD = dt.timedelta(days=90)


class Living:
    """Arrivals in a province that was simulated before. Raises SimulationRefused SIM-NO-RUN where none was."""

    def __init__(self, province: str, seed: int) -> None:
        known = Province.objects.filter(key=province).first()
        if known is None or not Run.objects.filter(province=known, finished_at__isnull=False).exists():
            raise SimulationRefused(
                "SIM-NO-RUN",
                "Tỉnh này chưa có năm mô phỏng nào xong; hãy chạy motcua simulate không có --live trước.",
            )
        self.chance = random.Random(f"{seed}:{now().isoformat()}")  # noqa: S311 - a simulation, not a secret
        self.ground = prepare_ground(load_calibration(province))
        self.draws = Draws(province, self.chance.getrandbits(63))
        staff = staff_units(self.ground, self._units(), self.draws)
        self.player = Player(self.ground, Cast(staff), applicants_entered(self.ground), self.draws)
        later = replace(self.ground.calibration, last=today() + _AHEAD)
        self.rules = Rules(self.ground.rules.calendar, later, self.ground.rules.rule_for)
        self.begun: deque[tuple[Story, int]] = deque()
        self.filed = 0

    def _units(self) -> set[str]:
        return {office.code for office in self.ground.offices} | set(self.ground.map.desks.values())

    def beat(self) -> None:
        """One dossier more; a few go on."""
        story = _arrival(
            self.ground, self.rules, self.chance, self.draws, self.filed, len(self.player.applicants)
        )
        self.player.play_now(story, 0)
        self.filed += 1
        self.begun.append((story, 1))
        for _step in range(min(_STEPS_A_BEAT, len(self.begun) - 1)):
            earlier, place = self.begun.popleft()
            if place < len(earlier.acts):
                self.player.play_now(earlier, place)
                self.begun.append((earlier, place + 1))


def _arrival(
    ground: Ground, rules: Rules, chance: random.Random, draws: Draws, count: int, applicants: int
) -> Story:
    level = chance.choices(("province", "commune"), (1, 5))[0]
    known = [one for one in ground.procedures if one.level == level]
    procedure = chance.choices(known, [one.weight for one in known])[0]
    offices = [one for one in ground.offices if one.level == level]
    office = procedure.office or chance.choices(offices, [one.weight for one in offices])[0].code
    channels: tuple[Channel, ...] = (
        ("counter", "post") if procedure.service == "none" else ("online", "counter")
    )
    channel = chance.choices(channels, (9, 1))[0]
    planned = PlannedDossier(
        _FIRST_NUMBER + count,
        procedure.level,
        office,
        procedure.code,
        procedure.service,
        channel,
        to_minute(now()),
        procedure.limit_minutes,
        "on_time",
        None,
        max(1, procedure.limit_minutes // 2),
        None,
        supplement=False,
        location_independent=False,
        payment=("national" if channel == "online" else "cash") if channel in procedure.charged else "",
        digitised=True,
        reused=True,
        electronic=True,
    )
    return tell_story(planned, ground.routes[procedure.code], rules, ground.map, draws, applicants)


def live(
    province: str,
    per_minute: int,
    *,
    seed: int = 0,
    tell: Callable[[int], None] = lambda _filed: None,
    stop: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Files so many dossiers a minute until stopped; returns how many. Raises SimulationRefused SIM-NO-RUN."""
    living, began = Living(province, seed), time.monotonic()
    while not stop():
        living.beat()
        tell(living.filed)
        ahead = living.filed * 60 / per_minute - (time.monotonic() - began)
        if ahead > 0:
            sleep(ahead)
    return living.filed
