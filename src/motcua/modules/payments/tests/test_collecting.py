"""Paying: at the counter, online; what partners tell, once; the dossier that waited goes on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from payment_world import (
    CHARGE,
    EVERY,
    FEE,
    NPSP,
    account,
    at,
    charged,
    filed,
    integrated,
    land,
    notice,
    ordered_online,
    paid_in_cash,
    refused,
    snapshot,
)

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.kernel.money import Dong
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.models import Dossier
from motcua.modules.payments import api
from motcua.modules.payments.models import Charge, Duty, Notice, Order, OrderLine
from motcua.modules.payments.states import ORDER_WORDS, TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    """A dossier of the ward with both its fees due."""
    dossier = filed(world)
    return world, dossier, charged(world, dossier)


# -- at the counter ---------------------------------------------------------------------------------


def test_cash_for_both_fees_settles_the_dossier(case):
    world, dossier, charges = case
    with replays(snapshot, EVERY) as events:
        done = paid_in_cash(world, charges)
    order = Order.objects.get(uid=done.uid)
    assert (order.state, order.amount, order.method, len(order.code)) == ("confirmed", 170_000, "cash", 16)
    assert order.unit_code == world.ward.code and order.partner_reference == ""
    assert {(one.state, one.method, one.order_id) for one in Charge.objects.all()} == {
        ("paid", "cash", order.pk)
    }
    duty = Duty.objects.get()
    assert (duty.owed, duty.paid, duty.paid_online, duty.online_at) == (170_000, 170_000, 0, None)
    assert duty.settled_at == order.paid_at
    settled = [event for event in events if event.type == "payments:dossier:settled"]
    assert [event.subject for event in settled] == [f"dossier:{dossier}"]


def test_part_of_the_charges_may_be_paid_and_the_rest_stays_due(case):
    world, _dossier, charges = case
    paid_in_cash(world, charges[:1])
    duty = Duty.objects.get()
    assert (duty.paid, duty.settled_at) == (50_000, None)
    assert [one.name for one in api.charges(world.viewers["desk"], world.province, "due")] == [CHARGE]
    paid_in_cash(world, charges[1:])
    duty.refresh_from_db()
    assert duty.settled_at is not None


def test_another_amount_or_an_order_placed_otherwise_is_not_collected(case):
    world, _dossier, charges = case
    desk = world.viewers["desk"]
    order = api.place_order(desk, charges, "cash")
    with refused("order.amount"):
        api.collect_order(desk, order.uid, Dong(169_999))
    api.collect_order(desk, order.uid, Dong(170_000))
    with refused("order.state"):
        api.collect_order(desk, order.uid, Dong(170_000))


def test_a_transfer_or_card_needs_its_slip_and_a_slip_pays_once(world):
    desk = world.viewers["desk"]
    first, second = charged(world, filed(world)), charged(world, filed(world))
    one, two = (api.place_order(desk, charges, "transfer", partner="vcb").uid for charges in (first, second))
    with refused("order.reference"):
        api.collect_order(desk, one, Dong(170_000))
    api.collect_order(desk, one, Dong(170_000), reference="FT-1")
    with refused("order.reference"):
        api.collect_order(desk, two, Dong(170_000), reference="FT-1")
    api.collect_order(desk, two, Dong(170_000), reference="FT-2")
    assert set(Order.objects.values_list("partner", "partner_reference")) == {
        ("vcb", "FT-1"),
        ("vcb", "FT-2"),
    }


def test_a_charge_is_in_one_open_order_and_free_again_when_that_ends(case):
    world, _dossier, charges = case
    desk = world.viewers["desk"]
    first = api.place_order(desk, charges, "pos")
    with refused("charge.ordered"):
        api.place_order(desk, charges[:1], "cash")
    with refused("charge.ordered"):
        api.cancel_charge(desk, charges[0], "Ghi nhầm")
    with replays(snapshot, EVERY):
        api.cancel_order(desk, first.uid)
    assert set(Charge.objects.values_list("order", flat=True)) == {None}
    assert OrderLine.objects.filter(order__uid=first.uid).count() == 2  # what was tried stays known
    paid_in_cash(world, charges)
    with refused("charge.state"):
        api.place_order(desk, charges, "cash")


def test_an_order_is_of_one_dossier_and_of_charges_one_may_collect(case):
    world, _dossier, charges = case
    others = charged(world, filed(world))
    with refused("order.charges"):
        api.place_order(world.viewers["desk"], [charges[0], others[0]], "cash")
    with refused("order.method"):
        api.place_order(world.viewers["desk"], charges, "gold")
    with refused("order.partner"):
        api.place_order(world.viewers["desk"], charges, "cash", partner="vcb")
    for name in ("officer", "other_desk", "clerk"):  # no right to collect, or not here
        before = snapshot()
        with pytest.raises(NotPermitted):
            api.place_order(world.viewers[name], charges, "cash")
        assert snapshot() == before
    with pytest.raises(NotPermitted):
        api.place_order(world.viewers["desk"], [], "cash")


def test_the_same_key_places_and_collects_once(case):
    world, _dossier, charges = case
    desk = world.viewers["desk"]
    first = api.place_order(desk, charges, "cash", idempotency_key="k")
    again = api.place_order(desk, charges, "cash", idempotency_key="k")
    assert again.uid == first.uid and again.repeated
    paid = api.collect_order(desk, first.uid, Dong(170_000), idempotency_key="k")
    count = Event.objects.count()
    same = api.collect_order(desk, first.uid, Dong(170_000), idempotency_key="k")
    assert same.repeated and same.state == paid.state == "confirmed" and Event.objects.count() == count


# -- online -----------------------------------------------------------------------------------------


def test_a_procedure_is_paid_online_only_where_it_is_integrated(case):
    world, _dossier, charges = case
    desk = world.viewers["desk"]
    with refused("order.not-integrated"):
        api.place_order(desk, charges, "national", partner=NPSP)
    integrated(world)
    with refused("order.not-integrated"):
        api.place_order(desk, charges, "provincial", partner=NPSP)
    with refused("order.partner"):
        api.place_order(desk, charges, "national")
    order = ordered_online(world, charges)
    assert order.expires_at == order.created_at + dt.timedelta(days=1)


def test_a_notice_confirms_its_order_once(case):
    world, dossier, charges = case
    platform = integrated(world)
    order = ordered_online(world, charges)
    api.send_order(platform, order.uid)
    with replays(snapshot, EVERY):
        taken = api.take_notice(platform, world.province, notice(order))
    assert (taken.outcome, taken.order, taken.reason) == ("confirmed", order.uid, "")
    order.refresh_from_db()
    assert (order.state, order.partner_reference, order.paid_at) == (
        "confirmed",
        "GD-1",
        at("2026-03-02T08:14"),
    )
    duty = Duty.objects.get(dossier_uid=dossier)
    assert (duty.paid_online, duty.online_at, duty.settled_at) == (170_000, order.paid_at, order.paid_at)
    before, events = snapshot(), Event.objects.count()
    with frozen("2026-03-02T09:00"):
        again = api.take_notice(platform, world.province, notice(order))
    assert (again.outcome, again.uid, again.order) == ("repeated", taken.uid, order.uid)
    assert snapshot() == before and Event.objects.count() == events


def test_a_notice_of_another_amount_is_kept_and_confirms_nothing(case):
    world, _dossier, charges = case
    platform = integrated(world)
    order = ordered_online(world, charges)
    with replays(snapshot, EVERY):
        taken = api.take_notice(platform, world.province, notice(order, amount=Dong(170_001)))
    assert (taken.outcome, taken.reason) == ("kept", "amount") and taken.message
    order.refresh_from_db()
    assert order.state == "created" and Duty.objects.get().paid == 0
    again = api.take_notice(platform, world.province, notice(order, amount=Dong(170_001)))
    assert (again.outcome, again.reason, again.uid) == ("repeated", "amount", taken.uid)
    right = api.take_notice(platform, world.province, notice(order))
    assert right.outcome == "confirmed"
    leader = world.viewers["leader"]
    assert [one.uid for one in api.kept_notices(leader, world.province)] == [taken.uid]
    assert not api.kept_notices(world.viewers["other_officer"], world.province).exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_code": "KHONGCO"}, "unknown"),
        ({"order_code": ""}, "unknown"),
        ({"partner": "vcb"}, "partner"),
    ],
)
def test_what_fits_no_order_is_kept(case, changes, reason):
    world, _dossier, charges = case
    platform = integrated(world)
    told = notice(ordered_online(world, charges), **changes)
    taken = api.take_notice(platform, world.province, told)
    assert (taken.outcome, taken.reason) == ("kept", reason)
    assert api.take_notice(platform, world.province, told).outcome == "repeated"
    assert Notice.objects.count() == 1 and Duty.objects.get().paid == 0


def test_a_second_payment_of_a_paid_order_and_a_reference_used_twice_are_kept(world):
    platform = integrated(world)
    first, second = (ordered_online(world, charged(world, filed(world))) for _ in range(2))
    api.take_notice(platform, world.province, notice(first))
    twice = api.take_notice(platform, world.province, notice(first, "GD-2"))
    assert (twice.outcome, twice.reason) == ("kept", "state")
    stolen = api.take_notice(platform, world.province, notice(second, "GD-1"))
    assert (stolen.outcome, stolen.reason) == ("kept", "state")
    assert Order.objects.filter(state="confirmed").count() == 1


def test_money_that_comes_late_pays_what_is_still_due_and_nothing_twice(case):
    world, _dossier, charges = case
    platform = integrated(world)
    order = ordered_online(world, charges)
    with frozen("2026-03-03T08:14"):
        assert api.expire_orders() == 0
    with frozen("2026-03-03T08:16"), replays(snapshot, EVERY):
        assert api.expire_orders() == 1
    with frozen("2026-03-03T08:17"):
        assert api.expire_orders() == 0
        other = ordered_online(world, charges)
        late = api.take_notice(platform, world.province, notice(order))
        assert (late.outcome, late.reason) == ("kept", "state")  # the charges are being paid by another order
        api.fail_order(platform, other.uid, "05")
        with replays(snapshot, EVERY):
            paid = api.take_notice(platform, world.province, notice(order, "GD-9"))
    assert paid.outcome == "confirmed"
    assert {one.order_id for one in Charge.objects.all()} == {order.pk}
    assert dict(Order.objects.values_list("code", "state")) == {order.code: "confirmed", other.code: "failed"}


def test_a_charge_whose_amount_was_changed_since_is_not_paid_by_the_old_order(case):
    world, _dossier, charges = case
    platform = integrated(world)
    order = ordered_online(world, charges)
    api.fail_order(platform, order.uid)
    relief = api.Relief("reduced", "Giảm 50%", "Nghị quyết của HĐND", Dong(60_000))
    api.relieve_charge(world.viewers["desk"], Charge.objects.get(name=CHARGE).uid, relief)
    taken = api.take_notice(platform, world.province, notice(order))
    assert (taken.outcome, taken.reason) == ("kept", "state")


def test_a_notice_must_be_whole_and_its_teller_known(case):
    world, _dossier, charges = case
    platform = integrated(world)
    told = notice(ordered_online(world, charges))
    for changes in (
        {"reference": " "},
        {"reference": "x" * 101},
        {"partner": ""},
        {"amount": Dong(0)},
        {"paid_at": at("2026-03-02T09:15")},
        {"paid_at": dt.datetime(2026, 3, 2, 8, 0)},
    ):
        with refused("notice.form"):
            api.take_notice(platform, world.province, replace(told, **changes))
    for name in ("desk", "leader", "clerk"):
        with pytest.raises(NotPermitted):
            api.take_notice(world.viewers[name], world.province, told)
    stranger = account(world, "integration-client", world.other_ward)
    taken = api.take_notice(stranger, world.province, told)  # tells of an order that is not of its units
    assert (taken.outcome, taken.reason, taken.order) == ("kept", "unknown", None)
    assert Order.objects.get().state == "created"


def test_the_table_of_orders_is_what_may_be_done(case):
    """Every operation from every state: done where the table says so, refused with the state's code elsewhere."""
    world, _dossier, charges = case
    platform = integrated(world)
    order = ordered_online(world, charges)
    works = {
        "send": lambda: api.send_order(platform, order.uid),
        "fail": lambda: api.fail_order(platform, order.uid),
        "cancel_order": lambda: api.cancel_order(platform, order.uid),
    }
    for state in ORDER_WORDS:
        Order.objects.filter(pk=order.pk).update(
            state=state, paid_at=at("2026-03-02T08:00") if state == "confirmed" else None
        )
        for name, work in works.items():
            if state not in TABLE[name].sources:
                with refused("order.state"):
                    work()


# -- the dossier that waits -------------------------------------------------------------------------


def waiting(world, **changes):
    """A dossier whose handling waits for a land obligation; its fee is due at the end."""
    dossier = filed(world, **changes)
    v = world.viewers
    who = v["dept_leader"] if changes else v["leader"]
    fee = api.charge_by_catalogue(v["desk"], world.province, dossier, only=[FEE]).uid
    tax = api.raise_charge(who, world.province, dossier, land()).uid
    with frozen("2026-03-02T09:00"):
        dossiers.pause_for_payment(who, dossier)
    return dossier, fee, tax


def status(dossier) -> int:
    return Dossier.objects.get(uid=dossier).status


def test_the_payment_a_dossier_waits_for_lets_it_go_on(world):
    dossier, fee, tax = waiting(world)
    with frozen("2026-03-03T10:00"):
        done = paid_in_cash(world, (fee,))
        assert not done.resumed and status(dossier) == dossiers.Status.PAYMENT
        done = paid_in_cash(world, (tax,))
    assert done.resumed and status(dossier) == dossiers.Status.PROCESSING
    assert Event.objects.filter(type="dossiers:dossier:resumed-after-payment").count() == 1
    assert api.paid_but_waiting(world.viewers["leader"], world.province) == []


def test_the_platforms_notice_lets_it_go_on_in_the_same_breath(world):
    platform = integrated(world)
    dossier, _fee, tax = waiting(world)
    order = ordered_online(world, (tax,))
    with frozen("2026-03-03T10:00"):
        taken = api.take_notice(platform, world.province, notice(order))
        assert taken.resumed and status(dossier) == dossiers.Status.PROCESSING
        assert not api.take_notice(platform, world.province, notice(order)).resumed


def test_an_exemption_of_what_it_waits_for_lets_it_go_on(world):
    dossier, _fee, tax = waiting(world)
    with frozen("2026-03-03T10:00"):
        relief = api.Relief("exempt", "Người có công", "Nghị định 103/2024/NĐ-CP")
        assert api.relieve_charge(world.viewers["leader"], tax, relief).resumed
    assert status(dossier) == dossiers.Status.PROCESSING


def test_who_may_not_let_it_go_on_still_takes_the_money(world):
    """A cashier without any right over dossiers but to see them: the payment stands, those who may are shown it."""
    from dossier_world import add_permission

    from motcua.engine.permissions.api import Role

    Role.objects.create(code="cashier", label="Thu ngân")
    for permission in ("payments.charges.view", "payments.orders.collect", "dossiers.dossiers.view"):
        add_permission("cashier", permission)
    cashier = account(world, "cashier", world.ward)
    dossier, _fee, tax = waiting(world)
    with frozen("2026-03-03T10:00"):
        order = api.place_order(cashier, (tax,), "cash")
        with replays(snapshot, EVERY) as events:
            done = api.collect_order(cashier, order.uid, Dong(5_000_000))
        assert done.state == "confirmed" and not done.resumed
        assert status(dossier) == dossiers.Status.PAYMENT
        told = [event for event in events if event.type == "payments:dossier:resume-refused"]
        assert [(one.subject, one.payload["reason"]) for one in told] == [
            (f"dossier:{dossier}", "payments.resume.right")
        ]
        leader = world.viewers["leader"]
        assert api.paid_but_waiting(leader, world.province) == [dossier]
        assert api.paid_but_waiting(world.viewers["other_officer"], world.province) == []
        with pytest.raises(NotPermitted):
            api.resume_paid_dossier(cashier, world.province, dossier)
        assert api.resume_paid_dossier(leader, world.province, dossier)
        assert not api.resume_paid_dossier(leader, world.province, dossier)  # it waits no more
        assert api.paid_but_waiting(leader, world.province) == []


def test_a_dossier_is_not_let_go_on_for_money_of_an_earlier_pause(world):
    dossier, _fee, tax = waiting(world)
    leader = world.viewers["leader"]
    with frozen("2026-03-03T10:00"):
        with refused("resume.owing"):
            api.resume_paid_dossier(leader, world.province, dossier)
        paid_in_cash(world, (tax,))
    with frozen("2026-03-04T10:00"):
        dossiers.pause_for_payment(leader, dossier)
        assert api.paid_but_waiting(leader, world.province) == []
        with refused("resume.nothing"):
            api.resume_paid_dossier(leader, world.province, dossier)


def test_a_payment_stands_when_its_dossier_was_withdrawn(world):
    dossier, _fee, tax = waiting(world)
    with frozen("2026-03-03T10:00"):
        dossiers.withdraw_dossier(world.viewers["desk"], dossier, "Người nộp xin rút")
        done = paid_in_cash(world, (tax,))
    assert done.state == "confirmed" and not done.resumed
    assert status(dossier) == dossiers.Status.WITHDRAWN
    assert Duty.objects.get().paid == 5_000_000


def test_nothing_of_a_payment_is_kept_when_its_last_write_fails(world, monkeypatch):
    platform = integrated(world)
    dossier, _fee, tax = waiting(world)
    order = ordered_online(world, (tax,))
    before = snapshot()
    from motcua.modules.payments.operations import collecting

    def failing(*_args, **_kwargs):
        raise RuntimeError("the notice cannot be kept")

    monkeypatch.setattr(collecting, "_noted", failing)
    with frozen("2026-03-03T10:00"), pytest.raises(RuntimeError):
        api.take_notice(platform, world.province, notice(order))
    assert snapshot() == before and status(dossier) == dossiers.Status.PAYMENT
    monkeypatch.undo()
    with frozen("2026-03-03T10:01"):  # sent again, it is taken as if for the first time
        assert api.take_notice(platform, world.province, notice(order)).resumed
