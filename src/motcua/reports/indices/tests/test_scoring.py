"""Scores: published check values, states that stay apart, zero rules, places."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import State, Value
from motcua.kernel.periods import CALENDAR_MONTHS, Window, parse_period
from motcua.reports.indices.data import Inputs, Subject
from motcua.reports.indices.definition import Level
from motcua.reports.indices.functions import Linear
from motcua.reports.indices.loading import load
from motcua.reports.indices.measures import gather, share_of_year, window_to
from motcua.reports.indices.packaged import documents, packaged_set
from motcua.reports.indices.scoring import Rule, in_a_row, movement, rank, score_component, score_unit
from motcua.reports.indices.tests.made import (
    MARCH,
    SUBJECTS,
    component,
    document,
    dossier,
    inputs,
    measures,
    small_sets,
)

QD766 = packaged_set("qd766", date(2026, 3, 1))
PROVINCE = Subject("H05", Level.PROVINCE)


def scored(code, values, index=QD766, level=Level.PROVINCE, **more):
    given_ = Inputs(Subject("H05", level), values, **more)
    return score_component(index.component(code), given_, index.absent)


@pytest.mark.parametrize(
    ("code", "figure", "numerator", "denominator", "points"),
    [
        ("PUBLISH_ON_TIME", "portal.publish-on-time", 45, 50, "5.4"),
        ("PUBLIC_UPDATE_ON_TIME", "portal.public-update-on-time", 1, 4, "1"),
        ("DOSSIER_SYNC", "portal.dossier-sync", 95, 100, "5.7"),
        ("DOSSIER_SYNC", "portal.dossier-sync", 120, 100, "6"),
        ("ONLINE_SERVICES", "catalogue.online-services", 4, 10, "1"),
        ("ONLINE_SERVICES", "catalogue.online-services", 8, 10, "2"),
        ("ONLINE_SERVICES", "catalogue.online-services", 10, 10, "2"),
        (
            "SERVICES_WITH_ONLINE_DOSSIERS",
            "dossiers.online-services-used",
            1920,
            1934,
            Fraction(4 * 1920, 1934),
        ),
        ("DOSSIERS_PAID_ONLINE", "payments.online-share", 3, 4, "4.5"),
        ("PROCEDURES_PAID_ONLINE", "payments.unit-procedures-paid-online", 1, 2, "1.25"),
        ("PROCEDURES_INTEGRATED", "payments.unit-procedures-integrated", 729, 729, "2"),
        ("PETITION_PROCESSING_ON_TIME", "feedback.index.on-time", 1277, 1343, Fraction(6 * 1277, 1343)),
        ("ORIGINAL_RESULT_AVAILABLE", "records.electronic-results-rate", 9507, 10000, "5.7042"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "records.digitised-rate", 9484, 10000, "3.7936"),
        ("REUSED_DIGITIZED_DATA", "records.reuse-rate", 9114, 10000, "2"),
        ("REUSED_DIGITIZED_DATA", "records.reuse-rate", 6, 10, "1.5"),
    ],
)
def test_points_by_the_formulas(code, figure, numerator, denominator, points):
    found = scored(code, {figure: Value.ratio(numerator, denominator)})
    assert found.state is State.KNOWN and found.points == Fraction(points)
    assert found.possible == QD766.component(code).maximum and found.gained + found.lost == found.possible


def test_progress_counts_what_is_open_and_in_time():
    values = {
        "dossiers.on-time": Value.ratio(90, 100),
        "dossiers.open": Value.of(60),
        "dossiers.open-overdue": Value.of(6),
    }
    found = scored("PROCESSED_ON_TIME", values)
    assert (found.reading.numerator, found.reading.denominator) == (144, 160) and found.points == 18
    resolved = load(documents()[0], {"progress-rule": "resolved"})
    assert scored("PROCESSED_ON_TIME", values, resolved).points == 18
    values["dossiers.open-overdue"] = Value.of(60)
    assert scored("PROCESSED_ON_TIME", values).points == Fraction(20 * 90, 160)
    assert scored("PROCESSED_ON_TIME", values, resolved).points == 18


def test_dossier_satisfaction_takes_off_late_and_complained_and_is_full_from_90_percent():
    def points(on_time, complained):
        values = {
            "dossiers.on-time": Value.ratio(on_time, 100),
            "feedback.index.aggrieved-dossiers": Value.of(complained),
        }
        return scored("DOSSIER_RECEIVING_SATISFACTION", values).points

    assert points(95, 5) == 6 and points(95, 50) == 3 and points(10, 20) == 0
    assert points(90, 1) == Fraction(6 * 89, 90)


def test_online_dossiers_count_only_as_far_as_they_are_synchronised():
    values = {"dossiers.online": Value.ratio(40, 100), "portal.dossier-sync": Value.ratio(50, 100)}
    found = scored("ONLINE_DOSSIERS", values)
    assert found.points == Fraction("2.4") and found.reading.unfactored == Fraction(2, 5)
    assert scored("ONLINE_DOSSIERS", {"dossiers.online": Value.ratio(40, 100)}).state is State.BLANK
    plain = load(documents()[0], {"online-count": "plain"})
    assert scored("ONLINE_DOSSIERS", values, plain).points == Fraction("4.8")


@pytest.mark.parametrize(
    ("code", "figure", "points", "rule"),
    [
        ("PETITION_PROCESSING_ON_TIME", "feedback.index.on-time", 6, Rule.ZERO_FULL),
        ("PETITION_HANDLING_SATISFACTION", "feedback.index.handling-satisfaction", 6, Rule.ZERO_FULL),
        ("DOSSIERS_PAID_ONLINE", "payments.online-share", 0, Rule.ZERO_NOTHING),
        ("PROCEDURES_PAID_ONLINE", "payments.unit-procedures-paid-online", 0, Rule.ZERO_NOTHING),
        ("DOSSIER_SYNC", "portal.dossier-sync", 0, Rule.NO_LAST_YEAR),
    ],
)
def test_zero_rules(code, figure, points, rule):
    found = scored(code, {figure: Value.ratio(0, 0)})
    assert (found.state, found.points, found.reading.rule) == (State.KNOWN, points, rule)


def test_no_dossiers_at_all_is_no_satisfaction():
    values = {"dossiers.on-time": Value.ratio(0, 0), "feedback.index.aggrieved-dossiers": Value.of(0)}
    assert scored("DOSSIER_RECEIVING_SATISFACTION", values).points == 0


def test_synchronisation_without_a_denominator_takes_last_years_average():
    last = {"portal.dossier-sync": Value.ratio(0, 1200)}
    found = scored("DOSSIER_SYNC", {"portal.dossier-sync": Value.ratio(80, 0)}, last_year=last)
    assert (
        found.reading.rule is Rule.LAST_YEAR
        and found.reading.denominator == 100
        and found.points == Fraction("4.8")
    )
    alone = scored(
        "DOSSIER_SYNC", {"portal.dossier-sync": Value.of(80)}, last_year=last, share_of_year=Fraction(1, 4)
    )
    assert alone.points == Fraction(6 * 80, 300)
    assert scored("DOSSIER_SYNC", {}, last_year=last).state is State.BLANK  # null is never 0


@pytest.mark.parametrize(
    ("code", "share"),
    [
        ("2026-M02", Fraction(1, 12)),
        ("2026-Q1", Fraction(1, 4)),
        ("2026-H2", Fraction(1, 2)),
        ("2026", Fraction(1)),
    ],
)
def test_the_share_of_a_year(code, share):
    assert share_of_year(parse_period(code).window(CALENDAR_MONTHS)) == share


def test_the_share_of_a_year_of_other_days():
    assert share_of_year(Window(date(2026, 3, 1), date(2026, 3, 10))) == Fraction(10, 365)
    assert share_of_year(Window(date(2025, 3, 1), date(2025, 3, 10))) == Fraction(10, 366)


def test_a_window_up_to_a_day_starts_with_its_period():
    year = parse_period("2025").kind
    assert window_to(date(2025, 11, 29), year, CALENDAR_MONTHS) == Window(
        date(2025, 1, 1), date(2025, 11, 29)
    )


# States.

TWO = document([component("A", {"ratio": "a"}), component("B", {"ratio": "b"}, 5)])


@pytest.mark.parametrize(
    ("value", "possible", "gained", "missing", "score", "best"),
    [
        (Value.ratio(4, 5), 15, 9, 0, Fraction(9), Fraction(9)),
        (Value.blank(), 15, 5, 5, Fraction(5), Fraction(10)),
        (Value.not_due(), 10, 5, 0, Fraction(15, 2), Fraction(15, 2)),
        (Value.ratio(0, 0), 10, 5, 0, Fraction(15, 2), Fraction(15, 2)),
        (Value.not_applicable(), 10, 5, 0, Fraction(15, 2), Fraction(15, 2)),
    ],
)
def test_missing_not_due_and_not_applicable_are_different_things(
    value, possible, gained, missing, score, best
):
    index = load({**TWO, "ranked_by": "share"})
    found = score_unit(index, inputs({"a": Value.ratio(1, 2), "b": value}))
    assert (found.possible, found.gained, found.missing) == (possible, gained, missing)
    assert (found.score, found.best_case) == (score, best)
    assert found.complete is (value.state is not State.BLANK)
    assert found.possible == found.gained + found.lost + found.missing


@pytest.mark.parametrize(
    ("absent", "gained", "possible"), [("left-out", 5, 10), ("zero", 5, 15), ("full", 10, 15)]
)
def test_what_happens_to_points_that_are_not_applicable(absent, gained, possible):
    index = load({**TWO, "absent": absent})
    found = score_unit(index, inputs({"a": Value.ratio(1, 2), "b": Value.ratio(0, 0)}))
    assert (found.gained, found.possible) == (gained, possible)


def test_missing_outweighs_not_due_outweighs_not_applicable():
    several = {"one": {"ratio": "a"}, "two": {"ratio": "b"}, "three": {"ratio": "c"}}
    scoring = {"kind": "cases", "cases": [{"points": 10, "at_least": {"one": 1, "two": 1, "three": 1}}]}
    index = load(document([component("A", several, several=True, scoring=scoring)]))

    def state(**values):
        return score_unit(index, inputs(values)).components[0].state

    assert state(a=Value.not_applicable(), b=Value.not_due()) is State.BLANK
    assert state(a=Value.not_applicable(), b=Value.not_due(), c=Value.ratio(1, 1)) is State.NOT_DUE
    assert state(a=Value.not_applicable(), b=Value.ratio(1, 1), c=Value.ratio(1, 1)) is State.NOT_APPLICABLE


def test_a_commune_is_scored_without_what_only_the_province_has():
    values = {figure: Value.ratio(1, 1) for figure in QD766.figures()}
    values |= {
        each: Value.of(0)
        for each in ("dossiers.open", "dossiers.open-overdue", "feedback.index.aggrieved-dossiers")
    }
    commune = score_unit(QD766, Inputs(Subject("H05.101", Level.COMMUNE), values))
    province = score_unit(QD766, Inputs(PROVINCE, values))
    assert (commune.possible, commune.gained, commune.score) == (94, 94, 100)
    assert (province.possible, province.score) == (100, 100) and province.grade.code == "excellent"
    plain = load(documents()[0], {"ranked-by": "points"})
    assert score_unit(plain, Inputs(Subject("H05.101", Level.COMMUNE), values)).score == 94


def test_a_unit_to_which_nothing_applies_has_no_score_and_no_place():
    index = load(TWO)
    nothing = score_unit(index, inputs({"a": Value.ratio(0, 0), "b": Value.ratio(0, 0)}, "H05.102"))
    some = score_unit(index, inputs({"a": Value.ratio(1, 2), "b": Value.ratio(1, 2)}))
    placed = rank([nothing, some])
    assert nothing.score is None and nothing.grade is None and nothing.shown is None
    assert [(each.place, each.of) for each in placed] == [(1, 1), (None, 1)]


def test_the_uncapped_choice_may_go_beyond_the_maximum():
    uncapped = load(documents()[0], {"integration-cap": "uncapped"})
    found = scored(
        "PROCEDURES_INTEGRATED", {"payments.unit-procedures-integrated": Value.ratio(9, 10)}, uncapped
    )
    assert (found.points, found.possible, found.lost) == (Fraction(9, 4), Fraction(5, 2), Fraction(1, 4))


# The published check values: groups add up, and the grade goes by the shown number.


def test_the_score_thai_nguyen_published_is_the_sum_of_its_groups():
    parts = [("15.77", 18), ("19.18", 20), ("18.3", 22), ("17.86", 18), ("17.28", 22)]
    lines = [component(f"G{n}", {"ratio": f"g{n}"}, top) for n, (_, top) in enumerate(parts)]
    values = {f"g{n}": Value.ratio(Fraction(got) / top, 1) for n, (got, top) in enumerate(parts)}
    found = score_unit(load(document(lines)), inputs(values))
    assert found.score == Fraction("88.39") and found.shown == Decimal("88.39")


def test_the_grade_never_contradicts_the_shown_number():
    grades = [
        {"code": "high", "names": {"vi": "Cao"}, "least": 5}, {"code": "low", "names": {"vi": "Thấp"}, "least": 0},
    ]  # fmt: skip
    index = load(document([component("A", {"ratio": "a"})], grades=grades, places=1))
    found = score_unit(index, inputs({"a": Value.ratio(496, 1000)}))
    assert (found.shown, found.grade.code) == (Decimal("5.0"), "high")
    assert score_unit(index, inputs({"a": Value.ratio(494, 1000)})).grade.code == "low"


# The monthly rating.


@pytest.mark.parametrize(
    ("early", "on_time", "total", "points"),
    [
        (10, 10, 10, "2"),
        (0, 10, 10, "1"),
        (0, 0, 10, "0"),
        (3, 9, 10, "1.2"),
        (1, 2, 3, "1"),
        (2, 2, 3, "1.3"),
    ],
)
def test_rating_of_each_dossier_is_the_mean_of_0_1_2_to_one_decimal(early, on_time, total, points):
    index = packaged_set("rating-agency", date(2026, 3, 1))
    values = {"dossiers.on-time": Value.ratio(on_time, total), "dossiers.early": Value.ratio(early, total)}
    assert scored("TOTAL_TIME", values, index, Level.COMMUNE).points == Fraction(points)


@pytest.mark.parametrize(
    ("level", "whole", "received", "points"),
    [("commune", 10, 10, 2), ("commune", 9, 10, 1), ("commune", 9, 9, 0),
     ("department", 2, 5, 2), ("department", 1, 10, 1), ("department", 1, 9, 0)],
)  # fmt: skip
def test_rating_at_the_one_stop_differs_by_level(level, whole, received, points):
    index = packaged_set("rating-agency", date(2026, 3, 1))
    values = {
        "catalogue.whole-at-one-stop": Value.ratio(whole, 10),
        "catalogue.received-at-one-stop": Value.ratio(received, 10),
    }
    assert scored("AT_ONE_STOP", values, index, Level(level)).points == points


@pytest.mark.parametrize(
    ("answered", "settled", "points"),
    [
        ((10, 10), (10, 10), 2),
        ((9, 10), (10, 10), 1),
        ((89, 100), (100, 100), 0),
        ((10, 10), (9, 10), 0),
        ((0, 0), (0, 0), 2),
    ],
)
def test_rating_of_answers_to_petitions(answered, settled, points):
    index = packaged_set("rating-agency", date(2026, 3, 1))
    values = {
        "feedback.index.on-time": Value.ratio(*answered),
        "feedback.not-dragging": Value.ratio(*settled),
    }
    assert scored("ANSWERING", values, index, Level.COMMUNE).points == points


@pytest.mark.parametrize(
    ("services", "online", "on_time", "points"),
    [((2, 10), (30, 100), (30, 30), 2), ((1, 10), (30, 100), (30, 30), 1), ((2, 10), (15, 100), (15, 15), 1),
     ((2, 10), (14, 100), (14, 14), 0), ((2, 10), (30, 100), (29, 30), 0), ((2, 10), (0, 100), (0, 0), 0)],
)  # fmt: skip
def test_rating_of_online_services(services, online, on_time, points):
    index = packaged_set("rating-agency", date(2026, 3, 1))
    values = {
        "catalogue.full-process": Value.ratio(*services),
        "dossiers.online": Value.ratio(*online),
        "dossiers.online-on-time": Value.ratio(*on_time),
    }
    assert scored("ONLINE", values, index, Level.COMMUNE).points == points


# Places.


def test_equal_scores_share_a_place_and_the_order_is_always_the_same():
    index = load(document([component("A", {"ratio": "a"})]))
    numbers = {"d": 70, "b": 80, "c": 80, "a": 90}
    scores = [score_unit(index, inputs({"a": Value.ratio(n, 100)}, code)) for code, n in numbers.items()]
    wanted = [("a", 1, 0), ("b", 2, 1), ("c", 2, 1), ("d", 4, 0)]
    for order in (scores, scores[::-1]):
        assert [(each.score.subject.code, each.place, each.tied) for each in rank(order)] == wanted


def test_scores_equal_as_shown_tie_unless_the_set_says_exact():
    numbers = {"a": 92_734, "b": 92_731}
    for ties, places in (("shown", [1, 1]), ("exact", [1, 2])):
        index = load(document([component("A", {"ratio": "a"}, 100)], ties=ties))
        scores = [
            score_unit(index, inputs({"a": Value.ratio(n, 100_000)}, code)) for code, n in numbers.items()
        ]
        assert [each.place for each in rank(scores)] == places


def test_history():
    assert in_a_row([3, 1, 1, 1]) == 3 and in_a_row([1, 1, 2]) == 1 and in_a_row([1]) == 1
    assert in_a_row([]) == 0 and in_a_row([1, None]) == 0 and in_a_row([1, None, 1]) == 1
    assert movement(5, 2) == 3 and movement(1, 1) == 0 and movement(2, 5) == -3 and movement(None, 1) is None


# Properties.


@settings(max_examples=300, deadline=None)
@given(small_sets())
def test_possible_is_gained_and_lost_and_missing(made):
    index, given_, _ = made
    found = score_unit(index, given_)
    for each in found.components:
        assert each.possible == each.gained + each.lost + each.missing
        assert 0 <= each.gained <= each.possible
    assert found.possible == sum(each.possible for each in found.components)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(["1", "0.8", "0.5", "0.9"]), st.sampled_from([None, 0, 1, 2]))
def test_a_linear_function_never_falls_and_is_full_from_its_threshold(data, full_at, places):
    function = Linear(Fraction(6), Fraction(full_at), places=places)
    low, high = sorted(data.draw(st.tuples(*[st.fractions(0, 1, max_denominator=1000)] * 2)))
    assert function.points({"value": low}) <= function.points({"value": high}) <= 6
    assert function.points({"value": max(high, Fraction(full_at))}) == 6


# Over facts.


def test_over_facts_the_province_is_the_sum_of_its_units():
    rows = [
        dossier(1, "H05.101"), dossier(2, "H05.101", ended_on=date(2026, 3, 20)),
        dossier(3, "H05.102", ended_on=None), dossier(4, "H05.11", ended_on=None, due_on=date(2026, 4, 9)),
    ]  # fmt: skip
    found = gather(QD766, measures({"dossiers": rows}), SUBJECTS, MARCH)
    by_unit = {
        code: score_component(QD766.component("PROCESSED_ON_TIME"), each) for code, each in found.items()
    }
    reading = by_unit["H05"].reading
    assert (reading.numerator, reading.denominator, by_unit["H05"].points) == (2, 4, 10)
    assert (
        by_unit["H05.101"].points == 10 and by_unit["H05.102"].points == 0 and by_unit["H05.11"].points == 20
    )
    assert by_unit["H05.103"].state is State.NOT_APPLICABLE
    portal = score_component(QD766.component("PUBLISH_ON_TIME"), found["H05"])
    assert portal.state is State.BLANK and portal.missing == 6
