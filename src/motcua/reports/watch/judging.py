"""From a value to what becomes of an alert. Pure: no clock, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from motcua.kernel.periods import PeriodKind, Window, period_of
from motcua.reports.watch.rules import Rule

Step = Literal["open", "keep", "close", "nothing"]
_KINDS = {"month": PeriodKind.MONTH, "quarter": PeriodKind.QUARTER, "year": PeriodKind.YEAR}


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of the alert, and how many times in a row its value has been calm."""

    step: Step
    calm: int


def judge(rule: Rule, value: Fraction | None, *, is_open: bool, calm: int) -> Judged:
    """One evaluation. None: too few records to say; then nothing changes."""
    if value is None:
        return Judged("keep" if is_open else "nothing", calm)
    if not is_open:
        return Judged("open" if rule.beyond(value) else "nothing", 0)
    if not rule.within(value):
        return Judged("keep", 0)
    return Judged("close" if calm + 1 >= rule.steady else "keep", calm + 1)


def window_of(period: str, day: dt.date) -> Window:
    """The days of a rule's period up to and including a day: weeks begin on Monday, months are reporting months."""
    if period == "day":
        return Window(day, day)
    if period == "week":
        return Window(day - dt.timedelta(days=day.weekday()), day)
    return Window(period_of(_KINDS[period], day).window().first, day)


def weeks_before(day: dt.date, count: int) -> list[Window]:
    """The whole weeks before the week of a day, the latest first."""
    monday = day - dt.timedelta(days=day.weekday())
    return [
        Window(monday - dt.timedelta(days=7 * n), monday - dt.timedelta(days=7 * n - 6))
        for n in range(1, count + 1)
    ]


def median(values: Sequence[Fraction]) -> Fraction | None:
    """The exact median; the mean of the two in the middle of an even number; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
