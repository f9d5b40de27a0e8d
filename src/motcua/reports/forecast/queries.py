"""Reads of forecasts, within the viewer's units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.forecast.models import DossierForecast, Run, UnitForecast
from motcua.reports.forecast.permissions import VIEW

MOST_WEEKS = 26


def run_of(province: Province, day: dt.date | None) -> Run | None:
    """The run of a day (a daily one before a test), or the last daily one."""
    rows = Run.objects.filter(province=province)
    if day is None:
        return rows.filter(kind=Run.Kind.DAILY).order_by("-day", "-version").first()
    return rows.filter(day=day).order_by("-kind", "-version").first()


def units_of(viewer: Viewer, run: Run) -> list[UnitForecast]:
    """The units of a run this viewer may see, the most expected first."""
    rows = viewer.within(UnitForecast.objects.filter(run=run), VIEW)
    return list(rows.order_by("-expected", "unit_code"))


def lines_of(viewer: Viewer, run: Run, unit: str = "") -> QuerySet[DossierForecast]:
    """The dossiers of a run this viewer may see, the most probable first; of one unit where one is named."""
    rows = viewer.within(DossierForecast.objects.filter(run=run), VIEW)
    if unit:
        rows = rows.filter(unit_code=unit)
    return rows.order_by("-probability", "promised_on", "dossier")


@dataclass(frozen=True, slots=True)
class Week:
    """One forecast that was held against what happened: sums over the viewer's units; `brier` and `base` of the whole
    run. `inside` of `units` lay within their interval."""

    run: Run
    expected: Decimal
    actual: int
    dossiers: int
    units: int
    inside: int


def past_weeks(viewer: Viewer, province: Province) -> list[Week]:
    """The scored forecasts, one a week: the first daily one of it, or its test; the latest first."""
    runs = Run.objects.filter(province=province, scored_at__isnull=False).order_by("-last_on", "-kind", "day")
    first: dict[dt.date, Run] = {}
    for run in runs:
        first.setdefault(run.last_on, run)
    chosen = list(first.values())[:MOST_WEEKS]
    rows: dict[int, list[UnitForecast]] = {}
    for row in viewer.within(UnitForecast.objects.filter(run__in=chosen), VIEW):
        rows.setdefault(row.run_id, []).append(row)
    return [_week(run, rows.get(run.pk, [])) for run in chosen]


def _week(run: Run, units: Sequence[UnitForecast]) -> Week:
    return Week(
        run,
        sum((each.expected for each in units), Decimal()),
        sum(each.actual or 0 for each in units),
        sum(each.dossiers for each in units),
        len(units),
        sum(bool(each.inside) for each in units),
    )
