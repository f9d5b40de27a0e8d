"""Windows of Decree 09/2019/NĐ-CP."""

from datetime import date
from itertools import pairwise

import pytest

from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.periods import WINDOWS, period_name, window


@pytest.mark.parametrize(
    ("code", "start", "end", "name"),
    [
        ("q1", date(2025, 12, 15), date(2026, 3, 14), "Quý I năm 2026"),
        ("q2", date(2026, 3, 15), date(2026, 6, 14), "Quý II năm 2026"),
        ("half", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026"),
        ("nine", date(2025, 12, 15), date(2026, 9, 14), "9 tháng năm 2026"),
        ("q4", date(2026, 9, 15), date(2026, 12, 14), "Quý IV năm 2026"),
        ("year", date(2025, 12, 15), date(2026, 12, 14), "Năm 2026"),
    ],
)
def test_windows_and_names(code, start, end, name):
    kind, first, last = window(code, 2026)
    assert (first, last) == (start, end)
    assert period_name(kind, first, last) == name


def test_another_span_is_named_by_its_days():
    assert period_name("other", date(2026, 1, 1), date(2026, 1, 31)) == "Từ 01/01/2026 đến 31/01/2026"


@pytest.mark.parametrize(("code", "year"), [("q5", 2026), ("year", 1999), ("", 2026)])
def test_nonsense_is_refused(code, year):
    with pytest.raises(FormsError, match="không hợp lệ"):
        window(code, year)


def test_quarters_follow_one_another():
    ends = [window(code, 2026) for code in ("q1", "q2", "q3", "q4")]
    assert all((later[1] - earlier[2]).days == 1 for earlier, later in pairwise(ends))
    assert set(WINDOWS) >= {"q1", "q2", "q3", "q4"}
