"""The year as a picture, for everybody; and the same as a file for calendar programs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.worktime import DayKind, WorkCalendar, vietnam
from motcua.reference.calendars.data import PROVINCE
from motcua.reference.calendars.ical import as_icalendar
from motcua.reference.calendars.inforce import calendars_of
from motcua.reference.calendars.models import CalendarVersion
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.picture import hours_rows, special_rows, year_picture
from motcua.reference.calendars.units import UnitChoice, unit_by_code, unit_choices
from motcua.reference.calendars.words import KINDS, SHORT, SHORTENED, SHORTENED_DAY, WEEKDAYS, WEEKDAYS_SHORT

FIRST_DECLARED = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@page(PUBLIC)
def year(request: ViewedRequest) -> HttpResponse:
    """Twelve months of a unit's calendar, each day's kind in word and colour, with sources."""
    province = province_of(request)
    units = unit_choices(province)
    unit = chosen_unit(request, units)
    calendar = calendars_of(province.pk).for_unit(unit.path)
    shown = _year(request, calendar)
    known = next(each for each in calendar.years if each.year == shown)
    months = year_picture(calendar, shown, today())
    context = {
        "units": units,
        "unit": unit,
        "years": [each.year for each in calendar.years],
        "year": shown,
        "known": known,
        "months": months,
        "working_days": sum(month.working_days for month in months),
        "working_minutes": sum(day.minutes for day in calendar.days if day.date.year == shown),
        "weekdays": list(zip(WEEKDAYS_SHORT, WEEKDAYS, strict=True)),
        "legend": legend(),
        "rows": special_rows(calendar, levels(province, unit), shown),
        "weekly": _weekly(calendar, shown),
        "version": version_of(province, unit),
    }
    return render(request, "calendars/year.html", context | navigation(request, unit))


@page(PUBLIC)
def icalendar(request: ViewedRequest) -> HttpResponse:
    """All special days of a unit's calendar as an .ics file."""
    province = province_of(request)
    unit = chosen_unit(request, unit_choices(province))
    version = version_of(province, unit)
    text = as_icalendar(
        calendars_of(province.pk).for_unit(unit.path),
        name=_("Lịch làm việc – {unit}").format(unit=unit.name if unit.code else province.title()),
        domain=f"{unit.code or province.agency_code}.{province.key}.motcua".lower(),
        stamp=version.created_at if version else FIRST_DECLARED,
    )
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="lich-lam-viec-{unit.code or province.key}.ics"'
    return answer


def province_of(request: ViewedRequest) -> Province:
    """The province looked at; "not found" on an installation that has none yet."""
    province = request.province
    if not isinstance(province, Province):
        raise Http404
    found: Province = province
    return found


def chosen_unit(request: ViewedRequest, units: list[UnitChoice]) -> UnitChoice:
    """The unit the address asks for; the province when it asks for none, "not found" for an unknown one."""
    unit = unit_by_code(units, request.GET.get("don-vi", ""))
    if unit is None:
        raise Http404
    return unit


def version_of(province: Province, unit: UnitChoice) -> CalendarVersion | None:
    """The version that holds for a unit; None while the packaged calendar does."""
    calendars = calendars_of(province.pk)
    return CalendarVersion.objects.filter(
        province=province, unit_path=calendars.holder_of(unit.path), number=calendars.number_of(unit.path)
    ).first()


def navigation(request: ViewedRequest, unit: UnitChoice | None = None) -> dict[str, Any]:
    """What the links at the head of every page of this room need."""
    return {
        "may_manage": request.viewer.may(MANAGE, province=request.province),
        "unit_query": f"?don-vi={unit.code}" if unit is not None and unit.code else "",
    }


def legend() -> list[tuple[str, str, str]]:
    """(colour class, word in the square, meaning)."""
    rows = [(str(kind), str(SHORT[kind]), str(KINDS[kind])) for kind in DayKind]
    return [*rows, ("short", str(SHORTENED), str(SHORTENED_DAY))]


def levels(province: Province, unit: UnitChoice) -> list[tuple[str, WorkCalendar]]:
    calendars = calendars_of(province.pk)
    return [
        (_("cả nước"), vietnam()),
        (_("tỉnh"), calendars.for_unit(PROVINCE)),
        (_("đơn vị"), calendars.for_unit(unit.path)),
    ]


def _year(request: ViewedRequest, calendar: WorkCalendar) -> int:
    asked = request.GET.get("nam", "")
    years = [each.year for each in calendar.years]
    if not asked:
        return min(max(today().year, years[0]), years[-1])
    if not asked.isdecimal() or int(asked) not in years:
        raise Http404
    return int(asked)


def _weekly(calendar: WorkCalendar, year: int) -> list[tuple[dt.date, list[Any], str]]:
    """The weekly hours that hold at some time of the year: since when, lines, source."""
    last = dt.date(year, 12, 31)
    ending = [each.valid_from for each in calendar.hours[1:]] + [dt.date.max]
    return [
        (each.valid_from, hours_rows(each), each.source)
        for each, until in zip(calendar.hours, ending, strict=True)
        if each.valid_from <= last and until > dt.date(year, 1, 1)
    ]
