"""The reporting periods a set of forms may have, on the kernel's windows of Decree 09/2019/NĐ-CP. Pure."""

from __future__ import annotations

import datetime as dt

from motcua.kernel.periods import Period, PeriodError, PeriodKind, Window, period_of
from motcua.reports.forms.errors import FormsError

# The forms are used in quarterly, six-month, nine-month (where asked) and yearly reports.
CHOICES: dict[str, tuple[PeriodKind, int, str]] = {
    "q1": (PeriodKind.QUARTER, 1, "Quý I"),
    "q2": (PeriodKind.QUARTER, 2, "Quý II"),
    "half": (PeriodKind.HALF, 1, "6 tháng đầu năm"),
    "q3": (PeriodKind.QUARTER, 3, "Quý III"),
    "nine": (PeriodKind.NINE_MONTHS, 1, "9 tháng đầu năm"),
    "q4": (PeriodKind.QUARTER, 4, "Quý IV"),
    "year": (PeriodKind.YEAR, 1, "Năm"),
}
FIRST_YEAR, LAST_YEAR = 2011, 2099


def chosen_period(code: str, year: int) -> Period:
    """The period a person picked. Raises FormsError forms.sheet.period for one that is not offered."""
    if code not in CHOICES or not FIRST_YEAR <= year <= LAST_YEAR:
        raise FormsError("forms.sheet.period", "Kỳ báo cáo không hợp lệ. Hãy chọn kỳ và năm trong danh sách.")
    kind, number, _ = CHOICES[code]
    return Period(kind, year, number)


def period_name(kind: str, first: dt.date, last: dt.date) -> str:
    """The period in words: "Năm 2025", "Quý I năm 2026"; its days where it is no regular window."""
    window = Window(first, last)
    try:
        period = period_of(PeriodKind(kind), last)
    except (ValueError, PeriodError):
        return _capital(window.label)
    return period.label if period.window() == window else _capital(window.label)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
