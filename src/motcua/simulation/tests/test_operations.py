"""A small year through the operations: the totals, the law, where it stops and goes on, what it refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.events.api import Event
from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import RegisteredNumber
from motcua.kernel.clock import now
from motcua.modules.dossiers.models import Approval, Dossier, Task
from motcua.simulation.acting import Player
from motcua.simulation.api import SimulationRefused, Wanted, live, simulate
from motcua.simulation.models import Run
from motcua.simulation.running import open_year

pytestmark = pytest.mark.full  # a year of steps takes minutes
WANTED = Wanted("bac-ninh", 2025, Fraction(1, 6000), 7)


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A year simulated once for this module, stopped on the way and run again; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        told: list[str] = []
        asked = iter([False] * 30 + [True])
        outcome = simulate(WANTED, lambda progress: told.append(progress.phase), lambda: next(asked))
        stopped = (outcome.finished, Run.objects.get().day, Dossier.objects.count())
        yield stopped, simulate(WANTED), set(told)
        transaction.set_rollback(True)


@pytest.fixture
def rows(year: Any, db: None) -> Any:
    return year


def test_totals_counted_from_the_rows_are_the_plan_s(rows):
    _stopped, outcome, _told = rows
    assert outcome.finished and not outcome.already
    assert outcome.counted.differences(outcome.planned) == []
    assert sum(one.received for one in outcome.counted.levels.values()) == 193
    assert Dossier.objects.filter(received_at__isnull=False).count() == 193 < Dossier.objects.count()
    year = open_year(WANTED)
    assert len(list(year.planned())) == Dossier.objects.count()
    assert outcome.beside.differences(year.wanted_beside) == []


def test_it_stops_between_two_days_goes_on_and_does_nothing_twice(rows):
    (finished, day, count), outcome, told = rows
    assert not finished and day is not None and 0 < count < 194 and told == {"applicants", "acts"}
    events = Event.objects.count()
    again = simulate(WANTED)
    assert again.already and again.counted == outcome.counted and Event.objects.count() == events


def test_identifiers_are_drawn_from_the_seed(rows):
    year = open_year(WANTED)
    player = Player(year.ground, None, [], year.draws)  # type: ignore[arg-type]
    stories = list(year.stories())
    kept = dict(Dossier.objects.values_list("uid", "check_value"))
    assert {player.uid_of(story) for story in stories} == set(kept)
    assert len(set(kept.values())) == len(kept)


def test_whoever_processed_did_not_decide(rows):
    worked = set(Task.objects.filter(kind="process", state="done").values_list("dossier_id", "closed_by_id"))
    assert worked and not worked & set(Approval.objects.values_list("dossier_id", "by_id"))


def test_open_dossiers_stand_in_units_of_today(rows):
    year = open_year(WANTED)
    former = set(year.ground.map.heirs)
    ended = Dossier.objects.filter(ended_at__isnull=False).values_list("unit_code", flat=True)
    assert former & set(ended)  # what had ended stays as it was
    still = Dossier.objects.filter(ended_at__isnull=True)
    assert still and not former & set(still.values_list("unit_code", flat=True))
    assert not Dossier.objects.filter(unit_path__startswith="/H02/").exists()  # kept by those of today


def test_numbers_have_no_gaps(rows):
    series: dict[Any, list[int]] = {}
    for kind, unit, period, number in RegisteredNumber.objects.values_list(
        "kind", "unit_code", "period", "number"
    ):
        series.setdefault((kind, unit, period), []).append(number)
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())
    assert {kind for kind, _unit, _period in series} >= {"dossier", "result"}


def test_live_arrivals_come_at_the_present_moment_and_go_on(rows):
    before, since = Dossier.objects.count(), now()
    asked = iter([False] * 12 + [True])
    assert live("bac-ninh", 600, stop=lambda: next(asked), sleep=lambda _seconds: None) == 12
    fresh = Dossier.objects.filter(registered_at__gte=since)
    assert fresh.count() == 12 == Dossier.objects.count() - before
    assert fresh.filter(status__gte=4).exists()  # some have gone a step further
    with pytest.raises(SimulationRefused, match="chưa có năm mô phỏng"):
        live("mau", 60)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seed": 8}, "SIM-OTHER-RUN"),
        ({"scale": Fraction(1, 5000)}, "SIM-OTHER-RUN"),
        ({"year": 2024}, "SIM-YEAR"),
    ],
)
def test_another_year_is_refused_where_one_stands(rows, changes, code):
    values = {"province": "bac-ninh", "year": 2025, "scale": WANTED.scale, "seed": 7} | changes
    with pytest.raises(SimulationRefused) as told:
        simulate(Wanted(**values))
    assert told.value.code == code and "hãy" in told.value.message


def test_a_province_with_dossiers_of_its_own_is_left_alone(rows):
    Run.objects.all().delete()
    before = Event.objects.count()
    with pytest.raises(SimulationRefused) as told:
        simulate(WANTED)
    assert (
        told.value.code == "SIM-OCCUPIED"
        and Province.objects.get(key="bac-ninh").title() in told.value.message
    )
    assert Event.objects.count() == before and not Run.objects.exists()
