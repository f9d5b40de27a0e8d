"""The ledger on its own: what a change opens and closes, what it refuses, and that an undo is exact."""

import datetime as dt
import uuid
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reference.timeline.api import (
    Act,
    Change,
    ChangeRefused,
    Decision,
    Genealogy,
    Ledger,
    Part,
    State,
    apportion,
)

START = dt.date(2025, 1, 1)


def change(day: int, kind: str = "merge") -> Change:
    return Change(uuid.uuid4(), kind, Decision("01/QĐ", START + dt.timedelta(days=day)))


def state(code: str, parent: uuid.UUID | None = None) -> State:
    return State(f"Xã {code}", "commune", "commune", code, parent)


class Town:
    """A root, two communes A and B, and a centre under A."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.root, self.a, self.b, self.centre = (uuid.uuid4() for _ in range(4))
        first = change(0, "found")
        self.ledger.found(first, self.root, state("H05"))
        self.ledger.found(first, self.a, state("H05.1", self.root))
        self.ledger.found(first, self.b, state("H05.2", self.root))
        self.ledger.found(first, self.centre, state("H05.1.01", self.a))

    def merge(self, day: int, code: str = "H05.3") -> tuple[Change, uuid.UUID]:
        new, made = uuid.uuid4(), change(day)
        parts = [Part(self.a, new), Part(self.b, new)]
        self.ledger.rearrange(made, [self.a, self.b], {new: state(code, self.root)}, parts)
        return made, new


def snapshot(ledger: Ledger) -> set[tuple[object, ...]]:
    rows = {
        (v.subject, v.path, v.state.name, v.state.parent, v.valid_from, v.valid_to, v.opened_by, v.closed_by)
        for spans in ledger.versions.values()
        for v in spans
    }
    return rows | {("link", *(getattr(link, name) for name in link.__slots__)) for link in ledger.links}


def refused(code: str):
    return pytest.raises(ChangeRefused, check=lambda error: error.code == code)


def test_a_merger_ends_the_old_and_carries_what_stood_under_them():
    town = Town()
    made, new = town.merge(10)
    assert town.ledger.at(town.a, made.day) is None
    assert town.ledger.at(town.a, made.day - dt.timedelta(days=1)).path == "/H05/H05.1/"
    assert town.ledger.last(town.centre).path == "/H05/H05.3/H05.1.01/"
    assert {v.subject for v in town.ledger.on(made.day)} == {town.root, new, town.centre}


def test_a_successor_may_take_the_code_of_one_it_replaces():
    town = Town()
    made, new = town.merge(10, code="H05.1")
    assert town.ledger.coded("H05.1", made.day).subject == new
    assert town.ledger.coded("H05.1", START).subject == town.a


def test_undo_is_exact():
    town = Town()
    before = snapshot(town.ledger)
    made, _new = town.merge(10)
    assert snapshot(town.ledger) != before
    town.ledger.undo(made)
    assert snapshot(town.ledger) == before
    town.merge(10)


def test_an_undo_under_a_later_change_is_refused():
    town = Town()
    made, new = town.merge(10)
    town.ledger.restate(change(20, "rename"), new, state("H05.3", town.root).but(name="Phường Mới"))
    with refused("timeline.later-change"):
        town.ledger.undo(made)


def test_an_undo_is_refused_when_something_was_founded_under_the_new_unit():
    town = Town()
    made, new = town.merge(10)
    town.ledger.found(change(20, "found"), uuid.uuid4(), state("H05.3.09", new))
    with refused("timeline.later-change"):
        town.ledger.undo(made)


def test_an_undo_is_refused_when_the_parent_has_gone():
    town = Town()
    ended = change(10, "abolish")
    town.ledger.abolish(ended, town.b)
    other = uuid.uuid4()
    town.ledger.rearrange(change(20), [town.root], {other: state("H09")}, [Part(town.root, other)])
    with refused("timeline.later-change"):
        town.ledger.undo(ended)


def test_an_undo_is_refused_when_the_code_was_given_away():
    town = Town()
    ended = change(10, "abolish")
    town.ledger.abolish(ended, town.b)
    town.ledger.found(change(20, "found"), uuid.uuid4(), state("H05.2", town.root))
    with refused("timeline.code-taken"):
        town.ledger.undo(ended)


def test_shares_must_make_one_whole():
    town = Town()
    new, other = uuid.uuid4(), uuid.uuid4()
    states = {new: state("H05.4", town.root), other: state("H05.5", town.root)}
    parts = [Part(town.b, new, Fraction(1, 2)), Part(town.b, other, Fraction(1, 3))]
    with refused("timeline.shares"):
        town.ledger.rearrange(change(5), [town.b], states, parts)


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("timeline.has-children", lambda town: town.ledger.abolish(change(5), town.a)),
        ("timeline.heir", lambda town: town.ledger.abolish(change(5), town.a, heir=town.centre)),
        ("timeline.later-change", lambda town: town.ledger.abolish(change(0), town.b)),
        ("timeline.unknown", lambda town: town.ledger.abolish(change(5), uuid.uuid4())),
        ("timeline.code-taken", lambda town: town.ledger.found(change(5), uuid.uuid4(), state("H05.2"))),
        (
            "timeline.cycle",
            lambda town: town.ledger.restate(change(5), town.a, state("H05.1", town.centre)),
        ),
        (
            "timeline.nothing-changed",
            lambda town: town.ledger.restate(change(5), town.a, state("H05.1", town.root)),
        ),
    ],
)
def test_refusals(code, act):
    with refused(code):
        act(Town())


def test_a_transfer_recuts_the_path_of_all_below():
    town = Town()
    town.ledger.restate(change(5, "transfer"), town.a, state("H05.1", town.b))
    assert town.ledger.last(town.centre).path == "/H05/H05.2/H05.1/H05.1.01/"


def test_a_new_name_leaves_what_stands_below_alone():
    town = Town()
    town.ledger.restate(change(5, "rename"), town.root, state("H05").but(name="Thành phố"))
    assert [v.valid_from for v in town.ledger.versions[town.a]] == [START]


def test_a_province_its_districts_and_communes_change_on_one_day():
    town = Town()
    new_root, new = uuid.uuid4(), uuid.uuid4()
    acts = [
        Act(change(9), [town.b], {new: state("H05.2", new_root)}, parts=[Part(town.b, new)]),
        Act(change(9, "abolish"), [town.a], parts=[Part(town.a, new)]),
        Act(change(9), [town.root], {new_root: state("H05")}, parts=[Part(town.root, new_root)]),
    ]
    town.ledger.reorganise(acts)
    assert sorted(v.path for v in town.ledger.on(acts[0].change.day)) == [
        "/H05/",
        "/H05/H05.2/",
        "/H05/H05.2/H05.1.01/",
    ]


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 50), min_size=1, max_size=5),
)
@settings(max_examples=60)
def test_whole_parts_add_up(amount, weights):
    holders = [uuid.UUID(int=position) for position in range(len(weights))]
    shares = {h: Fraction(w, sum(weights)) for h, w in zip(holders, weights, strict=True)}
    parts = apportion(amount, shares)
    assert sum(parts.values()) == amount
    assert all(abs(parts[h] - amount * shares[h]) < 1 for h in holders)


def test_figures_climb_through_two_changes():
    town = Town()
    _made, new = town.merge(10)
    north, south = uuid.uuid4(), uuid.uuid4()
    parts = [Part(new, north, Fraction(1, 4)), Part(new, south, Fraction(3, 4))]
    states = {north: state("H05.6", town.root), south: state("H05.7", town.root)}
    town.ledger.rearrange(change(20, "split"), [new], states, parts)
    tree = Genealogy(town.ledger.links)
    figures = {town.a: 10, town.b: 3}
    assert tree.climb(figures, START) == figures
    assert tree.climb(figures, START + dt.timedelta(days=10)) == {new: 13}
    assert tree.climb(figures, START + dt.timedelta(days=20)) == {
        north: Fraction(13, 4),
        south: Fraction(39, 4),
    }
    assert sum(tree.climb_whole(figures, START + dt.timedelta(days=20)).values()) == 13
