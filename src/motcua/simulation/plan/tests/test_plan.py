"""The plan of a year shows the published totals, exactly."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.worktime import minute_of_date, to_instant, vietnam
from motcua.simulation.plan.apportion import apportion, apportion_table, scaled
from motcua.simulation.plan.calibration import LEVELS, load_calibration, provinces, read_calibration
from motcua.simulation.plan.errors import PlanError
from motcua.simulation.plan.tickets import plan_tickets
from motcua.simulation.plan.year import Office, PlannedDossier, Procedure, plan_year

DAY = 8 * 60
OFFICES = [
    Office("D1", "province", 70, (("OLD-A", 3), ("OLD-B", 4))),
    Office("D2", "province", 30),
    *(Office(f"C{n}", "commune", 10 + n, ((f"C{n}-east", 1), (f"C{n}-west", 2))) for n in range(9)),
]
PROCEDURES = [
    Procedure("p.full", "province", "full", 5 * DAY, 5, "D2", frozenset({"online", "counter"})),
    Procedure("p.part", "province", "partial", 10 * DAY, 4),
    Procedure("p.none", "province", "none", 15 * DAY, 3),
    Procedure("c.full", "commune", "full", DAY, 9),
    Procedure("c.part", "commune", "partial", 3 * DAY, 4, "", frozenset({"counter"})),
    Procedure("c.none", "commune", "none", DAY // 2, 7),
    Procedure("c.none.long", "commune", "none", 20 * DAY, 1),
]


def year(name: str, scale: Fraction, seed: int = 1) -> list[PlannedDossier]:
    return list(plan_year(load_calibration(name), OFFICES, PROCEDURES, vietnam(), scale=scale, seed=seed))


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_parts_add_up_and_stay_within_one(total, weights):
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert part == 0 or weight > 0


@given(st.data(), st.lists(st.integers(0, 10**5), min_size=1, max_size=6))
def test_a_table_keeps_rows_and_columns(data, columns):
    cut = data.draw(st.integers(0, sum(columns)))
    table = apportion_table([cut, sum(columns) - cut], columns)
    assert [sum(row) for row in table] == [cut, sum(columns) - cut]
    assert [sum(column) for column in zip(*table, strict=True)] == columns


def test_refusals_have_codes():
    for code, wrong in (
        ("SIM-WEIGHTS", lambda: apportion(3, [0, 0])),
        ("SIM-WEIGHTS", lambda: apportion(-1, [1])),
        ("SIM-CALIBRATION", lambda: apportion_table([1], [2])),
        ("SIM-SCALE", lambda: scaled(5, Fraction(0))),
        ("SIM-CALIBRATION", lambda: load_calibration("khong-co")),
        ("SIM-CALIBRATION", lambda: load_calibration("../bac-ninh")),
        ("SIM-CALIBRATION", lambda: read_calibration("x", "window: [")),
        ("SIM-CALIBRATION", lambda: read_calibration("x", "- 1")),
    ):
        with pytest.raises(PlanError) as told:
            wrong()
        assert told.value.code == code


def test_the_published_year_is_exact_at_scale_one():
    """Totals as the report of December 2025 prints them."""
    calibration = load_calibration("bac-ninh")
    assert sum(one.received for one in calibration.outcomes.values()) == 1_155_106
    assert sum(one.resolved for one in calibration.outcomes.values()) == 1_079_482
    assert sum(one.late for one in calibration.outcomes.values()) == 4_199
    assert calibration.outcomes["province"].late == 2_152
    assert sum(one.online for one in calibration.services.values()) == 282_759 + 270_324


@pytest.mark.full
def test_every_dossier_of_the_whole_year_is_planned_to_the_published_totals():
    count: Counter[tuple[str, ...]] = Counter()
    calibration = load_calibration("bac-ninh")
    then = minute_of_date(dt.date(2025, 11, 28))
    for one in plan_year(calibration, OFFICES, PROCEDURES, vietnam(), seed=7):
        count[one.level, one.outcome] += 1
        if one.outcome == "refused":
            continue
        count["service", one.service, str(one.channel == "online")] += 1
        count["independent"] += one.location_independent
        if one.filed < then:
            count["early"] += 1
            count["digitised"] += one.digitised
            count["reused"] += one.reused
        if one.ended is not None and one.ended < then and not one.cut:
            count["results"] += 1
            count["electronic"] += one.electronic
    assert [count["province", name] for name in ("on_time", "late", "open")] == [151_619, 2_152, 44_330]
    assert [count["commune", name] for name in ("on_time", "late", "open")] == [923_664, 2_047, 31_294]
    assert count["service", "full", "True"] == 282_759 and count["service", "partial", "False"] == 31_680
    assert count["service", "none", "False"] == 561_145
    assert count["independent"] == 2_263
    for name, of, rate in (
        ("digitised", "early", 9507),
        ("reused", "early", 9114),
        ("electronic", "results", 9484),
    ):
        assert abs(10_000 * count[name] - rate * count[of]) <= 10_000  # as near as whole numbers allow


@pytest.mark.parametrize("name", provinces())
def test_a_small_year_keeps_the_shares_and_the_law(name):
    calibration, scale = load_calibration(name), Fraction(1, 200)
    everything = year(name, scale)
    rows = [one for one in everything if one.outcome != "refused"]
    small = calibration.at(scale)
    assert len({one.number for one in everything}) == len(everything)
    assert len(rows) == sum(one.received for one in small.outcomes.values())
    for level in LEVELS:
        found = Counter(one.outcome for one in rows if one.level == level)
        wanted = small.outcomes[level]
        assert (found["on_time"], found["late"], found["open"]) == (wanted.on_time, wanted.late, wanted.open)
        for field in ("on_time", "late", "open"):
            assert abs(getattr(wanted, field) - getattr(calibration.outcomes[level], field) * scale) <= 1
    sessions = vietnam().table
    last = minute_of_date(calibration.last + dt.timedelta(days=1)) - 1
    for one in rows:
        assert sessions.is_working(one.filed)
        assert (one.late_reason is not None) == (one.outcome == "late")
        if one.ended is None:
            assert one.outcome == "open"
            continue
        took = sessions.worked(one.ended) - sessions.worked(one.filed)
        assert took == one.spent and one.filed < one.ended <= last
        assert (took > one.limit) == (one.outcome == "late")


def test_before_the_merger_dossiers_belong_to_the_former_units():
    merger = minute_of_date(dt.date(2025, 7, 1))
    rows = year("bac-ninh", Fraction(1, 100))
    before = {one.office for one in rows if one.filed < merger}
    after = {one.office for one in rows if one.filed >= merger}
    assert after == {office.code for office in OFFICES}
    assert before == {"D2", "OLD-A", "OLD-B"} | {
        f"C{n}-{side}" for n in range(9) for side in ("east", "west")
    }
    shares = Counter(one.office for one in rows if one.filed < merger)
    assert 1.5 < shares["C8-west"] / shares["C8-east"] < 2.7


def test_the_same_seed_is_the_same_year_and_another_is_another():
    scale = Fraction(1, 400)
    assert year("mau", scale) == year("mau", scale)
    assert year("mau", scale) != year("mau", scale, seed=2)


def test_the_rhythm_is_seen():
    rows = year("bac-ninh", Fraction(1, 50))
    days = Counter(to_instant(one.filed).date() for one in rows)
    assert days[dt.date(2025, 7, 2)] < days[dt.date(2025, 7, 9)]
    assert dt.date(2025, 1, 29) not in days  # the first day of Tết Ất Tỵ
    mondays = [n for day, n in days.items() if day.weekday() == 0 and day.month == 10]
    fridays = [n for day, n in days.items() if day.weekday() == 4 and day.month == 10]
    assert min(mondays) > max(fridays)


def test_open_dossiers_are_mostly_recent():
    rows = [one for one in year("bac-ninh", Fraction(1, 50)) if one.outcome == "open"]
    autumn = minute_of_date(dt.date(2025, 10, 1))
    assert sum(one.filed >= autumn for one in rows) > 0.8 * len(rows)


def test_too_many_late_dossiers_are_refused():
    far = [Procedure(one.code, one.level, one.service, 400 * DAY, one.weight) for one in PROCEDURES]
    with pytest.raises(PlanError, match="SIM-LATE"):
        list(plan_year(load_calibration("mau"), OFFICES, far, vietnam(), scale=Fraction(1, 400)))


@pytest.mark.parametrize("name", provinces())
def test_rates_without_denominators_come_out_as_near_as_whole_numbers_allow(name):
    calibration, scale = load_calibration(name), Fraction(1, 300)
    rows = [one for one in year(name, scale) if one.outcome != "refused"]
    then = minute_of_date(calibration.rates.as_of + dt.timedelta(days=1))
    rates = calibration.rates
    for early in ([one for one in rows if one.filed < then], [one for one in rows if one.filed >= then]):
        for name_, rate in (("digitised", rates.digitised), ("reused", rates.reused)):
            found = sum(getattr(one, name_) for one in early)
            assert abs(10_000 * found - rate * len(early)) <= 5_000
    results = [one for one in rows if one.ended is not None and one.ended < then and not one.cut]
    found = sum(one.electronic for one in results)
    assert abs(10_000 * found - rates.electronic * len(results)) <= 10_000  # each level rounds once
    for one in rows:
        assert one.digitised or (one.channel != "online" and not one.reused)
        assert not one.electronic or (one.ended is not None and not one.cut)
        assert not one.cut or one.ended is not None
        assert not one.rating or one.ended is not None


def test_fees_are_paid_where_there_are_fees_and_online_only_by_who_filed_online():
    rows = [one for one in year("bac-ninh", Fraction(1, 200)) if one.outcome != "refused"]
    charged = {one.code: one.charged for one in PROCEDURES}
    for one in rows:
        assert bool(one.payment) == (one.channel in charged[one.procedure])
        assert one.payment != "national" or one.channel == "online"
    online = [one for one in rows if one.payment and one.channel == "online"]
    paid = sum(one.payment == "national" for one in online)
    share = load_calibration("bac-ninh").habits.paid_online
    assert abs(1000 * paid - share * len(online)) < 2_000
    levels = Counter(one.rating for one in rows if one.rating)
    assert levels["very-satisfied"] > levels["satisfied"] > levels["neutral"] > levels["dissatisfied"] > 0


def test_refused_applications_come_on_top_and_end_before_receipt():
    rows = [one for one in year("bac-ninh", Fraction(1, 100)) if one.outcome == "refused"]
    online = sum(one.online for one in load_calibration("bac-ninh").at(Fraction(1, 100)).services.values())
    assert len(rows) == round(online * 0.009) and {one.channel for one in rows} == {"online"}
    assert all(one.ended == one.filed and not one.payment and not one.digitised for one in rows)
    assert [one.filed for one in rows] == sorted(one.filed for one in rows)


@pytest.mark.parametrize("name", provinces())
def test_petitions_are_as_many_as_published_and_as_many_resolved(name):
    calibration = load_calibration(name)
    tickets = plan_tickets(calibration, OFFICES, vietnam(), 3)
    assert len(tickets) == calibration.petitions.received
    assert sum(one.is_resolved for one in tickets) == calibration.petitions.resolved
    last = minute_of_date(calibration.last + dt.timedelta(days=1))
    assert [one.received for one in tickets] == sorted(one.received for one in tickets)
    for one in tickets:
        assert minute_of_date(calibration.first) <= one.received < last
        assert (one.screened > one.received) == (one.end != "received")
        if one.answered:
            assert one.screened < one.answered < last
        assert bool(one.answered) == (one.end in ("published", "answered", "closed"))
    assert tickets == plan_tickets(calibration, OFFICES, vietnam(), 3)
    assert tickets != plan_tickets(calibration, OFFICES, vietnam(), 4)
    small = plan_tickets(calibration.at(Fraction(1, 50)), OFFICES, vietnam(), 3)
    assert abs(len(small) - calibration.petitions.received / 50) <= 1
