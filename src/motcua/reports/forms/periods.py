"""Reporting periods of reform reports: names, and the windows of Decree 09/2019/NĐ-CP. Pure."""

from __future__ import annotations

import datetime as dt

from motcua.reports.forms.errors import FormsError

FIRST_DAY, LAST_DAY = 15, 14
# Decree 09/2019/NĐ-CP: a period ends on the 14th of this month and begins on the 15th, `months` before.
WINDOWS = {
    "q1": ("quarter", 3, 3, "Quý I"),
    "q2": ("quarter", 6, 3, "Quý II"),
    "half": ("half", 6, 6, "6 tháng đầu"),
    "q3": ("quarter", 9, 3, "Quý III"),
    "nine": ("nine_months", 9, 9, "9 tháng"),
    "q4": ("quarter", 12, 3, "Quý IV"),
    "year": ("year", 12, 12, "Năm"),
}
FIRST_YEAR, LAST_YEAR = 2011, 2099


def window(code: str, year: int) -> tuple[str, dt.date, dt.date]:
    """Kind, first and last day of a period: ("half", 2026) runs from 15/12/2025 to 14/6/2026.

    Raises FormsError forms.sheet.period for an unknown code or a year out of reason.
    """
    if code not in WINDOWS or not FIRST_YEAR <= year <= LAST_YEAR:
        raise FormsError("forms.sheet.period", "Kỳ báo cáo không hợp lệ. Hãy chọn kỳ và năm trong danh sách.")
    kind, month, months, _ = WINDOWS[code]
    before = month - months
    start = dt.date(year if before > 0 else year - 1, before if before > 0 else 12, FIRST_DAY)
    return kind, start, dt.date(year, month, LAST_DAY)


def period_name(kind: str, start: dt.date, end: dt.date) -> str:
    """The period in words: "Năm 2025", "Quý I năm 2026"; its days where it is no regular window."""
    for code, (window_kind, _, _, words) in WINDOWS.items():
        if kind == window_kind and window(code, end.year)[1:] == (start, end):
            return f"Năm {end.year}" if code == "year" else f"{words} năm {end.year}"
    return f"Từ {start:%d/%m/%Y} đến {end:%d/%m/%Y}"
