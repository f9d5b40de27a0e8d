"""Changing a calendar on the screen: fill in, look at what it would do, confirm."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reference.calendars.changes import change_calendar, preview_calendar_change
from motcua.reference.calendars.data import CalendarPreview, DayChange
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.pages.forms import FORMS, ChangeForm
from motcua.reference.calendars.pages.year import navigation, province_of
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.units import UnitChoice, code_of, manageable, names_by_path, unit_by_code
from motcua.reference.calendars.words import kind_of, look_of

_ONE_BY_ONE = 40  # changed days listed each; more are told by what changes alike


@page(MANAGE, methods=("GET", "POST"))
def change(request: ViewedRequest) -> HttpResponse:
    """One address: a form for the kind of change, its preview, and doing it."""
    units = manageable(request.viewer, province_of(request))
    data = request.POST if request.method == "POST" else request.GET
    kind = data.get("viec", "dong-cua")
    unit = unit_by_code(units, data.get("don-vi", units[0].code if units else ""))
    if unit is None or kind not in FORMS:
        raise Http404
    form = FORMS[kind][1](request.POST if request.method == "POST" and "buoc" in data else None)
    if not form.is_bound or not form.is_valid() or data.get("buoc") == "sua":
        return _fill(request, kind, units, unit, form)
    try:
        if data.get("buoc") == "ghi":
            return _do(request, unit, form)
        seen = preview_calendar_change(request.viewer, request.province, form.change(unit.path))
    except CalendarRefused as refusal:
        form.add_error(None, refusal.message)
        return _fill(request, kind, units, unit, form)
    skipped = ("csrfmiddlewaretoken", "buoc")
    kept = [(name, value) for name, values in request.POST.lists() if name not in skipped for value in values]
    context = {"kind": FORMS[kind][0], "unit": unit, "kept": kept, "key": str(uuid.uuid4())}
    context |= preview_context(request, seen) | navigation(request, unit)
    return render(request, "calendars/preview.html", context)


def _do(request: ViewedRequest, unit: UnitChoice, form: ChangeForm) -> HttpResponse:
    seen = request.POST.get("da-xem", "")
    version = change_calendar(
        request.viewer,
        request.province,
        form.change(unit.path),
        decision_number=form.cleaned_data.get("decision_number", ""),
        decision_date=form.cleaned_data.get("decision_date"),
        seen=int(seen) if seen.isdecimal() else None,
        idempotency_key=request.POST.get("khoa", "")[:100] or None,
    )
    messages.success(request, _("Đã ghi phiên bản {number} của lịch.").format(number=version.number))
    return redirect("calendars:version", code_of(version.province, unit.path), version.number)


def _fill(
    request: ViewedRequest, kind: str, units: list[UnitChoice], unit: UnitChoice, form: ChangeForm
) -> HttpResponse:
    context: dict[str, Any] = {
        "kinds": [(code, label) for code, (label, _form) in FORMS.items()],
        "kind": kind,
        "units": [units[0]] if form.of_province_only and not units[0].code else units,
        "unit": unit,
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "calendars/change.html", context | navigation(request, unit), status=status)


def preview_context(request: ViewedRequest, seen: CalendarPreview) -> dict[str, Any]:
    """What the preview of a change or of a restoration shows."""
    names = names_by_path(province_of(request))
    return {
        "seen": seen,
        "rows": day_rows(seen.days),
        "moving": sum(day.moves for day in seen.days),
        "units_below": [(names.get(path, path), count) for path, count in seen.units],
    }


def day_rows(days: Sequence[DayChange]) -> list[dict[str, Any]]:
    """Changed days as lines {first, last, count, sides: before and after}; when many, those that change alike in one."""
    if len(days) <= _ONE_BY_ONE:
        return [_line([day]) for day in days]
    alike: dict[str, list[DayChange]] = {}
    for day in days:
        alike.setdefault(repr((_side(day.old), _side(day.new))), []).append(day)
    return [_line(group) for group in alike.values()]


def _line(days: Sequence[DayChange]) -> dict[str, Any]:
    sides = (_side(days[0].old), _side(days[0].new))
    return {"first": days[0].date, "last": days[-1].date, "count": len(days), "sides": sides}


def _side(day: Any) -> dict[str, str] | None:
    if day is None:
        return None
    hours = ", ".join(map(str, day.sessions))
    return {
        "look": look_of(day),
        "kind": kind_of(day),
        "hours": hours,
        "name": day.name,
        "source": day.source,
    }
