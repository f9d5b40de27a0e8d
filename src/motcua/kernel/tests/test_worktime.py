from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motcua.kernel.clock import VIETNAM, ClockError
from motcua.kernel.worktime import (
    Confidence,
    DayKind,
    DayStart,
    Duration,
    FirstDayRule,
    Limit,
    LimitUnit,
    SpecialDay,
    WeeklyHours,
    WorktimeError,
    due,
    first_day_rules,
    hand_over_by,
    parse_calendar,
    parse_limit,
    parse_rules,
    parse_session,
    rule_on,
    vietnam,
)

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "worktime_due.yaml").read_text("utf-8"))
CALENDAR = vietnam()
SATURDAY_MORNING = CALENDAR.derive(
    "XA.01",
    "1",
    hours=[
        WeeklyHours(
            date(2024, 1, 1),
            (
                *[(parse_session("08:00-12:00"), parse_session("13:00-17:00"))] * 5,
                (parse_session("08:00-11:30"),),
                (),
            ),
        )
    ],
    days=[
        SpecialDay(date(2026, 3, 4), DayKind.WORK, "họp dân", sessions=(parse_session("08:00-12:00"),)),
        SpecialDay(date(2026, 3, 5), DayKind.CLOSURE, "chuyển trụ sở"),
    ],
)
calendars = st.sampled_from([CALENDAR, SATURDAY_MORNING])
instants = st.datetimes(datetime(2024, 6, 1), datetime(2027, 6, 1)).map(
    lambda each: each.replace(tzinfo=VIETNAM)
)
amounts = st.integers(0, 40_000)
LAST_MINUTE = datetime(2027, 12, 31, 23, 59, tzinfo=VIETNAM)  # of the packaged calendars


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def to_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


# -- the calendar of Viet Nam ----------------------------------------------------------------------


def test_working_days_of_each_year():
    days = {
        year: sum(bool(d.sessions) for d in CALENDAR.days if d.date.year == year)
        for year in range(2024, 2028)
    }
    assert days == {2024: 251, 2025: 250, 2026: 249, 2027: 249}


@pytest.mark.parametrize(("year", "days"), [(2024, 11), (2025, 11), (2026, 12), (2027, 12)])
def test_legal_holidays_a_year(year, days):
    # Labour Code, Art. 112: 11 days; with Culture Day from Resolution 28/2026/QH16: 12.
    assert sum(d.kind is DayKind.HOLIDAY for d in CALENDAR.special_days if d.date.year == year) == days


def test_every_holiday_at_the_weekend_is_compensated_and_every_swap_is_paired():
    special = {day.date: day for day in CALENDAR.special_days}
    weekend = {d.date for d in special.values() if d.kind is DayKind.HOLIDAY and d.date.weekday() >= 5}
    assert weekend == {d.pair for d in special.values() if d.kind is DayKind.COMPENSATION}
    swaps = [d for d in special.values() if d.kind in (DayKind.SWAP_OFF, DayKind.MAKE_UP)]
    assert len(swaps) == 8
    for day in swaps:
        assert special[day.pair].pair == day.date
        assert (day.date.weekday() >= 5) == (day.kind is DayKind.MAKE_UP)


def test_every_special_day_has_a_source_text_and_only_2027_is_expected():
    assert all(len(day.source) > 15 for day in CALENDAR.special_days)
    assert {d.date.year for d in CALENDAR.special_days if d.confidence is Confidence.EXPECTED} == {2027}
    assert not CALENDAR.is_confirmed(date(2027, 1, 1))
    assert CALENDAR.is_confirmed(date(2026, 12, 31))
    assert CALENDAR.day(date(2026, 1, 2)).confidence is Confidence.REPORTED


# -- legal limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_due(case):
    received = at(case["received"])
    changes = dict(case.get("rule", {}))
    if "day_start" in changes:
        changes["day_start"] = DayStart(changes["day_start"])
    result = due(CALENDAR, received, parse_limit(case["limit"]), replace(rule_on(received.date()), **changes))
    assert result.at == at(case["due"])
    assert f"Hạn: {result.at:%H:%M}" in result.explanation


rules = st.builds(
    FirstDayRule,
    code=st.just("x"),
    valid_from=st.just(date(2018, 1, 1)),
    day_start=st.sampled_from(DayStart),
    late_moves_limit=st.booleans(),
    off_hours_moves_receipt=st.booleans(),
)
limits = st.one_of(
    st.builds(lambda q: Limit(Fraction(q, 4), LimitUnit.WORKING_DAY), st.integers(1, 120)),
    st.builds(lambda m: Limit(Fraction(m, 60), LimitUnit.WORKING_HOUR), st.integers(1, 3000)),
    st.builds(lambda n: Limit(Fraction(n), LimitUnit.CALENDAR_DAY), st.integers(1, 60)),
    st.builds(lambda n: Limit(Fraction(n), LimitUnit.MONTH), st.integers(1, 3)),
)


@settings(max_examples=150, deadline=None)
@given(calendars, instants, st.timedeltas(timedelta(0), timedelta(days=20)), limits, rules)
def test_later_receipt_is_never_due_earlier(calendar, received, later, limit, rule):
    assert due(calendar, received, limit, rule).at <= due(calendar, received + later, limit, rule).at


@settings(max_examples=100, deadline=None)
@given(calendars, instants, st.integers(1, 60), st.integers(1, 20), rules)
def test_longer_limit_is_never_due_earlier(calendar, received, quarters, more, rule):
    shorter, longer = (Limit(Fraction(q, 4), LimitUnit.WORKING_DAY) for q in (quarters, quarters + more))
    first, second = due(calendar, received, shorter, rule).at, due(calendar, received, longer, rule).at
    assert first < second
    assert calendar.is_working_day(first.date())


@settings(max_examples=60, deadline=None)
@given(calendars, instants, st.integers(1, 15), rules)
def test_spans_of_a_limit_in_whole_days_count_exactly_those_days(calendar, received, count, rule):
    rule = replace(rule, day_start=DayStart.NEXT_WORKING_DAY)
    result = due(calendar, received, Limit(Fraction(count), LimitUnit.WORKING_DAY), rule)
    assert sum(span.working_days for span in result.spans) == count
    assert result.at == calendar.closing(result.at.date())


def test_explanation_names_what_was_skipped_and_why():
    text = due(CALENDAR, at("2026-08-27 16:00"), parse_limit("4 ngày làm việc")).explanation
    assert "thứ Hai 31/8/2026 (nghỉ hoán đổi: dịp Quốc khánh)" in text
    assert "thứ Ba 01/9/2026 – thứ Tư 02/9/2026 (nghỉ lễ, tết: Quốc khánh)" in text
    assert "Điều 147 khoản 2" in text
    made_up = due(CALENDAR, at("2026-08-20 16:00"), parse_limit("2 ngày làm việc")).explanation
    assert "Có tính ngày làm bù: thứ Bảy 22/8/2026" in made_up
    rolled = due(CALENDAR, at("2026-03-02 10:00"), parse_limit("13 ngày")).explanation
    assert "Ngày cuối Chủ nhật 15/3/2026 là ngày nghỉ" in rolled
    late = due(CALENDAR, at("2026-03-02 15:01"), parse_limit("1 ngày làm việc"),
               replace(rule_on(date(2026, 3, 2)), late_moves_limit=True))  # fmt: skip
    assert "tiếp nhận sau 15:00" in late.explanation
    assert [span.reason for span in late.spans] == ["ngày tiếp nhận theo quy tắc", "ngày làm việc"]


def test_unconfirmed_year_warns_and_confirmed_does_not():
    warned = due(CALENDAR, at("2026-12-30 09:00"), parse_limit("5 ngày làm việc"))
    assert [warning.code for warning in warned.warnings] == ["kernel.worktime.unconfirmed-year"]
    assert "Lưu ý:" in warned.explanation
    assert due(CALENDAR, at("2026-12-01 09:00"), parse_limit("5 ngày làm việc")).warnings == ()
    expected = CALENDAR.derive(
        "X",
        "1",
        days=[SpecialDay(date(2026, 6, 1), DayKind.CLOSURE, "sửa nhà", confidence=Confidence.EXPECTED)],
    )
    doubtful = expected.add(at("2026-05-29 09:00"), Duration.of_days(2))
    assert [warning.code for warning in doubtful.warnings] == ["kernel.worktime.expected-day"]


def test_hand_over_follows_the_fifteen_hour_rule():
    assert hand_over_by(CALENDAR, at("2026-03-02 15:00")) == at("2026-03-02 17:00")
    assert hand_over_by(CALENDAR, at("2026-03-02 15:00:30")) == at("2026-03-03 07:30")
    assert hand_over_by(CALENDAR, at("2026-03-06 16:00")) == at("2026-03-09 07:30")
    assert hand_over_by(CALENDAR, at("2026-03-07 09:00")) == at("2026-03-09 07:30")


def test_rules_are_dated():
    assert [rule.code for rule in first_day_rules()] == ["nd61-2018", "nd118-2025"]
    assert rule_on(date(2025, 6, 30)).code == "nd61-2018"
    assert rule_on(date(2025, 7, 1)).code == "nd118-2025"
    with pytest.raises(WorktimeError) as caught:
        rule_on(date(2018, 6, 20))
    assert caught.value.code == "kernel.worktime.no-rule"
    with pytest.raises(WorktimeError) as caught:
        parse_rules("- {code: x}")
    assert caught.value.code == "kernel.worktime.rule-file"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("03 ngày làm việc", "3 ngày làm việc"),
        ("15 (mười lăm) ngày", "15 ngày"),
        ("2,5 ngày làm việc", "2,5 ngày làm việc"),
        ("08 giờ", "8 giờ làm việc"),
        ("01 tháng", "1 tháng"),
        ("1 năm", "1 năm"),
        ("1/2 ngày làm việc", "0,5 ngày làm việc"),
    ],
)
def test_limits_are_read(text, shown):
    assert str(parse_limit(text)) == shown


@pytest.mark.parametrize("text", ["", "ba ngày", "0 ngày", "0,3 ngày làm việc", "1,5 tháng", "-1 ngày"])
def test_bad_limits_are_refused(text):
    with pytest.raises(WorktimeError) as caught:
        parse_limit(text)
    assert caught.value.code.startswith("kernel.worktime.limit")


# -- arithmetic ------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(calendars, instants, amounts, amounts)
def test_splitting_an_addition_changes_nothing(calendar, start, first, second):
    assume(first + second <= calendar.minutes_between(start, LAST_MINUTE))
    in_two = calendar.add_minutes(calendar.add_minutes(start, first), second)
    assert to_minute(in_two) == to_minute(calendar.add_minutes(start, first + second))


@settings(max_examples=150, deadline=None)
@given(calendars, instants, instants, instants)
def test_intervals_add_up(calendar, a, b, c):
    between = calendar.minutes_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, a) == 0
    assert between(a, b) == -between(b, a)


@settings(max_examples=150, deadline=None)
@given(calendars, instants, st.integers(1, 40_000))
def test_add_then_subtract_returns(calendar, start, amount):
    end = calendar.add(start, Duration.of_minutes(amount))
    assert end.minutes == amount
    assert calendar.subtract(end.at, Duration.of_minutes(amount)).at == calendar.next_working(start)
    back = calendar.subtract(start, Duration.of_minutes(amount)).at
    assert calendar.add(back, Duration.of_minutes(amount)).at == calendar.previous_working(start)


@settings(max_examples=150, deadline=None)
@given(calendars, instants, instants)
def test_adding_the_time_between_arrives(calendar, a, b):
    a, b = sorted((a, b))
    minutes = calendar.minutes_between(a, b)
    arrived = calendar.add_minutes(a, minutes)
    expected = calendar.previous_working(b) if minutes else to_minute(a)
    assert to_minute(arrived) == expected


@settings(max_examples=150, deadline=None)
@given(calendars, instants, st.timedeltas(timedelta(0), timedelta(days=30)), amounts, amounts)
def test_addition_is_monotonic(calendar, start, later, amount, more):
    assume(amount + more <= calendar.minutes_between(start + later, LAST_MINUTE))
    assert calendar.add_minutes(start, amount) <= calendar.add_minutes(start + later, amount)
    assert calendar.add_minutes(start, amount) <= calendar.add_minutes(start, amount + more)


@settings(max_examples=60, deadline=None)
@given(calendars, instants, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_minutes_agree_with_counting_them_one_by_one(calendar, start, length):
    end = start + length
    table, step, total = calendar.table, to_minute(start), 0
    while step < to_minute(end):
        total += calendar.is_working(step)
        step += timedelta(minutes=1)
    assert calendar.minutes_between(start, end) == total
    assert table.before[-1] == sum(day.minutes for day in calendar.days)


@settings(max_examples=100, deadline=None)
@given(calendars, instants, instants)
def test_spans_cover_the_stretch_and_sum_to_its_minutes(calendar, a, b):
    result = calendar.between(a, b)
    assert sum(span.minutes for span in result.spans) == abs(result.minutes)
    spans = result.spans
    assert all(x.last + timedelta(days=1) == y.first for x, y in pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(calendars, instants, amounts, instants, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_pause_moves_a_deadline_by_its_working_time(calendar, start, amount, pause, length):
    deadline = calendar.add_minutes(start, amount)
    shifted = calendar.shift(deadline, pause, pause + length)
    assert shifted.minutes == calendar.minutes_between(pause, pause + length)
    assert calendar.shift(deadline, pause, pause).at == to_minute(deadline)


@settings(max_examples=60, deadline=None)
@given(calendars, st.dates(date(2024, 6, 1), date(2027, 6, 1)), st.integers(1, 100))
def test_working_days_are_counted_and_found_alike(calendar, day, count):
    found = calendar.working_day_after(day, count)
    assert calendar.is_working_day(found)
    assert calendar.working_days(day, found) == count
    assert calendar.working_days(found, day) == -count
    back = calendar.working_day_after(day, -count)
    assert back < day
    assert calendar.working_days(back - timedelta(days=1), day - timedelta(days=1)) == count


def test_zero_pause_and_backward_pause():
    with pytest.raises(WorktimeError) as caught:
        CALENDAR.shift(at("2026-03-02 17:00"), at("2026-03-03 09:00"), at("2026-03-02 09:00"))
    assert caught.value.code == "kernel.worktime.pause"


def test_any_zone_in_vietnam_out_and_seconds_dropped():
    result = CALENDAR.add(datetime(2026, 3, 2, 1, 0, 59, tzinfo=UTC), Duration.of_hours(1))
    assert result.at == at("2026-03-02 09:00")
    assert result.at.utcoffset() == timedelta(hours=7)
    with pytest.raises(ClockError):
        CALENDAR.is_working(datetime(2026, 3, 2, 8))


def test_reckonings_speak():
    added = CALENDAR.add(at("2026-08-28 08:00"), Duration.of_days(Decimal("1.5")))
    assert added.days == Fraction(3, 2)
    assert added.explanation.startswith(
        "Từ 08:00 thứ Sáu 28/8/2026, cộng 1,5 ngày làm việc (một ngày là 7 giờ 30 phút)."
    )
    assert "Kết quả: " in added.explanation
    back = CALENDAR.subtract(at("2026-08-28 08:00"), Duration.of_hours(2))
    assert back.at == at("2026-08-27 15:30")
    assert "trừ 2 giờ làm việc" in back.explanation
    measured = CALENDAR.between(at("2026-09-03 09:00"), at("2026-08-28 08:00"))
    assert "âm 8 giờ 30 phút" in measured.explanation
    evening = CALENDAR.between(at("2026-03-02 18:00"), at("2026-03-03 08:30"))
    assert "ngoài giờ làm việc" in evening.explanation


@pytest.mark.parametrize(
    ("moment", "working", "following", "previous"),
    [
        ("2026-03-02 07:30", True, "2026-03-02 07:30", "2026-02-27 17:00"),
        ("2026-03-02 11:30", False, "2026-03-02 13:30", "2026-03-02 11:30"),
        ("2026-03-02 12:00", False, "2026-03-02 13:30", "2026-03-02 11:30"),
        ("2026-03-06 17:00", False, "2026-03-09 07:30", "2026-03-06 17:00"),
        ("2026-03-08 10:00", False, "2026-03-09 07:30", "2026-03-06 17:00"),
    ],
)
def test_edges_of_sessions(moment, working, following, previous):
    assert CALENDAR.is_working(at(moment)) is working
    assert CALENDAR.next_working(at(moment)) == at(following)
    assert CALENDAR.previous_working(at(moment)) == at(previous)


# -- derived calendars, durations, files -------------------------------------------------------------


def test_a_unit_has_its_own_hours_and_closures():
    own = SATURDAY_MORNING
    assert own.day_minutes == 480
    assert own.day(date(2026, 3, 7)).minutes == 210
    assert own.day(date(2026, 3, 4)).short
    assert own.day(date(2026, 3, 5)).kind is DayKind.CLOSURE
    assert own.day(date(2026, 9, 2)).kind is DayKind.HOLIDAY
    assert own.parent is CALENDAR
    text = due(own, at("2026-03-03 10:00"), parse_limit("2 ngày làm việc")).explanation
    assert "làm việc 08:00–12:00" in text
    assert "cơ quan đóng cửa: chuyển trụ sở" in text
    assert own.fingerprint != CALENDAR.fingerprint
    assert CALENDAR.derive("Y", "9").fingerprint == CALENDAR.fingerprint


def test_hours_change_from_a_date():
    summer = WeeklyHours(date(2026, 6, 1), (*[(parse_session("07:00-11:00"),)] * 5, (), ()))
    own = CALENDAR.derive("X", "1", hours=[summer, *CALENDAR.hours])
    assert own.opening(date(2026, 5, 29)) == at("2026-05-29 07:30")
    assert own.closing(date(2026, 6, 1)) == at("2026-06-01 11:00")
    assert own.day_minutes == 450


def test_durations():
    assert Duration.of_days(Decimal("0.25")).minutes(450) == 113
    assert Duration.of_days(Decimal("-0.25")).minutes(450) == -113
    assert str(Duration.of_hours(Decimal("1.5"))) == "1 giờ 30 phút làm việc"
    assert str(Duration.of_days(2) + Duration.of_minutes(5)) == "2 ngày 5 phút làm việc"
    assert str(-Duration.of_days(2)) == "lùi 2 ngày làm việc"
    for build, amount in [(Duration.of_days, Decimal("0.3")), (Duration.of_hours, Decimal("0.01"))]:
        with pytest.raises(WorktimeError) as caught:
            build(amount)
        assert caught.value.code == "kernel.worktime.duration"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: CALENDAR.day(date(2023, 12, 31)), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.add(at("2027-12-31 16:00"), Duration.of_days(1)), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.subtract(at("2024-01-02 08:00"), Duration.of_days(1)), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.next_working(at("2027-12-31 17:00")), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.previous_working(at("2024-01-01 08:00")), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.working_day_after(date(2027, 12, 31)), "kernel.worktime.out-of-range"),
        (lambda: CALENDAR.working_day_after(date(2026, 12, 31), 0), "kernel.worktime.duration"),
        (lambda: CALENDAR.opening(date(2026, 3, 7)), "kernel.worktime.not-working-day"),
        (lambda: parse_session("17:00-07:30"), "kernel.worktime.session"),
        (lambda: parse_session("sáng"), "kernel.worktime.session"),
        (lambda: parse_calendar("[]"), "kernel.worktime.calendar-file"),
        (lambda: parse_calendar("code: X"), "kernel.worktime.calendar-file"),
        (lambda: parse_calendar("{code: X, version: 1, days: [{date: 2026-01-01, kind: fun, name: x}]}", parent=CALENDAR), "kernel.worktime.calendar-file"),
        (lambda: WeeklyHours(date(2024, 1, 1), ()), "kernel.worktime.week"),
        (lambda: WeeklyHours(date(2024, 1, 1), ((),) * 7), "kernel.worktime.week"),
        (lambda: WeeklyHours(date(2024, 1, 1), ((parse_session("08:00-12:00"), parse_session("11:00-13:00")), *[()] * 6)), "kernel.worktime.overlap"),
        (lambda: replace(CALENDAR, years=CALENDAR.years[::2]), "kernel.worktime.years"),
        (lambda: replace(CALENDAR, special_days=CALENDAR.special_days * 2), "kernel.worktime.duplicate-day"),
        (lambda: CALENDAR.derive("X", "1", days=[SpecialDay(date(2026, 3, 2), DayKind.HOLIDAY, "x", sessions=(parse_session("08:00-09:00"),))]), "kernel.worktime.day-off-with-sessions"),
        (lambda: CALENDAR.derive("X", "1", hours=[WeeklyHours(date(2025, 1, 1), CALENDAR.hours[0].week)]), "kernel.worktime.week"),
    ],
)  # fmt: skip
def test_refusals_have_stable_codes(ask, code):
    with pytest.raises(WorktimeError) as caught:
        ask()
    assert caught.value.code == code
    assert len(caught.value.message) > 20


def test_a_province_writes_its_own_calendar_file():
    own = parse_calendar(
        """
        code: H05
        version: 3
        name: Lịch của tỉnh
        hours: [{valid_from: 2024-01-01, week: {mon: ["08:00-12:00", "13:00-17:00"], tue: ["08:00-12:00"]}}]
        days: [{date: 2026-03-02, kind: work, name: họp, sessions: ["08:00-10:00"]}]
        """,
        parent=CALENDAR,
    )
    assert own.day(date(2026, 3, 2)).minutes == 120
    assert own.day(date(2026, 3, 4)).kind is DayKind.WEEKEND
    assert own.version == "3"
    with pytest.raises(WorktimeError):
        parse_calendar(
            "{code: X, version: 1, hours: [{valid_from: 2024-01-01, week: {thu2: []}}]}", parent=CALENDAR
        )
