"""The time calculator: received then, this limit, hence due then, and why. For officers and citizens alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, local, now
from motcua.kernel.worktime import Limit, LimitUnit, WorktimeError, due, hand_over_by, parse_limit
from motcua.reference.calendars.inforce import calendar_for, rule_for
from motcua.reference.calendars.pages.forms import RoomForm, day_field
from motcua.reference.calendars.pages.year import navigation, province_of
from motcua.reference.calendars.picture import due_picture
from motcua.reference.calendars.units import UnitChoice, unit_by_code, unit_choices
from motcua.reference.calendars.words import LIMIT_UNITS


class CalculatorForm(RoomForm):
    ngay = day_field(_("Ngày tiếp nhận"))
    gio = forms.TimeField(
        label=_("Giờ tiếp nhận"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Giờ không hợp lệ; ví dụ 09:30.")},
    )
    so = forms.CharField(
        label=_("Thời hạn"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Nửa ngày ghi 0,5 hoặc ½."),
    )
    loai = forms.ChoiceField(
        label=_("Tính theo"), choices=[(str(unit), label) for unit, label in LIMIT_UNITS.items()]
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "so" in data and "loai" in data:
            try:
                data["limit"] = parse_limit(f"{data['so'].strip()} {LimitUnit(data['loai']).label}")
            except (WorktimeError, ZeroDivisionError):
                self.add_error("so", _("Thời hạn không hợp lệ; hãy nhập một số như 3 hoặc 0,5."))
        return data


@page(PUBLIC)
def calculator(request: ViewedRequest) -> HttpResponse:
    """One form and, once it is filled in, the deadline with its reasons."""
    province = province_of(request)
    units = unit_choices(province)
    unit = unit_by_code(units, request.GET.get("don-vi", "")) or units[0]
    moment = local(now())
    first = {"ngay": moment.date(), "gio": moment.time(), "so": "3", "loai": str(LimitUnit.WORKING_DAY)}
    asked = "ngay" in request.GET
    form = CalculatorForm(request.GET if asked else None, initial=first)
    context: dict[str, Any] = {"form": form, "units": units, "unit": unit}
    if asked and form.is_valid():
        context |= _reckoned(province, unit, form)
    return render(request, "calendars/calculator.html", context | navigation(request, unit))


def _reckoned(province: Province, unit: UnitChoice, form: CalculatorForm) -> dict[str, Any]:
    data = form.cleaned_data
    received = dt.datetime.combine(data["ngay"], data["gio"], tzinfo=VIETNAM)
    limit: Limit = data["limit"]
    calendar = calendar_for(province.pk, unit.path)
    try:
        rule = rule_for(province.pk, received.date())
        found = due(calendar, received, limit, rule)
        return {
            "found": found,
            "received": received,
            "limit": limit,
            "rule": rule,
            "stretches": due_picture(found),
            "sentences": [text.rstrip(".") + "." for text in found.explanation.split(". ")],
            "hand_over": hand_over_by(calendar, received, rule),
            "late": rule.is_late(received),
        }
    except (WorktimeError, OverflowError, ValueError) as refusal:
        form.add_error(None, getattr(refusal, "message", "") or _("Khoảng thời gian này quá dài để tính."))
        return {}
