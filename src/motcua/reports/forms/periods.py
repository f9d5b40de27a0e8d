"""The reporting periods a set of forms may have, on the kernel's windows of Decree 09/2019/NĐ-CP."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.kernel.periods import Period, PeriodError, PeriodKind, Window, period_of
from motcua.reports.forms.errors import FormsError

# The forms are used in quarterly, six-month, nine-month (where asked) and yearly reports.
CHOICES: dict[str, tuple[PeriodKind, int, str]] = {
    "q1": (PeriodKind.QUARTER, 1, gettext_noop("Quý I")),
    "q2": (PeriodKind.QUARTER, 2, gettext_noop("Quý II")),
    "half": (PeriodKind.HALF, 1, gettext_noop("6 tháng đầu năm")),
    "q3": (PeriodKind.QUARTER, 3, gettext_noop("Quý III")),
    "nine": (PeriodKind.NINE_MONTHS, 1, gettext_noop("9 tháng đầu năm")),
    "q4": (PeriodKind.QUARTER, 4, gettext_noop("Quý IV")),
    "year": (PeriodKind.YEAR, 1, gettext_noop("Năm")),
}
FIRST_YEAR, LAST_YEAR = 2011, 2099


def chosen_period(code: str, year: int) -> Period:
    """The period a person picked. Raises FormsError forms.sheet.period for one that is not offered."""
    if code not in CHOICES or not FIRST_YEAR <= year <= LAST_YEAR:
        raise FormsError(
            "forms.sheet.period", _("Kỳ báo cáo không hợp lệ. Hãy chọn kỳ và năm trong danh sách.")
        )
    kind, number, _words = CHOICES[code]
    return Period(kind, year, number)


def period_name(kind: str, first: dt.date, last: dt.date) -> str:
    """The period in words: "Năm 2025", "Quý I năm 2026"; its days where it is no regular window."""
    window = Window(first, last)
    period = regular_period(kind, window)
    return _capital(window.label) if period is None else period.label


def regular_period(kind: str, window: Window) -> Period | None:
    """The period of that kind with just these days; None where they are no regular one."""
    try:
        period = period_of(PeriodKind(kind), window.last)
    except (ValueError, PeriodError):
        return None
    return period if period.window() == window else None


# The kernel's names of periods, and the same for the reader's language.
_NAMES = (
    (re.compile(r"Tháng (?P<number>\d+) năm (?P<year>\d+)"), gettext_noop("Tháng {number} năm {year}")),
    (re.compile(r"Quý (?P<number>[IV]+) năm (?P<year>\d+)"), gettext_noop("Quý {number} năm {year}")),
    (re.compile(r"6 tháng đầu năm (?P<year>\d+)"), gettext_noop("6 tháng đầu năm {year}")),
    (re.compile(r"6 tháng cuối năm (?P<year>\d+)"), gettext_noop("6 tháng cuối năm {year}")),
    (re.compile(r"9 tháng đầu năm (?P<year>\d+)"), gettext_noop("9 tháng đầu năm {year}")),
    (re.compile(r"Năm (?P<year>\d+)"), gettext_noop("Năm {year}")),
    (
        re.compile(r"Từ ngày (?P<first>\S+) đến ngày (?P<last>\S+)"),
        gettext_noop("Từ ngày {first} đến ngày {last}"),
    ),
)


def period_words(kind: str, first: dt.date, last: dt.date) -> str:
    """The period's name in the reader's language; official papers keep `period_name`."""
    name = period_name(kind, first, last)
    for pattern, text in _NAMES:
        if found := pattern.fullmatch(name):
            return _(text).format(**found.groupdict())
    return name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
