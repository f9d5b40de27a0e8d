"""Definitions: the packaged ones as the sources have them, and refusals of what does not add up."""

import copy
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import REGISTRY
from motcua.reports.indices.definition import Level, Zero
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused
from motcua.reports.indices.functions import Display, Linear
from motcua.reports.indices.loading import every_reading, figure_problems, load, overlap_problems
from motcua.reports.indices.packaged import documents, packaged_set, packaged_sets
from motcua.reports.indices.tests.made import component, document, figures

IN_2026 = date(2026, 3, 1)


def refused(entry, choices=None):
    with pytest.raises(DefinitionRefused) as refusal:
        load(entry, choices)
    for problem in refusal.value.problems:
        assert problem.message and problem.where and str(problem).startswith("IDX-")
    return refusal.value.codes


# Decision 766: code, points, full marks from, and what a denominator of 0 gives, as the formulas say.
QD766 = [
    ("transparency", 18, [
        ("PUBLISH_ON_TIME", 6, "1", "not-applicable"), ("PUBLIC_UPDATE_ON_TIME", 4, "1", "not-applicable"),
        ("PUBLIC_CONTENT_FULL", 2, "1", "not-applicable"), ("DOSSIER_SYNC", 6, "1", "last-year-average"),
    ]),
    ("progress", 20, [("PROCESSED_ON_TIME", 20, "1", "not-applicable"), ("AVERAGE_TIME", 0, None, "not-applicable")]),
    ("online-services", 12, [
        ("ONLINE_SERVICES", 2, "0.8", "not-applicable"), ("SERVICES_WITH_ONLINE_DOSSIERS", 4, "1", "not-applicable"),
        ("ONLINE_DOSSIERS", 6, "0.5", "not-applicable"),
    ]),
    ("online-payment", 10, [
        ("DOSSIERS_PAID_ONLINE", 6, "1", "zero"), ("PROCEDURES_PAID_ONLINE", 2, "0.8", "zero"),
        ("PROCEDURES_INTEGRATED", 2, "0.8", "zero"),
    ]),
    ("satisfaction", 18, [
        ("PETITION_CLASSIFICATION_TTHC", 0, None, "not-applicable"),
        ("PETITION_CLASSIFICATION_STAFF", 0, None, "not-applicable"),
        ("PETITION_PROCESSING_ON_TIME", 6, "1", "full"), ("PETITION_HANDLING_SATISFACTION", 6, "1", "full"),
        ("DOSSIER_RECEIVING_SATISFACTION", 6, "0.9", "zero"),
    ]),
    ("digitisation", 22, [
        ("ORIGINAL_RESULT_AVAILABLE", 6, "1", "not-applicable"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", 4, "1", "not-applicable"),
        ("REUSED_DIGITIZED_DATA", 2, "0.8", "not-applicable"),
        ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4, "1", "not-applicable"),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", 2, "1", "not-applicable"),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", 2, "1", "not-applicable"),
        ("ELECTRONIC_CERTIFIED_COPY", 2, "1", "not-applicable"),
    ]),
]  # fmt: skip


def test_decision_766_is_as_the_formulas_say():
    index = packaged_set("qd766", IN_2026)
    found = []
    for group in index:
        lines = []
        for each in group.components:
            function = each.scoring[""]
            full_at = function.full_at if isinstance(function, Linear) else None
            lines.append((each.code, each.maximum, full_at, each.zero.value))
        found.append((group.code, group.maximum, lines))
    wanted = [
        (code, points, [(c, p, None if f is None else Fraction(f), z) for c, p, f, z in lines])
        for code, points, lines in QD766
    ]
    assert found == wanted
    assert index.maximum == 100


def test_what_exists_only_at_the_province_says_so():
    index = packaged_set("qd766", IN_2026)
    only = {each.code for each in index.components if each.levels == {Level.PROVINCE}}
    assert only == {"PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"}


@pytest.mark.parametrize("entry", documents(), ids=lambda entry: entry["code"])
def test_every_choice_of_every_parameter_is_readable_and_explained(entry):
    readings = every_reading(entry)
    parameters = readings[0].parameters
    assert len(readings) == 1 + sum(len(each.choices) - 1 for each in parameters)
    for parameter in parameters:
        assert len(parameter.choices) > 1
        for choice in parameter.choices:
            assert choice.explanation["vi"] and choice.explanation["en"]
    for index in readings:
        for each in [index, *index.groups, *index.components]:
            assert each.names["vi"] and each.names["en"]


def test_every_packaged_parameter_changes_the_set():
    readings = every_reading(documents()[0])
    assert len(readings) > 10
    assert all(other != readings[0] for other in readings[1:])


def test_conflicts_change_what_they_should():
    entry = documents()[0]
    assert entry["code"] == "qd766"
    digitised = load(entry, {"digitised-full-at": "0.8"}).component("SO_HOA_GIAY_TO_GIAI_QUYET").scoring[""]
    assert isinstance(digitised, Linear) and digitised.full_at == Fraction(4, 5)
    uncapped = load(entry, {"integration-cap": "uncapped"}).component("PROCEDURES_INTEGRATED").scoring[""]
    assert uncapped.top() == Fraction(5, 2)
    plain = load(entry, {"online-count": "plain"}).component("ONLINE_DOSSIERS").measure
    assert (
        plain.times == "" and load(entry).component("ONLINE_DOSSIERS").measure.times == "portal.dossier-sync"
    )
    assert load(entry, {"progress-rule": "portal"}).component("PROCESSED_ON_TIME").figures() == (
        "dossiers.index-on-time",
    )
    assert load(entry, {"no-denominator": "zero"}).component("ONLINE_DOSSIERS").zero is Zero.NOTHING


def test_the_rating_of_agencies_and_officers():
    agency, officer = packaged_set("rating-agency", IN_2026), packaged_set("rating-officer", IN_2026)
    assert (agency.maximum, len(agency.components)) == (18, 9)
    assert (officer.maximum, len(officer.components)) == (10, 5)
    assert {each.maximum for each in (*agency.components, *officer.components)} == {2}
    assert [(grade.code, grade.least) for grade in agency.grades] == [
        ("excellent", 15), ("good", 12), ("fair", 9), ("average", 6), ("weak", 0),
    ]  # fmt: skip
    assert [grade.least for grade in officer.grades] == [5, Fraction(7, 2), 0]
    assert {each.code for each in officer.components} <= {each.code for each in agency.components}


def test_a_set_not_in_force_is_not_found():
    with pytest.raises(IndexRefused) as refusal:
        packaged_set("qd766", date(2022, 6, 22))
    assert refusal.value.code == "indices.set.unknown"
    assert packaged_set("qd766", date(2022, 6, 23)).version == 1


def broken(change):
    entry = document([component("A", {"ratio": "a"}), component("B", {"ratio": "b"}, 5)])
    change(entry, entry["groups"][0], entry["groups"][0]["components"])
    return entry


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("IDX-TOTAL", lambda whole, group, lines: whole.update(maximum=16)),
        ("IDX-GROUP", lambda whole, group, lines: lines[0].update(maximum=9)),
        ("IDX-GROUP", lambda whole, group, lines: lines.pop()),
        ("IDX-TWICE", lambda whole, group, lines: lines[1].update(code="A")),
        ("IDX-CODE", lambda whole, group, lines: whole.update(code="có dấu")),
        ("IDX-NAME", lambda whole, group, lines: lines[0].update(names={"en": "only"})),
        ("IDX-BASIS", lambda whole, group, lines: whole.update(basis=[])),
        ("IDX-BASIS", lambda whole, group, lines: lines[0].update(basis="")),
        ("IDX-NUMBER", lambda whole, group, lines: lines[0].update(maximum="-1")),
        ("IDX-NUMBER", lambda whole, group, lines: lines[0].update(maximum="1/0")),
        ("IDX-NUMBER", lambda whole, group, lines: whole.update(version=0)),
        ("IDX-NUMBER", lambda whole, group, lines: whole.update(cut_off=31)),
        ("IDX-MEASURE", lambda whole, group, lines: lines[0].pop("measure")),
        ("IDX-TERM", lambda whole, group, lines: lines[0].update(measure={"numerator": ["a b"], "denominator": ["a"]})),
        ("IDX-TERM", lambda whole, group, lines: lines[0].update(measure={"numerator": ["a/top"], "denominator": ["a"]})),
        ("IDX-TERM", lambda whole, group, lines: lines[0].update(measure={"numerator": ["a"], "denominator": []})),
        ("IDX-DENOMINATOR", lambda whole, group, lines: lines[0].update(
            measure={"numerator": ["a/numerator", "- late"], "denominator": ["late"]})),
        ("IDX-LEVEL", lambda whole, group, lines: whole.update(levels=["ward"])),
        ("IDX-LEVEL", lambda whole, group, lines: lines[0].update(levels=["province"])),
        ("IDX-LEVEL", lambda whole, group, lines: lines[0].update(scoring={"by_level": {"province": {"kind": "linear"}}})),
        ("IDX-SCORING", lambda whole, group, lines: lines[0].update(scoring={"kind": "magic"})),
        ("IDX-SCORING", lambda whole, group, lines: lines[0].update(scoring={"kind": "linear", "full_at": 2})),
        ("IDX-SCORING", lambda whole, group, lines: lines[0].update(scoring={"kind": "linear", "full_at": 0})),
        ("IDX-SCORING", lambda whole, group, lines: lines[0].update(
            scoring={"kind": "cases", "cases": [{"points": 10, "at_least": {"other": 1}}]})),
        ("IDX-SCORING", lambda whole, group, lines: lines[0].update(scoring={"kind": "cases", "cases": [
            {"points": 5, "at_least": {"value": "0.5"}}, {"points": 10, "at_least": {"value": 1}}]})),
        ("IDX-MAXIMUM", lambda whole, group, lines: lines[0].update(scoring={"kind": "linear", "cap": 9})),
        ("IDX-MAXIMUM", lambda whole, group, lines: lines[0].update(scoring={"kind": "display"})),
        ("IDX-WORD", lambda whole, group, lines: lines[0].update(zero="maybe")),
        ("IDX-WORD", lambda whole, group, lines: whole.update(ties="never")),
        ("IDX-PARAMETER", lambda whole, group, lines: lines[0].update(zero={"parameter": "nowhere"})),
        ("IDX-PARAMETER", lambda whole, group, lines: whole.update(parameters=[
            {"code": "p", "names": {"vi": "p"}, "default": "x", "values": [{"value": "x", "explanation": {"vi": "x"}}]}])),
        ("IDX-NAME", lambda whole, group, lines: whole.update(parameters=[
            {"code": "p", "names": {"vi": "p"}, "default": "x", "values": [{"value": "x"}, {"value": "y"}]}])),
        ("IDX-VALIDITY", lambda whole, group, lines: whole.update(valid_to="2026-01-01")),
        ("IDX-VALIDITY", lambda whole, group, lines: whole.update(valid_from="đầu năm")),
        ("IDX-GRADE", lambda whole, group, lines: whole.update(grades=[
            {"code": "a", "names": {"vi": "a"}, "least": 5}, {"code": "b", "names": {"vi": "b"}, "least": 7}])),
        ("IDX-GRADE", lambda whole, group, lines: whole.update(grades=[{"code": "a", "names": {"vi": "a"}, "least": 5}])),
        ("IDX-SHAPE", lambda whole, group, lines: whole.update(groups="none")),
        ("IDX-SHAPE", lambda whole, group, lines: lines[0].update(note=["not text"])),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(code, change):
    assert code in refused(broken(change))


def test_all_problems_are_told_at_once():
    def change(whole, group, lines):
        whole.update(maximum=99, version="one")
        lines[0].update(basis="")

    assert set(refused(broken(change))) >= {"IDX-TOTAL", "IDX-NUMBER", "IDX-BASIS"}


def test_parameters_must_be_known_and_have_a_branch_for_each_value():
    parameter = {
        "code": "p", "names": {"vi": "p"}, "default": "x",
        "values": [{"value": "x", "explanation": {"vi": "x"}}, {"value": "y", "explanation": {"vi": "y"}}],
    }  # fmt: skip
    entry = document([component("A", {"parameter": "p", "when": {"x": {"ratio": "a"}, "y": {"ratio": "b"}}})])
    entry["parameters"] = [parameter]
    assert load(entry).figures() == ("a",) and load(entry, {"p": "y"}).figures() == ("b",)
    assert "IDX-CHOICE" in refused(entry, {"p": "z"})
    assert "IDX-PARAMETER" in refused(entry, {"q": "x"})
    one_branch = copy.deepcopy(entry)
    del one_branch["groups"][0]["components"][0]["measure"]["when"]["y"]
    assert "IDX-CHOICE" in refused(one_branch)
    entry["groups"][0]["components"][0]["measure"]["when"]["y"] = {"ratio": "b", "zero": "unknown"}
    assert load(entry).figures() == ("a",)
    with pytest.raises(DefinitionRefused):
        every_reading(entry)


def test_versions_may_not_overlap_and_must_count_up():
    def version(number, first, last=None):
        return load(
            document([component("A", {"ratio": "a"})], version=number, valid_from=first, valid_to=last)
        )

    first, second = version(1, "2026-01-01", "2026-07-01"), version(2, "2026-07-01")
    assert overlap_problems([second, first]) == []
    assert [p.code for p in overlap_problems([version(1, "2026-01-01"), second])] == ["IDX-OVERLAP"]
    assert [p.code for p in overlap_problems([version(3, "2026-01-01", "2026-07-01"), second])] == [
        "IDX-VERSION"
    ]
    assert [p.code for p in overlap_problems([version(1, "2026-01-01"), version(1, "2026-01-01")])] == [
        "IDX-OVERLAP", "IDX-VERSION",
    ]  # fmt: skip


def test_figures_must_exist_and_have_the_side_that_is_taken():
    registry = figures()

    def is_ratio(code):
        return registry.figure(code, IN_2026).is_ratio if code in registry else None

    lines = [
        component("A", {"ratio": "dossiers.on-time"}),
        component("B", {"ratio": "dossiers.nowhere", "times": "also.nowhere"}),
        component("C", {"numerator": ["dossiers.on-time"], "denominator": ["dossiers.open/numerator"]}),
    ]
    problems = figure_problems(load(document(lines)), is_ratio)
    assert [(each.code, each.where) for each in problems] == [
        ("IDX-FIGURE", "B"), ("IDX-FIGURE", "B"), ("IDX-FIGURE-PART", "C"), ("IDX-FIGURE-PART", "C"),
    ]  # fmt: skip
    known = {"dossiers", "records", "payments", "feedback", "catalogue"}
    index = packaged_set("qd766", IN_2026)
    unknown = {each.message.split("“")[1].split("”")[0] for each in figure_problems(index, is_ratio)}
    assert not {code for code in unknown if code.split(".")[0] in known}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_handed_in_is_read_or_refused_never_a_crash(data):
    entry = document([component("A", {"ratio": "a"}), component("B", {"ratio": "b"}, 5)])
    node, key = entry, data.draw(st.sampled_from(sorted(entry)))
    while isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(
            st.sampled_from(sorted(node)) if isinstance(node, dict) else st.integers(0, len(node) - 1)
        )
    node[key] = data.draw(JSON)
    try:
        load(entry)
    except DefinitionRefused as refusal:
        assert refusal.problems


def test_display_lines_have_no_points():
    index = packaged_set("qd766", IN_2026)
    shown = [each for each in index.components if not each.is_scored]
    assert len(shown) == 3 and all(isinstance(each.scoring[""], Display) for each in shown)


def test_every_figure_that_a_packaged_set_names_is_given():
    """By a room, by the portal, or (what no record gives) by who states it: never by nobody."""
    named = {figure for index in packaged_sets() for figure in index.figures()}
    assert {code for code in named if code not in REGISTRY} == set()
    assert "stated.posted" in named
