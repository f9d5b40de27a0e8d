"""A process as a graph: order, longest path, cycles. Pure; times are exact minutes of working time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from motcua.kernel.errors import KernelError
from motcua.kernel.worktime import LimitUnit, parse_limit, vietnam
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan

RETURN = "return"  # the outcome that marks a way back to an earlier step
WORKDAYS_OF_SEVEN = 5
WORKDAYS_IN_MONTH = 21


def is_return(link: StepLink) -> bool:
    """A marked way back: the outcome `return`, or one that begins with it (`return-supplement`)."""
    return link.outcome == RETURN or link.outcome.startswith((RETURN + "-", RETURN + "_"))


def forward_links(plan: ProcessPlan) -> tuple[StepLink, ...]:
    """The links that are no marked returns and stand between two steps of the plan."""
    keys = {step.key for step in plan.steps}
    return tuple(
        link for link in plan.links if not is_return(link) and link.source in keys and link.target in keys
    )


@lru_cache(maxsize=1)
def kernel_day() -> int:
    """Minutes of a working day by the national calendar."""
    return vietnam().day_minutes


def limit_minutes(text: str, day_minutes: int) -> Fraction:
    """A limit as working minutes. Of calendar days five in seven are taken (rounded down to whole days), of a month
    21 days: no more than there mostly are. Raises KernelError for a text that is no limit."""
    limit = parse_limit(text)
    if limit.unit is LimitUnit.WORKING_HOUR:
        return limit.amount * 60
    if limit.unit is LimitUnit.WORKING_DAY:
        return limit.amount * day_minutes
    if limit.unit is LimitUnit.CALENDAR_DAY:
        return Fraction(int(limit.amount) * WORKDAYS_OF_SEVEN // 7 * day_minutes)
    months = limit.amount * (12 if limit.unit is LimitUnit.YEAR else 1)
    return months * WORKDAYS_IN_MONTH * day_minutes


def step_minutes(step: StepPlan, day_minutes: int) -> Fraction:
    """The working time of a step; of a joint leg, its own limit where it has one that can be read."""
    if step.kind == "joint" and step.leg_limit:
        try:
            return limit_minutes(step.leg_limit, day_minutes)
        except KernelError:
            pass
    return Fraction(step.quarters * day_minutes, 4) + step.minutes


def in_order(plan: ProcessPlan) -> tuple[StepPlan, ...] | None:
    """The steps so that every one comes after those that lead to it, ties by `order`; None when there is a cycle."""
    waiting = {step.key: 0 for step in plan.steps}
    onward = _targets(forward_links(plan))
    for targets in onward.values():
        for target in targets:
            waiting[target] += 1
    by_key = {step.key: step for step in plan.steps}
    ready = [step for step in plan.steps if not waiting[step.key]]
    found: list[StepPlan] = []
    while ready:
        step = min(ready, key=lambda one: (one.order, one.key))
        ready.remove(step)
        found.append(step)
        for target in onward.get(step.key, ()):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(by_key[target])
    return tuple(found) if len(found) == len(waiting) else None


def _targets(links: Iterable[StepLink]) -> dict[str, list[str]]:
    """Different targets of each source, in the order met."""
    found: dict[str, list[str]] = {}
    for link in links:
        targets = found.setdefault(link.source, [])
        if link.target not in targets:
            targets.append(link.target)
    return found


def reachable(plan: ProcessPlan, start: str) -> set[str]:
    """The keys reached from a step by ways that are no returns, itself included."""
    onward = _targets(forward_links(plan))
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += onward.get(key, ())
    return seen


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The longest way through a process: its steps, its minutes, and when each step ends at the latest on its own
    longest way (`ends`), counted from the receipt."""

    keys: tuple[str, ...]
    minutes: Fraction
    ends: Mapping[str, Fraction]


def critical_path(plan: ProcessPlan, day_minutes: int | None = None) -> CriticalPath | None:
    """Parallel branches count by the longest, alternatives too. None when the plan is empty or has a cycle."""
    order = in_order(plan)
    if not order:
        return None
    day = day_minutes if day_minutes is not None else kernel_day()
    onward = _targets(forward_links(plan))
    begins = {step.key: Fraction(0) for step in order}
    came_from: dict[str, str] = {}
    ends: dict[str, Fraction] = {}
    for step in order:
        ends[step.key] = begins[step.key] + step_minutes(step, day)
        for target in onward.get(step.key, ()):
            if ends[step.key] > begins[target] or target not in came_from:
                begins[target] = ends[step.key]
                came_from[target] = step.key
    last = max(reversed(order), key=lambda step: ends[step.key]).key
    return CriticalPath(_way_to(last, came_from), ends[last], ends)


def _way_to(last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    keys = [last]
    while keys[-1] in came_from:
        keys.append(came_from[keys[-1]])
    return tuple(reversed(keys))


def total_days(plan: ProcessPlan) -> Fraction:
    """The longest way in working days."""
    found = critical_path(plan)
    return found.minutes / kernel_day() if found else Fraction(0)
