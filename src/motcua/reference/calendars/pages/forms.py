"""Forms of changes to a calendar: each makes one CalendarChange."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from motcua.kernel.worktime import (
    CalendarYear,
    Confidence,
    DayKind,
    Session,
    SpecialDay,
    WeeklyHours,
    WorktimeError,
    parse_session,
)
from motcua.reference.calendars.data import CalendarChange
from motcua.reference.calendars.words import CONFIDENCES, KINDS, WEEKDAYS

_MOST_DAYS = 62  # declared at once


class RoomForm(forms.Form):
    """Bootstrap's classes, and errors in Vietnamese whatever the browser's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"
            field.error_messages["required"] = _("Hãy nhập ô này.")
            field.error_messages["invalid_choice"] = _("Hãy chọn một mục trong danh sách.")


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date chosen in the browser, or typed as 15/07/2026."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": _("Ngày không hợp lệ; ví dụ 15/07/2026.")},
    )


class SessionsField(forms.CharField):
    """Sessions of a day: "07:30-11:30, 13:30-17:00"; empty is a tuple of none."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(
            max_length=100, required=False, help_text=_("Ví dụ 07:30-11:30, 13:30-17:00"), **fields
        )

    def clean(self, value: Any) -> tuple[Session, ...]:
        text = super().clean(value)
        try:
            return tuple(
                sorted(parse_session(part) for part in text.replace(";", ",").split(",") if part.strip())
            )
        except WorktimeError as error:
            raise forms.ValidationError(error.message) from error


class ChangeForm(RoomForm):
    """What every change has: unit, a sentence, the decision."""

    summary = forms.CharField(label=_("Nội dung thay đổi"), max_length=300)
    decision_number = forms.CharField(label=_("Số văn bản quyết định"), max_length=100)
    decision_date = day_field(_("Ngày ký"), required=False)
    of_province_only = False

    def change(self, unit_path: str) -> CalendarChange:
        raise NotImplementedError


class SpanForm(ChangeForm):
    """A change of the days from one to another."""

    first = day_field(_("Từ ngày"))
    last = day_field(_("Đến hết ngày"), required=False, help_text=_("Bỏ trống khi chỉ có một ngày."))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days < _MOST_DAYS:
            self.add_error(
                "last",
                say("Ngày cuối phải sau ngày đầu, không quá {most} ngày một lần.").format(most=_MOST_DAYS),
            )
        return data

    def days(self) -> tuple[dt.date, ...]:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        count = ((last or first) - first).days + 1
        return tuple(first + dt.timedelta(days=offset) for offset in range(count))


class DaysForm(SpanForm):
    """Declares special days."""

    kind = forms.ChoiceField(
        label=_("Loại ngày"),
        choices=[(str(kind), label) for kind, label in KINDS.items() if kind is not DayKind.WEEKEND],
        initial=str(DayKind.HOLIDAY),
    )
    name = forms.CharField(label=_("Tên, lý do"), max_length=200)
    sessions = SessionsField(label=_("Giờ còn làm việc (nghỉ nửa ngày)"))
    pair = day_field(
        _("Ngày đối ứng"), required=False, help_text=_("Của ngày nghỉ bù, nghỉ hoán đổi, làm bù.")
    )
    source = forms.CharField(label=_("Nguồn"), max_length=300)
    confidence = forms.ChoiceField(
        label=_("Độ chắc chắn"),
        choices=[(str(value), label) for value, label in CONFIDENCES.items()],
        initial=str(Confidence.ANNOUNCED),
    )
    field_order = ("first", "last", "kind", "name", "sessions", "pair", "source", "confidence", "summary")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == DayKind.WORK and not data.get("sessions"):
            self.add_error("sessions", _("Hãy ghi giờ còn làm việc trong ngày."))
        return data

    def change(self, unit_path: str) -> CalendarChange:
        data = self.cleaned_data
        days = tuple(
            SpecialDay(
                day,
                DayKind(data["kind"]),
                data["name"],
                data["source"],
                Confidence(data["confidence"]),
                data["pair"],
                data["sessions"] or None,
            )
            for day in self.days()
        )
        return CalendarChange(unit_path, add_days=days, summary=data["summary"])


class OrdinaryForm(SpanForm):
    """Days that are ordinary again, or that follow the calendar above again."""

    way = forms.ChoiceField(
        label=_("Ngày ấy sẽ"),
        choices=[
            ("remove", _("là ngày bình thường theo giờ hằng tuần")),
            ("reset", _("lại theo lịch cấp trên")),
        ],
    )
    field_order = ("first", "last", "way", "summary")

    def change(self, unit_path: str) -> CalendarChange:
        days, summary = self.days(), self.cleaned_data["summary"]
        if self.cleaned_data["way"] == "remove":
            return CalendarChange(unit_path, remove_days=days, summary=summary)
        return CalendarChange(unit_path, reset_days=days, summary=summary)


class HoursForm(ChangeForm):
    """Weekly hours from a day on."""

    valid_from = day_field(_("Áp dụng từ ngày"))
    source = forms.CharField(label=_("Nguồn"), max_length=300)
    field_order = ("valid_from", *(f"day{number}" for number in range(7)), "source", "summary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            usual = "07:30-11:30, 13:30-17:00" if number < 5 else ""
            self.fields[f"day{number}"] = SessionsField(label=name, initial=usual)
            self.fields[f"day{number}"].help_text = _("Bỏ trống là nghỉ.")
            self.fields[f"day{number}"].widget.attrs["class"] = "form-control"
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                data["hours"] = WeeklyHours(
                    data["valid_from"], tuple(data[f"day{number}"] for number in range(7)), data["source"]
                )
            except WorktimeError as error:
                self.add_error(None, error.message)
        return data

    def change(self, unit_path: str) -> CalendarChange:
        return CalendarChange(
            unit_path, hours=(self.cleaned_data["hours"],), summary=self.cleaned_data["summary"]
        )


class YearForm(ChangeForm):
    """Confirms the list of days off of a year, or adds a year."""

    year = forms.IntegerField(label=_("Năm"), min_value=2024, max_value=2100)
    confirmed = forms.ChoiceField(
        label=_("Danh sách ngày nghỉ của năm"),
        choices=[("yes", _("đã được xác nhận đủ")), ("no", _("chưa được xác nhận"))],
    )
    note = forms.CharField(label=_("Ghi chú"), max_length=200, required=False)
    field_order = ("year", "confirmed", "note", "summary")
    of_province_only = True

    def change(self, unit_path: str) -> CalendarChange:
        data = self.cleaned_data
        year = CalendarYear(data["year"], data["confirmed"] == "yes", data["note"])
        return CalendarChange(unit_path, years=(year,), summary=data["summary"])


class ClosureForm(SpanForm):
    """An emergency: a storm, a flood, an outage of the national system. Needs a source, not a decision."""

    sessions = SessionsField(label=_("Giờ còn làm việc (đóng cửa một buổi)"))
    source = forms.CharField(label=_("Nguồn (công điện, thông báo)"), max_length=300)
    summary = forms.CharField(
        label=_("Lý do"), max_length=200, help_text=_("Ví dụ: bão, lũ, hệ thống quốc gia ngừng hoạt động.")
    )
    decision_number = None  # type: ignore[assignment]
    decision_date = None  # type: ignore[assignment]
    field_order = ("first", "last", "sessions", "summary", "source")

    def change(self, unit_path: str) -> CalendarChange:
        data = self.cleaned_data
        days = tuple(
            SpecialDay(
                day,
                DayKind.CLOSURE,
                data["summary"],
                data["source"],
                Confidence.ANNOUNCED,
                None,
                data["sessions"] or None,
            )
            for day in self.days()
        )
        return CalendarChange(unit_path, add_days=days, summary=data["summary"])


FORMS: Mapping[str, tuple[Any, type[ChangeForm]]] = {
    "dong-cua": (_("Đóng cửa đột xuất"), ClosureForm),
    "ngay": (_("Khai ngày nghỉ, ngày làm bù, nghỉ nửa ngày"), DaysForm),
    "bo-ngay": (_("Bỏ ngày đã khai"), OrdinaryForm),
    "gio": (_("Đổi giờ làm việc hằng tuần"), HoursForm),
    "nam": (_("Xác nhận hoặc thêm năm"), YearForm),
}
