"""Faster processes derived from an approved one: the green lanes of key projects, and the same day.

`green-60`: every time to 60 %, `green-24h`: at most 24 working hours in all, `same-day`: at most one working day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from motcua.kernel.errors import KernelError
from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.processes.graph import (
    critical_path,
    kernel_day,
    limit_minutes,
    step_minutes,
)
from motcua.modules.catalogue.processes.words import decimal_text, variant_name

SIXTY = Fraction(3, 5)
DAY_AND_NIGHT = 24 * 60
VARIANTS = ("green-24h", "green-60", "same-day")


def derived(plan: ProcessPlan, variant: str, limit_text: str = "") -> tuple[ProcessPlan, str]:
    """The plan in a lane, and the limit it is held to ("" when the ordinary one has none that can be read).

    Whole quarters of a day stay quarters; what is less becomes minutes, rounded down, so that the sum keeps the lane.
    Raises CatalogueError catalogue.lane.unknown, catalogue.lane.cycle.
    """
    if variant not in VARIANTS:
        raise CatalogueError("lane.unknown", _("Không có luồng “{code}”.").format(code=variant))
    path = critical_path(plan)
    if path is None:
        raise CatalogueError("lane.cycle", _("Quy trình gốc đi vòng quanh nên chưa rút ngắn được."))
    allowed = _limit(limit_text)
    if variant == "green-60":
        steps, limit = _scaled(plan, _sixty), allowed * SIXTY if allowed else None
    else:
        most = Fraction(DAY_AND_NIGHT if variant == "green-24h" else kernel_day())
        factor = most / path.minutes if path.minutes > most else Fraction(1)
        steps = _scaled(plan, lambda step: _shortened(step, factor)) if factor < 1 else plan.steps
        limit = min(most, allowed) if allowed else most
    name = f"{plan.name} ({variant_name(variant)})"[:500]
    return replace(plan, variant=variant, name=name, steps=steps), limit_in_hours(limit) if limit else ""


def _limit(text: str) -> Fraction | None:
    try:
        return limit_minutes(text, kernel_day()) if text else None
    except KernelError:
        return None


def _scaled(plan: ProcessPlan, change: Callable[[StepPlan], StepPlan]) -> tuple[StepPlan, ...]:
    return tuple(change(step) for step in plan.steps)


def _sixty(step: StepPlan) -> StepPlan:
    quarters = step.quarters * SIXTY
    whole = int(quarters)
    rest = (quarters - whole) * kernel_day() / 4 + step.minutes * SIXTY
    return replace(step, quarters=whole, minutes=int(rest), leg_limit=_leg(step, SIXTY))


def _shortened(step: StepPlan, factor: Fraction) -> StepPlan:
    if step.kind == "joint" and step.leg_limit:
        return replace(step, leg_limit=_leg(step, factor))
    return replace(step, quarters=0, minutes=int(step_minutes(step, kernel_day()) * factor))


def _leg(step: StepPlan, factor: Fraction) -> str:
    minutes = _limit(step.leg_limit)
    return limit_in_hours(minutes * factor) if minutes else step.leg_limit


def limit_in_hours(minutes: Fraction) -> str:
    """A limit as `parse_limit` reads it: whole quarters of a day, else hours rounded down to three minutes."""
    quarters = minutes * 4 / kernel_day()
    if quarters.denominator == 1 and quarters:
        return f"{decimal_text(quarters / 4)} ngày làm việc"
    threes = max(int(minutes) // 3, 1)
    return f"{decimal_text(Fraction(threes * 3, 60))} giờ làm việc"
