"""What every page of a set starts from: its desk, its period, and what all of them say first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext

from motcua.engine.permissions.api import ViewedRequest
from motcua.kernel.clock import today
from motcua.kernel.periods import (
    CALENDAR_MONTHS,
    Period,
    PeriodError,
    PeriodKind,
    Window,
    parse_period,
    period_of,
)
from motcua.reports.indices.desk import IndexDesk, open_desk
from motcua.reports.indices.errors import IndexRefused
from motcua.reports.indices.pages.shapes import language, period_words, placed_row

MONTHS_OFFERED = 12
LONGEST = 366 * 3  # days of a range


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for: a calendar period, or any range."""

    window: Window
    period: Period | None = None

    @property
    def code(self) -> str:
        return self.period.code if self.period else ""

    @property
    def words(self) -> str:
        if self.period:
            return period_words(self.period)
        first, last = (f"{day:%d/%m/%Y}" for day in (self.window.first, self.window.last))
        return gettext("Từ {first} đến {last}").format(first=first, last=last)

    @property
    def fields(self) -> dict[str, str]:
        """What an address or a form says of it."""
        if self.period:
            return {"ky": self.period.code}
        return {"tu": self.window.first.isoformat(), "den": self.window.last.isoformat()}

    @property
    def query(self) -> str:
        return f"?{urlencode(self.fields)}"


def desk_of(request: ViewedRequest, set_code: str) -> tuple[IndexDesk, Span]:
    span = _span(request)
    if request.province is None:
        raise Http404
    try:
        return open_desk(request.viewer, request.province, set_code, span.window), span
    except IndexRefused:
        raise Http404 from None


def _span(request: HttpRequest) -> Span:
    """Days from a range when both are given, else a period, else this month. Days that are none are not found."""
    first, last = (request.GET.get(name, "").strip() for name in ("tu", "den"))
    if first and last:
        return Span(_range(first, last))
    asked = request.GET.get("ky", "")
    try:
        period = parse_period(asked) if asked else period_of(PeriodKind.MONTH, today(), CALENDAR_MONTHS)
        return Span(period.window(CALENDAR_MONTHS), period)
    except PeriodError:
        raise Http404 from None


def _range(first: str, last: str) -> Window:
    try:
        begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        raise Http404 from None
    if not dt.timedelta() <= end - begin <= dt.timedelta(LONGEST) or end.year > today().year + 1:
        raise Http404
    return Window(begin, end)


def common(desk: IndexDesk, span: Span) -> dict[str, Any]:
    month = period_of(PeriodKind.MONTH, today(), CALENDAR_MONTHS)
    offered = [month]
    for _ in range(MONTHS_OFFERED - 1):
        offered.append(offered[-1].previous())
    kinds = (PeriodKind.QUARTER, PeriodKind.YEAR)
    offered += [each for kind in kinds for each in _last_two(period_of(kind, today(), CALENDAR_MONTHS))]
    if span.period and span.period not in offered:
        offered.insert(0, span.period)
    return {
        "desk": desk,
        "set_code": desk.index.code,
        "set_name": desk.index.name(language()),
        "basis": desk.index.basis,
        "span": span,
        "period": span.code,
        "period_words": span.words,
        "periods": [(each.code, period_words(each)) for each in offered],
        "query": span.query,
    }


def _last_two(period: Period) -> tuple[Period, Period]:
    return period, period.previous()


def explained_page(desk: IndexDesk, span: Span, code: str) -> dict[str, Any]:
    """The same of a page that tells why: causes are counted first, so that nothing is counted twice."""
    desk.count_causes()
    return unit_page(desk, span, code)


def unit_page(desk: IndexDesk, span: Span, code: str) -> dict[str, Any]:
    """What every page of a unit says first. A unit the visitor may not see is not found."""
    placed = desk.unit(code)
    return common(desk, span) | {"unit": placed_row(placed, desk.index.places)}
