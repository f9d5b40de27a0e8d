from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.periods import (
    CALENDAR_MONTHS,
    DECREE_09_2019,
    CutOff,
    Period,
    PeriodError,
    PeriodKind,
    parse_period,
    period_of,
)

COUNTS = {"month": 12, "quarter": 4, "half": 2, "nine-months": 1, "year": 1}
periods = st.sampled_from(PeriodKind).flatmap(
    lambda kind: st.builds(Period, st.just(kind), st.integers(2000, 2100), st.integers(1, COUNTS[kind]))
)
cut_offs = st.builds(CutOff, st.integers(0, 28))


@pytest.mark.parametrize(
    ("code", "first", "last", "label"),
    [
        ("2025-M07", "2025-06-15", "2025-07-14", "Tháng 7 năm 2025"),
        ("2025-M01", "2024-12-15", "2025-01-14", "Tháng 1 năm 2025"),
        ("2025-Q1", "2024-12-15", "2025-03-14", "Quý I năm 2025"),
        ("2025-Q3", "2025-06-15", "2025-09-14", "Quý III năm 2025"),
        ("2025-H1", "2024-12-15", "2025-06-14", "6 tháng đầu năm 2025"),
        ("2025-H2", "2025-06-15", "2025-12-14", "6 tháng cuối năm 2025"),
        ("2025-9M", "2024-12-15", "2025-09-14", "9 tháng đầu năm 2025"),
        ("2025", "2024-12-15", "2025-12-14", "Năm 2025"),
    ],
)
def test_windows_of_decree_09_2019(code, first, last, label):
    period = parse_period(code)
    window = period.window()
    assert (window.first.isoformat(), window.last.isoformat()) == (first, last)
    assert period.label == label
    assert str(period) == code


def test_other_cut_offs():
    quarter = parse_period("Quý III/2025")
    assert quarter.window(CutOff(15)).last == date(2025, 9, 15)
    assert quarter.window(CALENDAR_MONTHS).first == date(2025, 7, 1)
    assert parse_period("2024-M02").window(CALENDAR_MONTHS).last == date(2024, 2, 29)
    assert parse_period("2025").window().label == "từ ngày 15/12/2024 đến ngày 14/12/2025"
    assert parse_period("2025").window(CALENDAR_MONTHS).days == 365


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quý iii năm 2025", "2025-Q3"),
        ("Quý 4/2025", "2025-Q4"),
        ("Báo cáo năm 2025", "2025"),
        ("6 tháng đầu năm 2025", "2025-H1"),
        ("06 tháng cuối năm 2025", "2025-H2"),
        ("9 tháng năm 2025", "2025-9M"),
        ("tháng 07/2025", "2025-M07"),
    ],
)
def test_words_are_read(text, code):
    assert parse_period(text).code == code


@given(periods)
def test_code_and_label_read_back(period):
    assert parse_period(period.code) == parse_period(period.label) == period


@given(periods, cut_offs)
def test_windows_of_neighbours_meet_without_gap_or_overlap(period, cut_off):
    if period.kind is not PeriodKind.NINE_MONTHS:
        assert period.window(cut_off).last + timedelta(days=1) == period.next().window(cut_off).first
    assert period.next().previous() == period
    assert period.same_last_year().window(cut_off).last < period.window(cut_off).first + timedelta(days=366)


@given(
    st.sampled_from([k for k in PeriodKind if k is not PeriodKind.NINE_MONTHS]),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    cut_offs,
)
def test_every_day_is_in_exactly_the_period_found(kind, day, cut_off):
    period = period_of(kind, day, cut_off)
    assert period.contains(day, cut_off)
    assert not period.previous().contains(day, cut_off)
    assert not period.next().contains(day, cut_off)


@given(periods, cut_offs)
def test_parts_make_up_the_whole(period, cut_off):
    parts = period.parts(PeriodKind.MONTH)
    assert sum(part.window(cut_off).days for part in parts) == period.window(cut_off).days
    assert all(period.window(cut_off).covers(part.window(cut_off)) for part in parts)


def test_nine_months_hold_three_quarters_and_no_day_of_december():
    nine = Period(PeriodKind.NINE_MONTHS, 2025)
    assert [part.code for part in nine.parts(PeriodKind.QUARTER)] == ["2025-Q1", "2025-Q2", "2025-Q3"]
    assert period_of(PeriodKind.NINE_MONTHS, date(2025, 9, 14)) == nine
    with pytest.raises(PeriodError):
        period_of(PeriodKind.NINE_MONTHS, date(2025, 9, 15))
    assert nine.previous().code == "2024-9M"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: Period(PeriodKind.QUARTER, 2025, 5), "kernel.periods.no-such-period"),
        (lambda: parse_period("tháng 13/2025"), "kernel.periods.no-such-period"),
        (lambda: parse_period("năm nay"), "kernel.periods.text"),
        (lambda: CutOff(30), "kernel.periods.cut-off"),
        (lambda: parse_period("2025-Q3").parts(PeriodKind.HALF), "kernel.periods.parts"),
        (lambda: parse_period("2025-9M").parts(PeriodKind.HALF), "kernel.periods.parts"),
        (lambda: parse_period("2025").parts(PeriodKind.NINE_MONTHS), "kernel.periods.parts"),
    ],
)
def test_refusals(ask, code):
    with pytest.raises(PeriodError) as caught:
        ask()
    assert caught.value.code == code


def test_the_default_names_its_source():
    assert DECREE_09_2019.last_day == 14
    assert "09/2019" in DECREE_09_2019.source
