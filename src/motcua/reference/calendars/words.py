"""Words for kinds of day and for how sure a day is; the colour of a day always comes with its word."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.kernel.worktime import Confidence, Day, DayKind, LimitUnit

KINDS = {
    DayKind.WORK: _("ngày làm việc"),
    DayKind.WEEKEND: _("nghỉ hằng tuần"),
    DayKind.HOLIDAY: _("nghỉ lễ, tết"),
    DayKind.COMPENSATION: _("nghỉ bù"),
    DayKind.SWAP_OFF: _("nghỉ hoán đổi"),
    DayKind.MAKE_UP: _("ngày làm bù"),
    DayKind.CLOSURE: _("cơ quan đóng cửa"),
}
# What fits in a square of the calendar.
SHORT = {
    DayKind.WORK: "",
    DayKind.WEEKEND: _("nghỉ"),
    DayKind.HOLIDAY: _("lễ"),
    DayKind.COMPENSATION: _("bù"),
    DayKind.SWAP_OFF: _("đổi"),
    DayKind.MAKE_UP: _("làm bù"),
    DayKind.CLOSURE: _("đóng"),
}
SHORTENED = _("ngắn")
SHORTENED_DAY = _("ngày làm việc rút ngắn")
CONFIDENCES = {
    Confidence.LAW: _("theo luật"),
    Confidence.ANNOUNCED: _("đã công bố"),
    Confidence.REPORTED: _("theo báo chí, thông lệ"),
    Confidence.EXPECTED: _("dự kiến"),
}
WEEKDAYS = (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
WEEKDAYS_SHORT = (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))
LIMIT_UNITS = {
    LimitUnit.WORKING_DAY: _("ngày làm việc"),
    LimitUnit.WORKING_HOUR: _("giờ làm việc"),
    LimitUnit.CALENDAR_DAY: _("ngày (tính cả ngày nghỉ)"),
    LimitUnit.MONTH: _("tháng"),
    LimitUnit.YEAR: _("năm"),
}


def look_of(day: Day) -> str:
    """Name of the day's colour class: its kind, or `short` for a working day with fewer hours."""
    return "short" if day.short and day.sessions else str(day.kind)


def word_of(day: Day) -> str:
    """The word that goes with the colour; empty for an ordinary working day."""
    return str(SHORTENED if look_of(day) == "short" else SHORT[day.kind])


def kind_of(day: Day) -> str:
    """The kind in full."""
    if look_of(day) == "short" and day.kind is DayKind.WORK:
        return str(SHORTENED_DAY)
    return str(KINDS[day.kind])
