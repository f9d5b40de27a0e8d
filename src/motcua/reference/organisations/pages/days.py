"""Days in addresses: `?ngay=2025-06-30`, or `?moc=180`, the slider's days since the first change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.models import UnitChange


@dataclass(frozen=True, slots=True)
class Span:
    """The days a province's units are known for, and the days on which something changed (with how many)."""

    first: dt.date
    last: dt.date
    changed: tuple[tuple[dt.date, int], ...]

    def held(self, day: dt.date) -> dt.date:
        return min(max(day, self.first), self.last)

    def position(self, day: dt.date) -> int:
        return (day - self.first).days

    @property
    def length(self) -> int:
        return (self.last - self.first).days

    def marks(self) -> list[tuple[int, dt.date]]:
        """Where the changes stand on the slider."""
        return [(self.position(day), day) for day, _count in self.changed]

    def quick(self) -> list[dt.date]:
        """Days worth a link: the eve and the day of each change, and today."""
        days = {today()} | {d for day, _ in self.changed for d in (day - dt.timedelta(days=1), day)}
        return sorted(day for day in days if self.first <= day <= self.last)[-9:]


def span_of(province: Province) -> Span:
    """From the first day of the data to today or the last change, whichever is later."""
    counts: dict[dt.date, int] = {}
    rows = UnitChange.objects.filter(province=province, undone_at__isnull=True)
    for day in rows.order_by("effective_on").values_list("effective_on", flat=True):
        counts[day] = counts.get(day, 0) + 1
    first, last = min(counts, default=today()), max([*counts, today()])
    return Span(first, last, tuple((day, count) for day, count in counts.items() if day != first))


def day_in(
    query: Mapping[str, str], span: Span, name: str = "ngay", default: dt.date | None = None
) -> dt.date:
    """The day an address asks for; today when it says none, or nothing readable."""
    steps = query.get("moc", "")
    if name == "ngay" and steps.isdecimal():
        return span.held(span.first + dt.timedelta(days=min(int(steps[:9]), span.length)))
    try:
        return span.held(dt.date.fromisoformat(query.get(name, "")))
    except ValueError:
        return span.held(default or today())
