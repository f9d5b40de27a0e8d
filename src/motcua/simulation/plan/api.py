"""The door of the plan."""

from motcua.simulation.plan.calibration import LEVELS, Calibration, Level, load_calibration, provinces
from motcua.simulation.plan.errors import PlanError
from motcua.simulation.plan.rhythm import working_days
from motcua.simulation.plan.tickets import PlannedTicket, plan_tickets
from motcua.simulation.plan.year import Channel, Office, PlannedDossier, Procedure, plan_year

__all__ = [
    "LEVELS",
    "Calibration",
    "Channel",
    "Level",
    "Office",
    "PlanError",
    "PlannedDossier",
    "PlannedTicket",
    "Procedure",
    "load_calibration",
    "plan_tickets",
    "plan_year",
    "provinces",
    "working_days",
]
