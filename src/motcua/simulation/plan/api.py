"""The door of the plan."""

from motcua.simulation.plan.calibration import LEVELS, Calibration, Level, load_calibration, provinces
from motcua.simulation.plan.errors import PlanError
from motcua.simulation.plan.year import Channel, Office, PlannedDossier, Procedure, plan_year

__all__ = [
    "LEVELS",
    "Calibration",
    "Channel",
    "Level",
    "Office",
    "PlanError",
    "PlannedDossier",
    "Procedure",
    "load_calibration",
    "plan_year",
    "provinces",
]
