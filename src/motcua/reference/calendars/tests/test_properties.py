"""What holds of every change: equal prints are equal deadlines and only they; undo gives the same calendar back."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua.kernel.clock import VIETNAM
from motcua.kernel.worktime import (
    Confidence,
    DayKind,
    DayStart,
    FirstDayRule,
    Limit,
    LimitUnit,
    Session,
    SpecialDay,
    WeeklyHours,
    WorkCalendar,
    due,
    vietnam,
)
from motcua.reference.calendars.definition import Definition, definition_of, parse_definition
from motcua.reference.calendars.sets import Calendars, deadline_print, differing_days

FIRST, LAST = dt.date(2026, 1, 5), dt.date(2026, 12, 20)
dates = st.dates(FIRST, LAST)
mornings = st.sampled_from([None, (Session(450, 690),), (Session(480, 700), Session(800, 1020))])


@st.composite
def special_days(draw) -> SpecialDay:
    kind = draw(st.sampled_from([kind for kind in DayKind if kind is not DayKind.WEEKEND]))
    worked = kind in (DayKind.WORK, DayKind.MAKE_UP, DayKind.CLOSURE)
    return SpecialDay(
        draw(dates),
        kind,
        draw(st.sampled_from(["bão", "nghỉ thêm"])),
        draw(st.sampled_from(["Công điện 1", "Quyết định 2"])),
        draw(st.sampled_from(Confidence)),
        draw(st.none() | dates),
        draw(mornings) if worked else None,
    )


@st.composite
def weekly_hours(draw) -> WeeklyHours:
    day = (Session(draw(st.integers(420, 480)), 690), Session(780, draw(st.integers(960, 1050))))
    return WeeklyHours(draw(dates), (*[day] * 5, draw(st.sampled_from([(), (day[0],)])), ()), "Quyết định 3")


definitions = st.builds(
    Definition,
    hours=st.lists(weekly_hours(), max_size=2, unique_by=lambda hours: hours.valid_from).map(tuple),
    days=st.lists(special_days(), max_size=4, unique_by=lambda day: day.date).map(tuple),
    removed=st.lists(
        st.sampled_from([day.date for day in vietnam().special_days if day.date.year == 2026]),
        max_size=3,
        unique=True,
    ).map(tuple),
    day_minutes=st.sampled_from([0, 450, 480]),
)


def over(definition: Definition) -> WorkCalendar:
    return definition.over(vietnam(), code="t", version="1")


def first_difference(old: WorkCalendar, new: WorkCalendar) -> tuple[dt.datetime, Limit] | None:
    """A receipt and a limit in working hours that fall due apart: up to the first minute worked in one only."""
    for before, after in differing_days(old, new):
        minutes = [{m for s in day.sessions for m in range(s.start, s.end)} for day in (before, after)]
        apart = minutes[0] ^ minutes[1]
        if apart:
            minute = min(apart)
            worked = sum(each < minute for each in minutes[0]) + 1
            midnight = dt.datetime.combine(before.date, dt.time(), tzinfo=VIETNAM)
            return midnight, Limit(Fraction(worked, 60), LimitUnit.WORKING_HOUR)
    return None


@settings(max_examples=60, deadline=None)
@given(definitions, definitions)
@example(Definition(), Definition(day_minutes=480))
@example(Definition(), Definition(days=(SpecialDay(dt.date(2026, 9, 2), DayKind.CLOSURE, "khác tên"),)))
def test_the_print_changes_exactly_when_some_deadline_does(one, other):
    old, new = over(one), over(other)
    found = first_difference(old, new)
    if deadline_print(old) == deadline_print(new):
        assert found is None and old.day_minutes == new.day_minutes
        return
    if found is not None:
        received, limit = found
        assert due(old, received, limit).at != due(new, received, limit).at
    else:
        # Only the length of a working day differs: a limit in days counted by the clock tells them apart.
        rule = FirstDayRule("theo-gio", FIRST, DayStart.INSTANT)
        start, limit = dt.datetime(2026, 3, 2, 7, 30, tzinfo=VIETNAM), Limit.of(5, LimitUnit.WORKING_DAY)
        assert due(old, start, limit, rule).at != due(new, start, limit, rule).at


@settings(max_examples=60, deadline=None)
@given(definitions, st.datetimes(dt.datetime(2026, 1, 5), dt.datetime(2026, 11, 1)), st.integers(1, 20))
def test_names_sources_and_confidence_move_no_deadline(definition, moment, amount):
    old, retold = over(definition), over(_retold(definition))
    assert deadline_print(old) == deadline_print(retold)
    received = moment.replace(second=0, microsecond=0, tzinfo=VIETNAM)
    for unit in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR, LimitUnit.CALENDAR_DAY):
        limit = Limit.of(amount, unit)
        assert due(old, received, limit).at == due(retold, received, limit).at


def _retold(definition: Definition) -> Definition:
    days = tuple(
        SpecialDay(day.date, day.kind, "tên khác", "nguồn khác", Confidence.EXPECTED, day.pair, day.sessions)
        for day in definition.days
    )
    return Definition(definition.hours, days, definition.removed, definition.years, definition.day_minutes)


@settings(max_examples=60, deadline=None)
@given(definitions)
def test_a_definition_reads_back_as_written(definition):
    again = parse_definition(definition.as_text())
    assert again.as_text() == definition.as_text()
    assert over(again).days == over(definition).days
    assert definition_of(definition.as_data()) == again


@settings(max_examples=60, deadline=None)
@given(st.lists(definitions, min_size=1, max_size=4), st.data())
def test_going_back_gives_an_equal_print_whatever_came_between(versions, data):
    calendars, prints = Calendars({}), [deadline_print(vietnam())]
    for number, definition in enumerate(versions, start=1):
        calendars = calendars.with_version("/", number, definition.as_text())
        prints.append(calendars.print_of("/T/T.1/"))
    back = data.draw(st.integers(0, len(versions)))
    text = versions[back - 1].as_text() if back else Definition().as_text()
    assert calendars.with_version("/", len(versions) + 1, text).print_of("/T/T.1/") == prints[back]


@settings(max_examples=60, deadline=None)
@given(definitions, definitions)
def test_a_unit_follows_its_nearest_ancestor_with_a_calendar(province, unit):
    calendars = Calendars({"/": (3, province.as_text()), "/T/T.1/": (1, unit.as_text())})
    parent = calendars.for_unit("/")
    assert calendars.for_unit("/T/T.2/").days == parent.days == over(province).days
    expected = unit.over(parent, code="T.1", version="1")
    assert calendars.for_unit("/T/T.1/").days == calendars.for_unit("/T/T.1/T.1.9/").days == expected.days
    assert (calendars.number_of("/T/T.1/T.1.9/"), calendars.number_of("/T/T.11/")) == (1, 3)
