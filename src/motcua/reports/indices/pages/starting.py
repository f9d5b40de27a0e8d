"""What every page of a set starts from: its desk, its period, and what all of them say first."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from motcua.engine.permissions.api import ViewedRequest
from motcua.kernel.clock import today
from motcua.kernel.periods import CALENDAR_MONTHS, Period, PeriodError, PeriodKind, parse_period, period_of
from motcua.reports.indices.desk import IndexDesk, open_desk
from motcua.reports.indices.errors import IndexRefused
from motcua.reports.indices.pages.shapes import language, period_words, placed_row

MONTHS_OFFERED = 12


def desk_of(request: ViewedRequest, set_code: str) -> tuple[IndexDesk, Period]:
    period = _period(request)
    if request.province is None:
        raise Http404
    try:
        return open_desk(request.viewer, request.province, set_code, period.window(CALENDAR_MONTHS)), period
    except IndexRefused:
        raise Http404 from None


def _period(request: HttpRequest) -> Period:
    asked = request.GET.get("ky", "")
    try:
        return parse_period(asked) if asked else period_of(PeriodKind.MONTH, today(), CALENDAR_MONTHS)
    except PeriodError:
        raise Http404 from None


def common(desk: IndexDesk, period: Period) -> dict[str, Any]:
    month = period_of(PeriodKind.MONTH, today(), CALENDAR_MONTHS)
    offered = [month]
    for _ in range(MONTHS_OFFERED - 1):
        offered.append(offered[-1].previous())
    kinds = (PeriodKind.QUARTER, PeriodKind.YEAR)
    offered += [each for kind in kinds for each in _last_two(period_of(kind, today(), CALENDAR_MONTHS))]
    if period not in offered:
        offered.insert(0, period)
    return {
        "desk": desk,
        "set_code": desk.index.code,
        "set_name": desk.index.name(language()),
        "basis": desk.index.basis,
        "period": period.code,
        "period_words": period_words(period),
        "periods": [(each.code, period_words(each)) for each in offered],
        "query": f"?ky={period.code}",
    }


def _last_two(period: Period) -> tuple[Period, Period]:
    return period, period.previous()


def unit_page(desk: IndexDesk, period: Period, code: str) -> dict[str, Any]:
    """What every page of a unit says first. A unit the visitor may not see is not found."""
    placed = desk.unit(code)
    return common(desk, period) | {"unit": placed_row(placed, desk.index.places)}
