"""A partner's day against ours: pure comparison, and the operation that keeps it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payment_world import (
    EVERY,
    NPSP,
    account,
    at,
    charged,
    filed,
    integrated,
    notice,
    ordered_online,
    refused,
    snapshot,
)

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments.models import Comparison, Reconciliation
from motcua.modules.payments.rules import Ours, Theirs, compare_day

DAY = dt.date(2026, 3, 2)
REFERENCES = st.sampled_from([f"GD-{number}" for number in range(8)])


@st.composite
def days(draw):
    ours = draw(
        st.lists(
            st.builds(
                Ours,
                REFERENCES,
                st.just(""),
                st.integers(1, 3),
                st.sampled_from([DAY, DAY + dt.timedelta(1)]),
            ),
            unique_by=lambda one: one.reference,
        )
    )
    theirs = draw(st.lists(st.builds(Theirs, REFERENCES, st.just(""), st.integers(1, 3)), max_size=10))
    elsewhere = draw(st.frozensets(REFERENCES, max_size=3))
    return ours, theirs, elsewhere  # fmt: skip


@given(days())
def test_every_payment_of_either_side_is_told_once_and_rightly(day):
    ours, theirs, elsewhere = day
    found = {one.key: one for one in compare_day(DAY, ours, theirs, elsewhere)}
    assert len(found) == len(compare_day(DAY, ours, theirs, elsewhere))
    stated: Counter[str] = Counter()
    for line in theirs:
        stated[line.reference] += line.amount
    mine = {one.reference: one for one in ours}
    missing = {one.reference for one in ours if one.day == DAY} - set(stated) - elsewhere
    assert set(found) == set(stated) | missing
    for key, one in found.items():
        assert one.theirs == dict(stated).get(key)
        assert one.ours == (mine[key].amount if key in mine else None)
        expected = (
            "missing_here" if key not in mine
            else "missing_there" if key not in stated
            else "matched" if mine[key].amount == stated[key]
            else "differs"
        )  # fmt: skip
        assert one.outcome == expected


@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_lines_is_nothing(day, shuffled):
    ours, theirs, elsewhere = day
    told = compare_day(DAY, ours, theirs, elsewhere)
    shuffled.shuffle(ours)
    shuffled.shuffle(theirs)
    assert {(one.key, one.outcome, one.ours, one.theirs) for one in told} == {
        (one.key, one.outcome, one.ours, one.theirs) for one in compare_day(DAY, ours, theirs, elsewhere)
    }


# -- the operation ------------------------------------------------------------------------------------


@pytest.fixture
def case(world):
    """Three payments confirmed on the day, and a leader of the ward."""
    platform = integrated(world)
    orders = [ordered_online(world, charged(world, filed(world))) for _ in range(3)]
    for number, order in enumerate(orders):
        api.take_notice(platform, world.province, notice(order, f"GD-{number}"))
    return world, orders


def line(reference: str, amount: int = 170_000, code: str = "") -> api.StatementLine:
    return api.StatementLine(reference, Dong(amount), code)


def counts(result: api.DayResult) -> tuple[int, int, int, int]:
    return result.matched, result.missing_here, result.missing_there, result.differs


def run(world, lines, name: str = "leader", **more) -> api.DayResult:
    unit = more.pop("unit_code", world.ward.code)
    return api.reconcile_day(world.viewers[name], world.province, NPSP, DAY, lines, unit_code=unit, **more)


@pytest.mark.django_db
def test_a_day_is_compared_and_again_is_nothing_new(case):
    world, _orders = case
    lines = [line("GD-0"), line("GD-1", 160_000), line("GD-7", 40_000, "LA")]
    with replays(snapshot, EVERY):
        first = run(world, lines)
    assert counts(first) == (1, 1, 1, 1) and not first.repeated and not first.is_clean
    told = {one.key: (one.outcome, one.ours, one.theirs) for one in Comparison.objects.all()}
    assert told == {
        "GD-0": ("matched", 170_000, 170_000),
        "GD-1": ("differs", 170_000, 160_000),
        "GD-2": ("missing_there", 170_000, None),
        "GD-7": ("missing_here", None, 40_000),
    }
    kept, events = dict(Comparison.objects.values_list("key", "uid")), Event.objects.count()
    for again in (lines, list(reversed(lines)), None):
        result = run(world, again)
        assert result.repeated and counts(result) == counts(first) and result.uid == first.uid
    assert dict(Comparison.objects.values_list("key", "uid")) == kept and Event.objects.count() == events


@pytest.mark.django_db
def test_a_corrected_statement_changes_only_what_it_corrects_and_keeps_what_was_said(case):
    world, _orders = case
    run(world, [line("GD-0"), line("GD-1", 160_000), line("GD-7", 40_000)])
    by_key = {one.key: one for one in Comparison.objects.all()}
    leader = world.viewers["leader"]
    with replays(snapshot, EVERY):
        api.resolve_difference(leader, by_key["GD-7"].uid, "not-ours", "Theo công văn của ngân hàng")
    with refused("difference.resolved"):
        api.resolve_difference(leader, by_key["GD-7"].uid, "refunded", "Khác")
    with refused("difference.matched"):
        api.resolve_difference(leader, by_key["GD-0"].uid, "refunded", "Khác")
    with refused("difference.resolution"):
        api.resolve_difference(leader, by_key["GD-1"].uid, "forgotten", "Khác")
    with refused("difference.note"):
        api.resolve_difference(leader, by_key["GD-1"].uid, "refunded", "")
    with replays(snapshot, EVERY):
        result = run(world, [line("GD-0"), line("GD-1"), line("GD-2"), line("GD-7", 40_000)])
    assert counts(result) == (3, 1, 0, 0) and not result.repeated
    left = api.differences(leader, world.province, result.uid)
    assert [(one.key, one.resolution, one.uid) for one in left] == [("GD-7", "not-ours", by_key["GD-7"].uid)]
    assert Reconciliation.objects.count() == 1


@pytest.mark.django_db
def test_what_we_confirm_later_is_seen_when_the_day_is_run_again(case):
    world, _orders = case
    platform = account(world, "integration-client")
    order = ordered_online(world, charged(world, filed(world)))
    lines = [line(f"GD-{number}") for number in range(4)]
    assert counts(run(world, lines)) == (3, 1, 0, 0)
    api.take_notice(platform, world.province, notice(order, "GD-3"))
    with replays(snapshot, EVERY):
        assert counts(run(world, None)) == (4, 0, 0, 0)


@pytest.mark.django_db
def test_a_payment_around_midnight_is_matched_on_whichever_day_it_is_stated(case):
    world, _orders = case
    platform = account(world, "integration-client")
    order = ordered_online(world, charged(world, filed(world)))
    with frozen("2026-03-03T08:00"):
        late = notice(order, "GD-3", paid_at=at("2026-03-02T23:59"))
        api.take_notice(platform, world.province, late)
        lines = [line(f"GD-{number}") for number in range(3)]
        assert counts(run(world, lines)) == (3, 0, 1, 0)
        leader, next_day = world.viewers["leader"], DAY + dt.timedelta(days=1)
        unit = world.ward.code
        done = api.reconcile_day(leader, world.province, NPSP, next_day, [line("GD-3")], unit_code=unit)
        assert counts(done) == (1, 0, 0, 0)
        assert counts(run(world, None)) == (3, 0, 0, 0)


@pytest.mark.django_db
def test_a_unit_compares_its_own_payments_and_the_province_all(case):
    world, _orders = case
    assert counts(run(world, [], "dept_leader", unit_code=world.department.code)) == (0, 0, 0, 0)
    coordinator = account(world, "reform-coordinator")
    whole = api.reconcile_day(coordinator, world.province, NPSP, DAY, [line("GD-0")])
    assert counts(whole) == (1, 0, 2, 0)
    with pytest.raises(NotPermitted):
        run(world, [], unit_code="")  # a ward's leader, the whole province
    for name in ("desk", "officer", "clerk"):
        with pytest.raises(NotPermitted):
            run(world, [], name)
    leader = world.viewers["leader"]
    assert not api.reconciliations(leader, world.province).exists()
    assert api.reconciliations(coordinator, world.province).count() == 2
    one = Comparison.objects.filter(outcome="missing_there").first()
    with pytest.raises(NotPermitted):
        api.resolve_difference(leader, one.uid, "refunded", "Thử")


@pytest.mark.django_db
def test_a_statement_must_be_whole(world):
    integrated(world)
    for code, lines in (
        ("day.none", None),
        ("day.lines", [line(" ")]),
        ("day.lines", [line("GD-1", 0)]),
        ("day.lines", [line("GD-1"), line("x" * 101)]),
    ):
        with refused(code):
            run(world, lines)
    with refused("day.unit"):
        run(world, [], unit_code="H05.khong")
    with refused("day.partner"):
        api.reconcile_day(world.viewers["leader"], world.province, " ", DAY, [], unit_code=world.ward.code)


@pytest.mark.django_db
def test_a_day_that_fails_half_way_leaves_the_former_one(case, monkeypatch):
    world, _orders = case
    run(world, [line("GD-0")])
    before = snapshot()
    from motcua.modules.payments.operations import reconciling

    def failing(*_args, **_kwargs):
        raise RuntimeError("log is full")

    monkeypatch.setattr(reconciling, "record", failing)
    with pytest.raises(RuntimeError):
        run(world, [line("GD-1")])
    assert snapshot() == before
    monkeypatch.undo()
    assert run(world, [line("GD-0")]).repeated
