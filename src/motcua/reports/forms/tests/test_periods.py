"""Periods of the forms: what may be chosen, and what a window is called."""

from datetime import date

import pytest

from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.models import PeriodKind
from motcua.reports.forms.periods import CHOICES, chosen_period, period_name


@pytest.mark.parametrize(
    ("code", "first", "last", "name"),
    [
        ("q1", date(2025, 12, 15), date(2026, 3, 14), "Quý I năm 2026"),
        ("q2", date(2026, 3, 15), date(2026, 6, 14), "Quý II năm 2026"),
        ("half", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026"),
        ("nine", date(2025, 12, 15), date(2026, 9, 14), "9 tháng đầu năm 2026"),
        ("q4", date(2026, 9, 15), date(2026, 12, 14), "Quý IV năm 2026"),
        ("year", date(2025, 12, 15), date(2026, 12, 14), "Năm 2026"),
    ],
)
def test_windows_and_names(code, first, last, name):
    period = chosen_period(code, 2026)
    assert (period.window().first, period.window().last) == (first, last)
    assert period_name(period.kind.value, first, last) == name


@pytest.mark.parametrize(
    ("kind", "first"),
    [("other", date(2026, 1, 1)), ("quarter", date(2026, 1, 1)), ("nonsense", date(2026, 1, 1))],
)
def test_another_span_is_named_by_its_days(kind, first):
    assert period_name(kind, first, date(2026, 1, 31)) == "Từ ngày 01/01/2026 đến ngày 31/01/2026"


@pytest.mark.parametrize(("code", "year"), [("q5", 2026), ("year", 1999), ("", 2026)])
def test_nonsense_is_refused(code, year):
    with pytest.raises(FormsError, match="không hợp lệ"):
        chosen_period(code, year)


def test_every_period_offered_can_be_stored():
    assert {kind.value for kind, _, _ in CHOICES.values()} <= set(PeriodKind.values)
