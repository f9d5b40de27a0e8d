"""The door of the simulation."""

from __future__ import annotations

from motcua.engine.provinces.api import Province
from motcua.simulation.besides import Beside
from motcua.simulation.counting import LevelTotals, Totals
from motcua.simulation.draws import Draws
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.living import live
from motcua.simulation.loading import load_year
from motcua.simulation.plan.api import PlanError, load_calibration, provinces
from motcua.simulation.portal import state_portal
from motcua.simulation.running import (
    BULK,
    OPERATIONS,
    Outcome,
    Progress,
    Stop,
    Tell,
    Wanted,
    is_simulated,
    run_operations,
)
from motcua.simulation.settling import is_settled, settle

__all__ = [
    "BULK",
    "OPERATIONS",
    "Beside",
    "LevelTotals",
    "Outcome",
    "PlanError",
    "Progress",
    "SimulationRefused",
    "Totals",
    "Wanted",
    "is_settled",
    "is_simulated",
    "live",
    "provinces",
    "settle",
    "simulate",
]


def simulate(
    wanted: Wanted,
    tell: Tell = lambda _progress: None,
    stop: Stop = lambda: False,
    *,
    workers: int = 2,
) -> Outcome:
    """Simulates a year the way wanted; run again, it goes on where it stopped, and does nothing when all is done.

    tell: hears how far it is. stop: asked between two whole pieces. workers: processes of the bulk way; with one, all
    is written by this process. Raises SimulationRefused, PlanError.
    """
    outcome = (
        load_year(wanted, tell, stop, workers) if wanted.way == BULK else run_operations(wanted, tell, stop)
    )
    if outcome.finished:
        _state_portal(wanted)
    return outcome


def _state_portal(wanted: Wanted) -> None:
    """What only the portal knows of the year; see `portal.py`."""
    province = Province.objects.get(key=wanted.province)
    last = load_calibration(wanted.province).last
    state_portal(province, last, Draws(wanted.province, wanted.seed))
