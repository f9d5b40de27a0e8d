"""The fewest records for a target, against every choice there is; the nearest step; what if."""

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import Value
from motcua.reports.indices.data import Failing
from motcua.reports.indices.functions import Cases
from motcua.reports.indices.loading import load
from motcua.reports.indices.reaching import Pick, Plan, mendable, nearest_step, picks_of
from motcua.reports.indices.reaching import fewest as fewest_of
from motcua.reports.indices.scoring import rank, score_component, score_for_place, score_unit
from motcua.reports.indices.tests.made import component, document, every_choice, inputs, small_sets
from motcua.reports.indices.whatif import Edit, what_if


@dataclass(frozen=True)
class Named(Plan):
    """A plan with its records, as they are named after it was found."""

    picks: tuple[Pick, ...] = ()


def fewest(index, inputs_, failing, target):
    pools = {}
    for figure, records in failing.items():
        found = pools.setdefault(figure, {})
        for each in records:
            found[each.weight, each.cause] = found.get((each.weight, each.cause), 0) + 1
    plan = fewest_of(index, inputs_, pools, target)
    if plan is None:
        return None
    by_key = {figure: sorted(records, key=lambda each: each.key) for figure, records in failing.items()}
    picks = tuple(picks_of(plan, by_key.__getitem__))
    assert len(picks) == plan.count and picks_of(plan, by_key.__getitem__, 3) == list(picks[:3])
    return Named(plan.counts, plan.after, plan.proven, picks)


@settings(max_examples=400, deadline=None)
@given(small_sets(), st.fractions(0, 30, max_denominator=20))
def test_no_fewer_records_reach_the_target(made, target):
    index, given_, failing = made
    allowed = mendable(index)
    candidates = {figure: records for figure, records in failing.items() if figure in allowed}
    assume(sum(map(len, candidates.values())) <= 9)
    before = score_unit(index, given_)
    assume(before.score is not None)
    reaching = [
        count
        for count, score in every_choice(index, given_, candidates)
        if score is not None and score >= target
    ]
    plan = fewest(index, given_, failing, target)
    if not reaching:
        assert plan is None
        return
    assert plan is not None and plan.after.score >= target
    assert len({(pick.figure, pick.record.key) for pick in plan.picks}) == len(plan.picks)
    assert plan.proven and len(plan.picks) == min(reaching)


def numbered(figure, count, weight=1):
    return [Failing(f"{figure}-{number:05d}", Fraction(weight)) for number in range(count)]


def test_greedy_by_gain_would_be_wrong_here_and_is_not_used():
    """One record of `both` gains 1.2 at first, yet two others do in two what it does in three."""
    one = component("ONE", {"numerator": ["both/numerator", "+ 2 * first/numerator"], "denominator": ["all"]}, 1,
                    scoring={"kind": "linear", "full_at": "0.1", "cap": 1})  # fmt: skip
    two = component("TWO", {"numerator": ["both/numerator", "+ 2 * second/numerator"], "denominator": ["all"]}, 1,
                    scoring={"kind": "linear", "full_at": "0.1", "cap": 1})  # fmt: skip
    index = load(document([one, two]))
    values = {figure: Value.ratio(0, 1) for figure in ("both", "first", "second")} | {"all": Value.of(20)}
    failing = {figure: numbered(figure, 1) for figure in ("both", "first", "second")}
    plan = fewest(index, inputs(values), failing, Fraction(2))
    assert plan is not None and plan.proven
    assert sorted(pick.figure for pick in plan.picks) == ["first", "second"]


def test_a_step_out_of_reach_is_not_worked_for():
    """Three records short of a threshold gain nothing; two of the other component are enough."""
    steps = component(
        "STEPS", {"only": {"ratio": "a"}}, 4, several=True,
        scoring={"kind": "cases", "cases": [{"points": 4, "at_least": {"only": 1}}]},
    )  # fmt: skip
    index = load(document([steps, component("LINE", {"ratio": "b"})]))
    values = {"a": Value.ratio(90, 100), "b": Value.ratio(6, 10)}
    failing = {"a": numbered("a", 3), "b": numbered("b", 4)}
    plan = fewest(index, inputs(values), failing, Fraction(8))
    assert plan is not None and [pick.figure for pick in plan.picks] == ["b", "b"]
    assert fewest(index, inputs(values), failing, Fraction(11)) is None
    failing["a"] = numbered("a", 10)
    plan = fewest(index, inputs(values), failing, Fraction(14))
    assert plan is not None and len(plan.picks) == 14 and plan.proven


def test_a_hundred_thousand_records_are_counted_by_their_bends_not_one_by_one():
    index = load(document([component("LINE", {"ratio": "a"}, scoring={"kind": "linear", "full_at": "0.8"}),
                           component("OTHER", {"ratio": "b"}, 20)]))  # fmt: skip
    values = {"a": Value.ratio(500_000, 1_000_000), "b": Value.ratio(0, 300_000)}
    failing = {"a": numbered("a", 100_000), "b": numbered("b", 60_000)}
    plan = fewest(index, inputs(values), failing, Fraction(10))
    assert plan is not None and plan.proven and len(plan.picks) == 56_250
    assert plan.after.score == 10 and {pick.figure for pick in plan.picks} == {"b"}


def test_too_many_combinations_are_said_not_to_be_proven():
    wanted = {name: {"ratio": name} for name in ("a", "b")}
    steps = component(
        "STEPS", wanted, 4, several=True,
        scoring={"kind": "cases", "cases": [{"points": 4, "at_least": {"a": 1, "b": 1}}]},
    )  # fmt: skip
    shared = [component(f"L{figure}", {"ratio": figure}, 10) for figure in "ab"]
    index = load(document([steps, *shared]))
    values = {figure: Value.ratio(0, 1000) for figure in "ab"}
    failing = {figure: numbered(figure, 1000) for figure in "ab"}
    plan = fewest(index, inputs(values), failing, Fraction(24))
    assert plan is not None and len(plan.picks) == 2000 and plan.after.score == 24 and not plan.proven
    part = fewest(index, inputs(values), failing, Fraction(5))
    assert part is not None and part.after.score >= 5


def test_figures_whose_mending_could_harm_are_no_candidates():
    wrong_way = component("WRONG", {"numerator": ["open"], "denominator": ["a/denominator"]})
    right = component("RIGHT", {"numerator": ["a/numerator", "- open"], "denominator": ["a/denominator"]})
    as_whole = component("WHOLE", {"numerator": ["b/numerator"], "denominator": ["a/numerator"]})
    assert mendable(load(document([right]))) == ("a", "open")
    assert mendable(load(document([right, wrong_way]))) == ("a",)
    assert mendable(load(document([right, as_whole]))) == ("open", "b")


@settings(max_examples=300, deadline=None)
@given(small_sets())
def test_the_nearest_step_is_the_fewest_successes_that_change_the_points(made):
    index, given_, _ = made
    for each in index.components:
        gains = {figure for measure in each.measures.values() for figure in measure.gains()}
        lacking = {}
        for figure in sorted(gains):
            value = given_.value(figure)
            short = value.numerator if value.denominator is None else value.denominator - value.numerator
            lacking[figure] = [Failing(f"{figure}{n}") for n in range(int(short))]
        before = score_component(each, given_, index.absent).gained
        best: dict[int, Fraction] = {}
        for counts in _counts(lacking):
            after = score_component(each, given_.mended(counts), index.absent).gained
            total = sum(counts.values())
            best[total] = max(best.get(total, Fraction()), after - before)
        wanted = next(((count, gain) for count, gain in sorted(best.items()) if gain > 0), None)
        step = nearest_step(each, given_, index)
        assert (None if step is None else (step.count, step.gain)) == wanted
        if step is not None:
            assert sum(step.by_figure.values()) == step.count


def _counts(lacking):
    found = [{}]
    for figure, records in lacking.items():
        found = [{**each, figure: count} for each in found for count in range(len(records) + 1)]
    return found


def test_what_if_moves_score_and_place_by_the_same_formula():
    index = load(document([component("LINE", {"ratio": "a"})]))
    given_ = {
        code: inputs({"a": Value.ratio(numerator, 100)}, code)
        for code, numerator in (("x", 50), ("y", 70), ("z", 60))
    }
    records = tuple(numbered("a", 15))
    moved = what_if(index, given_, [Edit("x", "a", records), Edit("x", "a", records)])
    assert (moved["x"].before.place, moved["x"].after.place) == (3, 2)
    assert moved["x"].gained == Fraction(15, 10) and moved["z"].after.place == 3
    assert [before.component.code for before, _ in moved["x"].components()] == ["LINE"]
    assert moved["y"].components() == []


def test_what_if_reaches_the_units_above():
    index = load(document([component("LINE", {"ratio": "a"})]))
    given_ = {
        "H05.1": inputs({"a": Value.ratio(1, 4)}, "H05.1"),
        "H05": inputs({"a": Value.ratio(10, 40)}, "H05"),
    }
    moved = what_if(index, given_, [Edit("H05.1", "a", tuple(numbered("a", 2)))], {"H05.1": ["H05"]})
    assert moved["H05.1"].after.score.score == Fraction(30, 4)
    assert moved["H05"].after.score.score == Fraction(120, 40)


@pytest.mark.parametrize("ties", ["shown", "exact"])
def test_the_score_for_a_place_takes_that_place(ties):
    index = load(document([component("LINE", {"ratio": "a"})], ties=ties))
    given_ = {
        code: inputs({"a": Value.ratio(numerator, 30_000)}, code)
        for code, numerator in (("x", 10_000), ("y", 20_001), ("z", 20_000))
    }
    placed = rank(score_unit(index, each) for each in given_.values())
    for place in (1, 2, 3):
        target = score_for_place(placed, place, without="x")
        plan = fewest(index, given_["x"], {"a": numbered("a", 20_000)}, target)
        moved = what_if(index, given_, [Edit("x", "a", tuple(pick.record for pick in plan.picks))])
        assert moved["x"].after.place <= place
        if plan.picks:
            fewer = tuple(pick.record for pick in plan.picks[:-1])
            assert what_if(index, given_, [Edit("x", "a", fewer)])["x"].after.place > place
    assert score_for_place(placed, 4, without="x") is None


def test_cases_of_the_package_have_a_step_and_say_where():
    from motcua.reports.indices.packaged import packaged_sets

    index = next(each for each in packaged_sets() if each.code == "rating-agency")
    online = index.component("ONLINE")
    assert isinstance(online.scoring[""], Cases)
    values = {
        "catalogue.full-process": Value.ratio(5, 10),
        "dossiers.online": Value.ratio(28, 100),
        "dossiers.online-on-time": Value.ratio(27, 28),
    }
    step = nearest_step(online, inputs(values), index)
    assert step is not None and (step.count, step.gain) == (1, 1)
    assert step.by_figure == {"dossiers.online-on-time": 1}
    values["dossiers.online-on-time"] = Value.ratio(28, 28)
    step = nearest_step(online, inputs(values), index)
    assert step is not None and (step.count, step.by_figure) == (2, {"dossiers.online": 2})


def test_records_of_different_weights_pass_a_threshold_together():
    """Neither the heavy record nor the light one is enough alone, and the other measure is wanted too."""
    both = {"one": {"ratio": "a"}, "two": {"ratio": "b"}}
    case = {"kind": "cases", "cases": [{"points": 4, "at_least": {"one": 1, "two": 1}}]}
    index = load(document([component("STEPS", both, 4, scoring=case, several=True)]))
    values = {"a": Value.ratio(5, 8), "b": Value.ratio(7, 8)}
    failing = {"a": [*numbered("a", 1, 2), Failing("a-light")], "b": numbered("b", 1)}
    plan = fewest(index, inputs(values), failing, Fraction(4))
    assert plan is not None and plan.proven and len(plan.picks) == 3
