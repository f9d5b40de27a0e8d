"""Receipts without gaps, cancelled with their number; money given back by two people."""

from __future__ import annotations

import pytest
from payment_world import CHARGE, EVERY, FEE, charged, filed, paid_in_cash, refused, snapshot

from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.privacy.api import apply_retention
from motcua.engine.registers.api import RegisterRefused, gaps, numbers_of
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import frozen
from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments.models import Charge, Duty, Order, Receipt, Refund
from motcua.modules.payments.operations.receipts import _series

pytestmark = pytest.mark.django_db
PAYER = "Nguyễn Thị Mẫu Đào"


@pytest.fixture
def paid(world):
    """A dossier both of whose fees were paid in cash."""
    charges = charged(world, filed(world))
    paid_in_cash(world, charges)
    return world, charges


# -- receipts ---------------------------------------------------------------------------------------


def test_each_kind_has_its_own_numbers_from_one_in_each_year(world):
    desk = world.viewers["desk"]
    numbers = []
    for moment in ("2026-03-02T09:00", "2026-03-02T10:00", "2027-01-04T09:00"):
        with frozen(moment):
            charges = charged(world, filed(world))
            paid_in_cash(world, charges)
            numbers += [api.issue_receipt(desk, charge, PAYER).number for charge in charges]
    assert numbers == [
        "0000001/2026",
        "0000001/2026",
        "0000002/2026",
        "0000002/2026",
        "0000001/2027",
        "0000001/2027",
    ]
    for kind in ("fee", "charge"):
        series = _series(Charge.objects.filter(kind=kind).order_by("pk")[0], 2026)
        assert (series.kind, gaps(series), numbers_of(series).count()) == (f"receipt:{kind}", [], 2)


def test_a_receipt_is_issued_once_and_only_of_what_was_paid(world):
    desk, clerk = world.viewers["desk"], world.viewers["clerk"]
    charges = charged(world, filed(world))
    with refused("receipt.unpaid"):
        api.issue_receipt(desk, charges[0], PAYER)
    paid_in_cash(world, charges)
    with refused("receipt.payer"):
        api.issue_receipt(desk, charges[0], "  ")
    before = snapshot()
    with pytest.raises(NotPermitted):
        api.issue_receipt(clerk, charges[0], PAYER)
    assert snapshot() == before
    with replays(snapshot, EVERY) as events:
        first = api.issue_receipt(desk, charges[0], PAYER, idempotency_key="k")
        again = api.issue_receipt(desk, charges[0], PAYER, idempotency_key="k")
    assert again.repeated and (again.uid, again.number) == (first.uid, first.number)
    with refused("receipt.once"):
        api.issue_receipt(desk, charges[0], PAYER)
    assert all("Đào" not in str(event.payload) for event in events)
    row = Receipt.objects.get()
    assert (row.payer, row.amount, row.unit_code) == (PAYER, 50_000, world.ward.code)
    stored = fetch("SELECT payer FROM payments_receipt")[0][0]
    assert PAYER.encode() not in bytes(stored)  # sealed at rest


def test_a_cancelled_receipt_keeps_its_number_and_another_is_issued(paid):
    world, charges = paid
    desk, leader = world.viewers["desk"], world.viewers["leader"]
    first = api.issue_receipt(desk, charges[0], PAYER)
    before = snapshot()
    for name in ("desk", "officer", "clerk", "dept_leader"):
        with pytest.raises(NotPermitted):
            api.cancel_receipt(world.viewers[name], first.uid, "Ghi sai tên người nộp")
    with pytest.raises(RegisterRefused):
        api.cancel_receipt(leader, first.uid, "sai")  # too short for the register
    assert snapshot() == before
    with replays(snapshot, EVERY):
        api.cancel_receipt(leader, first.uid, "Ghi sai tên người nộp")
    with refused("receipt.state"):
        api.cancel_receipt(leader, first.uid, "Ghi sai tên người nộp")
    second = api.issue_receipt(desk, charges[0], PAYER)
    assert (first.number, second.number) == ("0000001/2026", "0000002/2026")
    series = _series(Charge.objects.get(uid=charges[0]), 2026)
    assert [bool(one.withdrawn_at) for one in numbers_of(series).order_by("number")] == [True, False]
    assert Charge.objects.get(uid=charges[0]).state == "paid"
    shown = api.receipts_of(world.viewers["clerk"], world.province, charges[0])
    assert [(one.text, one.state) for one in shown] == [
        ("0000002/2026", "issued"),
        ("0000001/2026", "cancelled"),
    ]
    assert not api.receipts_of(world.viewers["other_desk"], world.province, charges[0]).exists()


def test_a_refused_receipt_takes_no_number(paid, monkeypatch):
    world, charges = paid
    desk = world.viewers["desk"]
    from motcua.modules.payments import ledger

    def failing(*_args, **_kwargs):
        raise RuntimeError("log is full")

    monkeypatch.setattr(ledger, "record", failing)
    with pytest.raises(RuntimeError):
        api.issue_receipt(desk, charges[0], PAYER)
    monkeypatch.undo()
    assert not Receipt.objects.exists()
    assert api.issue_receipt(desk, charges[0], PAYER).number == "0000001/2026"


def test_the_receipt_of_an_order_collected_elsewhere_is_numbered_there(world):
    """Handled by a department, received and paid at a ward's desk: the ward's register."""
    charges = charged(world, filed(world, handling=world.department.code))
    paid_in_cash(world, charges)
    api.issue_receipt(world.viewers["desk"], charges[0], PAYER)
    assert Receipt.objects.get().unit_code == Order.objects.get().unit_code == world.ward.code
    assert Charge.objects.get(uid=charges[0]).unit_code == world.department.code


# -- refunds ----------------------------------------------------------------------------------------


def test_a_refund_is_asked_by_one_approved_by_another_then_paid(paid):
    world, charges = paid
    desk, leader, clerk = (world.viewers[name] for name in ("desk", "leader", "clerk"))
    with replays(snapshot, EVERY):
        asked = api.ask_refund(desk, charges[1], Dong(20_000), "overpaid", "Thu thừa", idempotency_key="k")
        assert api.ask_refund(
            desk, charges[1], Dong(20_000), "overpaid", "Thu thừa", idempotency_key="k"
        ).repeated
        api.decide_refund(leader, asked.uid, grant=True)
        done = api.pay_refund(clerk, asked.uid, "UNC-15")
    assert done.state == "paid"
    charge, duty = Charge.objects.get(uid=charges[1]), Duty.objects.get()
    assert (charge.refunded, charge.amount, charge.state) == (20_000, 120_000, "paid")
    assert (duty.refunded, duty.paid) == (20_000, 170_000)
    with refused("refund.state"):
        api.pay_refund(clerk, asked.uid, "UNC-16")


def test_nobody_approves_their_own_wish(paid):
    world, charges = paid
    leader = world.viewers["leader"]
    asked = api.ask_refund(leader, charges[0], Dong(50_000), "twice", "Nộp hai lần")
    with refused("refund.four-eyes"):
        api.decide_refund(leader, asked.uid, grant=True)
    with refused("refund.four-eyes"):
        api.decide_refund(leader, asked.uid, grant=False, reason="Không đủ căn cứ")
    for name in ("desk", "officer", "clerk", "dept_leader"):
        with pytest.raises(NotPermitted):
            api.decide_refund(world.viewers[name], asked.uid, grant=True)
    assert Refund.objects.get().state == "asked"


def test_never_more_is_given_back_than_was_paid(paid):
    world, charges = paid
    desk, leader = world.viewers["desk"], world.viewers["leader"]
    first = api.ask_refund(desk, charges[0], Dong(30_000), "overpaid", "Thu thừa")
    for amount in (0, -1, 20_001):
        with refused("refund.amount"):
            api.ask_refund(desk, charges[0], Dong(amount), "overpaid", "Thu thừa")
    with refused("refund.reason"):
        api.decide_refund(leader, first.uid, grant=False)
    with replays(snapshot, EVERY):
        api.decide_refund(leader, first.uid, grant=False, reason="Không đủ căn cứ")
    with refused("refund.state"):
        api.pay_refund(world.viewers["clerk"], first.uid, "UNC-1")
    api.ask_refund(desk, charges[0], Dong(50_000), "overpaid", "Thu thừa")  # what was refused is free again
    with refused("refund.amount"):
        api.ask_refund(desk, charges[0], Dong(1), "overpaid", "Thu thừa")


def test_what_a_wish_for_a_refund_must_say(world):
    desk = world.viewers["desk"]
    charges = charged(world, filed(world))
    with refused("refund.unpaid"):
        api.ask_refund(desk, charges[0], Dong(1), "overpaid", "Thu thừa")
    with refused("refund.cause"):
        api.ask_refund(desk, charges[0], Dong(1), "mood", "Thu thừa")
    with refused("refund.reason"):
        api.ask_refund(desk, charges[0], Dong(1), "overpaid", "")
    paid_in_cash(world, charges)
    for name in ("clerk", "other_desk"):
        with pytest.raises(NotPermitted):
            api.ask_refund(world.viewers[name], charges[0], Dong(1), "overpaid", "Thu thừa")


def test_the_charges_of_the_world_are_as_named(paid):
    assert set(Charge.objects.values_list("name", flat=True)) == {FEE, CHARGE}


def test_a_payers_name_goes_with_the_years_and_the_receipt_stays(paid):
    world, charges = paid
    with frozen("2026-03-02T09:00"):
        api.issue_receipt(world.viewers["desk"], charges[0], PAYER)
    before = Receipt.objects.values("number", "amount", "kind", "issued_at", "state").get()
    for moment, name in (("2036-03-01T09:00", PAYER), ("2036-03-03T09:00", "")):
        with frozen(moment):
            apply_retention(dry_run=False)
        assert Receipt.objects.get().payer == name
    assert Receipt.objects.values("number", "amount", "kind", "issued_at", "state").get() == before
