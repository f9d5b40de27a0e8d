"""Ours beside the portal's, and one measure that serves several sets."""

from datetime import date
from fractions import Fraction

import pytest

from motcua.engine.figures.api import Value
from motcua.reports.indices.comparing import WHY_WORDS, Stated, Why, compare
from motcua.reports.indices.loading import load
from motcua.reports.indices.overlaps import overlaps, uses
from motcua.reports.indices.packaged import packaged_sets
from motcua.reports.indices.scoring import score_unit
from motcua.reports.indices.tests.made import component, document, inputs

INDEX = load(document([component("A", {"ratio": "a"})]))


@pytest.mark.parametrize(
    ("stated", "why", "points"),
    [
        ((8, 12, "6.67"), Why.ROUNDING, Fraction("6.67") - Fraction(20, 3)),
        ((8, 12, Fraction(20, 3)), Why.SAME, 0),
        ((8, 12, None), Why.SAME, None),
        ((9, 12, "7.5"), Why.NUMERATOR, Fraction(5, 6)),
        ((8, 16, "5"), Why.DENOMINATOR, Fraction(-5, 3)),
        ((9, 13, "7"), Why.BOTH, Fraction(1, 3)),
        ((8, 12, "10"), Why.FORMULA, Fraction(10, 3)),
        ((None, None, "6.67"), Why.ROUNDING, Fraction("6.67") - Fraction(20, 3)),
        ((None, None, "7"), Why.PARTS_UNKNOWN, Fraction(1, 3)),
        ((8, None, "7"), Why.PARTS_UNKNOWN, Fraction(1, 3)),
        ((None, None, None), Why.ONLY_OURS, None),
    ],
)
def test_where_two_values_part(stated, why, points):
    score = score_unit(INDEX, inputs({"a": Value.ratio(8, 12)})).components[0]
    found = compare(score, Stated(*(None if each is None else Fraction(each) for each in stated)))
    assert (found.why, found.points) == (why, points)


def test_what_only_one_side_knows():
    missing = score_unit(INDEX, inputs({})).components[0]
    assert compare(missing, Stated(points=Fraction(5))).why is Why.ONLY_PORTAL
    assert compare(missing, Stated()).why is Why.NEITHER
    assert compare(missing, Stated(points=Fraction(5))).points is None
    assert set(WHY_WORDS) == set(Why)


def test_one_measure_serves_all_sets():
    own = load(
        document(
            [component("X", {"ratio": "feedback.index.on-time"}), component("Y", {"ratio": "own.figure"})]
        )
    )
    found = overlaps([*packaged_sets(), own])
    by_figure = {each.figure: each for each in found}
    assert (
        found[0].sets == ("qd766", "rating-agency", "rating-officer")
        and found[0].figure == "dossiers.on-time"
    )
    assert by_figure["feedback.index.on-time"].sets == ("qd766", "rating-agency", "thu")
    assert {use.component.code for use in by_figure["dossiers.online"].uses} == {"ONLINE_DOSSIERS", "ONLINE"}
    assert "own.figure" not in by_figure and len(uses([own])["own.figure"].uses) == 1


def test_the_figures_this_room_asks_of_others_stand_in_its_readme():
    from importlib import resources

    from motcua.reports.indices.loading import every_reading
    from motcua.reports.indices.packaged import documents

    text = (resources.files("motcua.reports.indices") / "README.md").read_text(encoding="utf-8")
    asked = {code for entry in documents() for index in every_reading(entry) for code in index.figures()}
    assert len(asked) > 40 and sorted(code for code in asked if f"`{code}`" not in text) == []
    assert all(index.in_force(date(2026, 1, 1)) for index in packaged_sets())
