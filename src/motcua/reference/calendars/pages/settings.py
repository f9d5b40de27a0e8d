"""Parameters of a province: what holds, since when, on which basis; and setting one from a day on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.reference.calendars.data import PROVINCE
from motcua.reference.calendars.errors import CalendarRefused
from motcua.reference.calendars.models import Parameter
from motcua.reference.calendars.pages.forms import RoomForm, day_field
from motcua.reference.calendars.pages.year import navigation, province_of
from motcua.reference.calendars.parameters import Declared, declared_parameter
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.queries import settled, settled_parameters
from motcua.reference.calendars.settling import set_parameter, withdraw_parameter


class ParameterForm(RoomForm):
    valid_from = day_field(_("Áp dụng từ ngày"))
    basis = forms.CharField(
        label=_("Căn cứ"),
        max_length=500,
        help_text=_("Số văn bản và điều khoản, ví dụ Quyết định 12/2026/QĐ-UBND."),
    )

    def __init__(self, *args: Any, declared: Declared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = _value_field(declared)
        self.order_fields(("value", "valid_from", "basis"))


def _value_field(declared: Declared) -> forms.Field:
    if declared.kind.choices:
        choices = [(value, say(label)) for value, label in declared.kind.choices]
        field: forms.Field = forms.ChoiceField(label=_("Giá trị mới"), choices=choices)
        field.widget.attrs["class"] = "form-select"
        return field
    hint = say(declared.kind.hint) if declared.kind.hint else ""
    field = forms.CharField(label=_("Giá trị mới"), max_length=100, help_text=hint)
    field.error_messages["required"] = _("Hãy nhập ô này.")
    field.widget.attrs["class"] = "form-control"
    return field


@page(MANAGE)
def listing(request: ViewedRequest) -> HttpResponse:
    """Every parameter as it is today, and what is set for later."""
    rows = settled_parameters(province_of(request), today())
    may_set = request.viewer.may(MANAGE, province=request.province, unit_path=PROVINCE)
    context = {"rows": rows, "may_set": may_set}
    return render(request, "calendars/parameters.html", context | navigation(request))


@page(MANAGE, methods=("GET", "POST"))
def parameter(request: ViewedRequest, name: str) -> HttpResponse:
    """One parameter through time; setting it, and taking back what does not hold yet."""
    province = province_of(request)
    request.viewer.require(MANAGE, province=province, unit_path=PROVINCE)
    try:
        declared = declared_parameter(name)
    except LookupError as error:
        raise Http404 from error
    bound = request.POST if request.method == "POST" else None
    if bound is not None and bound.get("viec") == "bo":
        return _withdraw(request, declared)
    form = ParameterForm(bound, declared=declared, initial={"valid_from": today()})
    if form.is_bound and form.is_valid() and _set(request, declared, form):
        return redirect("calendars:parameter", name)
    history = Parameter.objects.filter(province=province, name=name).select_related("created_by")
    context = {
        "declared": declared,
        "now": settled(province, declared, today()),
        "default": declared.kind.tell(declared.default),
        "history": [(row, declared.kind.tell(row.value)) for row in history.order_by("-valid_from")],
        "today": today(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "calendars/parameter.html", context | navigation(request), status=status)


def _set(request: ViewedRequest, declared: Declared, form: ParameterForm) -> bool:
    data = form.cleaned_data
    try:
        set_parameter(
            request.viewer, request.province, declared.name, data["value"], data["valid_from"], data["basis"]
        )
    except CalendarRefused as refusal:
        field = {"calendars.parameter.value": "value", "calendars.parameter.past": "valid_from"}
        form.add_error(field.get(refusal.code), refusal.message)
        return False
    messages.success(request, say("Đã đặt giá trị mới."))
    return True


def _withdraw(request: ViewedRequest, declared: Declared) -> HttpResponse:
    try:
        day = dt.date.fromisoformat(request.POST.get("ngay", ""))
        withdraw_parameter(request.viewer, request.province, declared.name, day)
    except ValueError:
        messages.error(request, say("Ngày không hợp lệ."))
    except CalendarRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, say("Đã bỏ giá trị dự kiến."))
    return redirect("calendars:parameter", declared.name)
