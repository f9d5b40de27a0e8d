"""The door of the simulation."""

from motcua.simulation.counting import LevelTotals, Totals
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.plan.api import PlanError, provinces
from motcua.simulation.running import BULK, OPERATIONS, Outcome, Progress, Wanted, simulate

__all__ = [
    "BULK",
    "OPERATIONS",
    "LevelTotals",
    "Outcome",
    "PlanError",
    "Progress",
    "SimulationRefused",
    "Totals",
    "Wanted",
    "provinces",
    "simulate",
]
