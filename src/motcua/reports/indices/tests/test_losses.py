"""Losses: parts that add up to the loss exactly, over causes and over named records."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import Value
from motcua.kernel.numbers import round_half_up
from motcua.reports.indices import losses
from motcua.reports.indices.data import Failing, Inputs, Subject
from motcua.reports.indices.definition import Level
from motcua.reports.indices.loading import load
from motcua.reports.indices.losses import (
    NO_DENOMINATOR,
    NOT_APPLICABLE,
    UNNAMED,
    changes,
    component_losses,
    figures_to_explain,
    peers,
    record_shares,
    unit_losses,
)
from motcua.reports.indices.measures import gather
from motcua.reports.indices.packaged import documents, packaged_set
from motcua.reports.indices.scoring import score_component, score_unit
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


def causes_of(failing):
    found = {}
    for figure, records in failing.items():
        by_cause = found.setdefault(figure, {})
        for record in records:
            by_cause[record.cause] = by_cause.get(record.cause, Fraction()) + record.weight
    return found


@settings(max_examples=500, deadline=None)
@given(small_sets())
def test_parts_add_up_to_the_loss_and_records_to_the_parts(made):
    index, given_, failing = made
    score = score_unit(index, given_)
    causes = causes_of(failing)
    explained = unit_losses(score, causes)
    assert sum((each.lost for each in explained), Fraction()) == score.lost
    for each in explained:
        assert sum((part.points for part in each.parts), Fraction()) == each.lost
        assert all(part.points > 0 for part in each.parts)
        named = [part for part in each.parts if part.named]
        shares = record_shares(each.parts, failing)
        assert sum(shares.values(), Fraction()) == sum((part.points for part in named), Fraction())
        assert len({(part.figure, part.cause) for part in each.parts}) == len(each.parts)


@settings(max_examples=200, deadline=None)
@given(small_sets())
def test_equal_records_bear_equal_shares(made):
    index, given_, failing = made
    for each in unit_losses(score_unit(index, given_), causes_of(failing)):
        for part in each.parts:
            alike = {
                part.share_of(record)
                for record in failing.get(part.figure, ())
                if record.cause == part.cause and record.weight == 1 and part.named
            }
            assert len(alike) <= 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.fractions(0, 20, max_denominator=97), max_size=12), st.integers(0, 3))
@example(
    [Fraction(1, 8), Fraction(1, 30), Fraction(78, 71)], 1
)  # shares of the sum, not the parts, moved 1,1 to 1,2
def test_printed_parts_add_up_to_the_printed_sum(parts, places):
    printed = losses.shown(parts, places)
    assert sum(printed, Decimal()) == round_half_up(sum(parts, Fraction()), places)
    for exact, each in zip(parts, printed, strict=True):
        assert abs(Fraction(each) - exact) <= Fraction(1, 10**places)


def test_thirty_failing_dossiers_share_what_ten_of_them_would_have_mended():
    index = load(document([component("A", {"ratio": "a"}, 2, scoring={"kind": "linear", "full_at": "0.8"})]))
    failing = {"a": [Failing(f"HS{n}", cause="x" if n < 10 else "y") for n in range(30)]}
    score = score_unit(index, inputs({"a": Value.ratio(70, 100)}))
    (loss,) = unit_losses(score, causes_of(failing))
    assert loss.lost == Fraction(1, 4)
    assert [(part.cause, part.points) for part in loss.parts] == [
        ("y", Fraction(1, 6)),
        ("x", Fraction(1, 12)),
    ]
    assert set(record_shares(loss.parts, failing).values()) == {Fraction(1, 120)}


def test_what_no_record_explains_is_said():
    index = load(document([component("A", {"ratio": "a"})]))
    score = score_unit(index, inputs({"a": Value.ratio(6, 10)}))
    (loss,) = unit_losses(score, causes_of({"a": [Failing("1"), Failing("2")]}))
    assert [(part.cause, part.points) for part in loss.parts] == [("", 2), (UNNAMED, 2)]
    (loss,) = unit_losses(score, {})
    assert [(part.cause, part.figure, part.points) for part in loss.parts] == [(UNNAMED, "", 4)]


def test_more_failing_records_than_lacking_still_add_up():
    index = load(document([component("A", {"ratio": "a"})]))
    score = score_unit(index, inputs({"a": Value.ratio(9, 10)}))
    (loss,) = unit_losses(score, causes_of({"a": [Failing("1"), Failing("2", cause="x")]}))
    assert [part.points for part in loss.parts] == [Fraction(1, 2), Fraction(1, 2)]


def test_zero_rules_lose_to_nothing_having_happened():
    lines = [component("A", {"ratio": "a"}, zero="zero"), component("B", {"ratio": "b"}, zero="full")]
    score = score_unit(load(document(lines)), inputs({"a": Value.ratio(0, 0), "b": Value.ratio(0, 0)}))
    (loss,) = unit_losses(score, {})
    assert [(part.component, part.cause, part.points) for part in loss.parts] == [("A", NO_DENOMINATOR, 10)]


def test_not_applicable_scored_zero_loses_to_that():
    index = load(document([component("A", {"ratio": "a"}), component("B", {"ratio": "b"})], absent="zero"))
    score = score_unit(index, inputs({"a": Value.ratio(0, 0), "b": Value.ratio(1, 1)}))
    assert [part.cause for each in unit_losses(score, {}) for part in each.parts] == [NOT_APPLICABLE]


def test_missing_figures_lose_nothing():
    score = score_unit(load(document([component("A", {"ratio": "a"})])), inputs({}))
    assert unit_losses(score, {}) == [] and score.missing == 10


def test_a_factor_bears_what_it_took():
    index = packaged_set("qd766", date(2026, 3, 1))
    values = {"dossiers.online": Value.ratio(40, 100), "portal.dossier-sync": Value.ratio(50, 100)}
    score = score_component(
        index.component("ONLINE_DOSSIERS"), Inputs(Subject("H05", Level.PROVINCE), values)
    )
    causes = {"dossiers.online": {"counter": Fraction(60)}, "portal.dossier-sync": {"queue": Fraction(50)}}
    parts = component_losses(score, causes)
    assert {(part.figure, part.cause): part.points for part in parts} == {
        ("portal.dossier-sync", "queue"): Fraction("2.4"),
        ("dossiers.online", "counter"): Fraction("1.2"),
    }
    unnamed = component_losses(score, {"dossiers.online": {"counter": Fraction(60)}})
    assert unnamed[0].cause == UNNAMED and unnamed[0].points == Fraction("2.4") and not unnamed[0].named


def test_a_dossier_late_and_complained_of_bears_both():
    index = packaged_set("qd766", date(2026, 3, 1))
    late = date(2026, 3, 20)
    rows = [dossier(n, "H05.101") for n in range(1, 8)] + [
        dossier(8, "H05.101", ended_on=late, why="thiếu người"),
        dossier(9, "H05.101", ended_on=late, complained=True, why="chờ cơ quan khác"),
        dossier(10, "H05.101", complained=True, why="thái độ"),
    ]
    source = measures({"dossiers": rows})
    found = gather(index, source, SUBJECTS, MARCH)["H05.101"]
    score = score_component(index.component("DOSSIER_RECEIVING_SATISFACTION"), found)
    assert score.points == 4 and score.lost == 2
    figures = ("dossiers.on-time", "feedback.index.aggrieved-dossiers")
    failing = {figure: source.failing(figure, "H05.101", MARCH) for figure in figures}
    causes = {figure: source.causes(figure, ["H05.101"], MARCH)["H05.101"] for figure in figures}
    parts = component_losses(score, causes)
    shares = record_shares(parts, failing)
    assert shares == {"HS-0008": Fraction(1, 2), "HS-0009": 1, "HS-0010": Fraction(1, 2)}
    assert sum(part.points for part in parts) == 2


def test_rating_equal_time_loses_half_of_late():
    index = packaged_set("rating-agency", date(2026, 3, 1))
    rows = [
        dossier(1, "H05.101"), dossier(2, "H05.101", ended_on=date(2026, 3, 12)),
        dossier(3, "H05.101", ended_on=date(2026, 3, 20)), dossier(4, "H05.101"),
    ]  # fmt: skip
    source = measures({"dossiers": rows})
    score = score_component(index.component("TOTAL_TIME"), gather(index, source, SUBJECTS, MARCH)["H05.101"])
    figures = ("dossiers.on-time", "dossiers.early")
    failing = {figure: source.failing(figure, "H05.101", MARCH) for figure in figures}
    parts = component_losses(score, causes_of(failing))
    shares = record_shares(parts, failing)
    assert score.lost == Fraction(7, 10) and shares["HS-0003"] == 2 * shares["HS-0002"] == 2 * score.lost / 3


def test_of_several_measures_those_in_the_way_share_the_loss():
    index = packaged_set("rating-agency", date(2026, 3, 1))
    values = {
        "catalogue.full-process": Value.ratio(1, 10),
        "dossiers.online": Value.ratio(20, 100),
        "dossiers.online-on-time": Value.ratio(20, 20),
    }
    score = score_component(index.component("ONLINE"), Inputs(Subject("H05.101", Level.COMMUNE), values))
    parts = component_losses(
        score, {"catalogue.full-process": {"": Fraction(9)}, "dossiers.online": {"": Fraction(80)}}
    )
    assert score.lost == 1
    assert {part.figure: part.points for part in parts} == {
        "catalogue.full-process": Fraction(1, 2), "dossiers.online": Fraction(1, 2),
    }  # fmt: skip


def test_the_uncapped_choice_explains_its_loss_too():
    index = load(documents()[0], {"integration-cap": "uncapped"})
    values = {"payments.unit-procedures-integrated": Value.ratio(9, 10)}
    score = score_component(
        index.component("PROCEDURES_INTEGRATED"), Inputs(Subject("H05", Level.PROVINCE), values)
    )
    parts = component_losses(score, {"payments.unit-procedures-integrated": {"": Fraction(1)}})
    assert sum(part.points for part in parts) == Fraction(1, 4)


def test_figures_to_explain_are_those_with_failing_records():
    figures = figures_to_explain(packaged_set("qd766", date(2026, 3, 1)))
    assert "dossiers.open-overdue" in figures and "portal.dossier-sync" in figures
    assert "dossiers.open" not in figures


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [("c", ["b", "d"]), ("a", ["b", "c"]), ("e", ["d", "c"]), ("z", ["y", "a"])],
)
def test_peers_are_near_by_the_ratio_of_sizes(unit, wanted):
    sizes = {"a": 10, "b": 18, "c": 36, "d": 80, "e": 1000, "z": 0, "y": 0}
    assert peers(sizes, unit, 2) == wanted


def test_changes_since_an_earlier_moment_add_up_and_name_the_records():
    index = load(document([component("A", {"ratio": "a"}), component("B", {"ratio": "b"}, 5)]))
    before = score_unit(index, inputs({"a": Value.ratio(8, 10), "b": Value.blank()}))
    after = score_unit(index, inputs({"a": Value.ratio(18, 20), "b": Value.ratio(1, 1)}))
    failed, fails = {"a": [Failing("1"), Failing("2")]}, {"a": [Failing("2"), Failing("3")]}
    found = changes(before, after, failed, fails)
    assert sum(each.gained for each in found) == after.gained - before.gained == 6
    assert found[0].newly_failing == {"a": ("3",)} and found[0].mended == {"a": ("1",)}
    assert found[1].became_known and not found[0].became_known
