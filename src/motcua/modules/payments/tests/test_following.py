"""Units change: what is still to be paid or given back follows, what is closed stays as it was then."""

from __future__ import annotations

import pytest
from payment_world import charged, filed, paid_in_cash

from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments.following import OpenFollower
from motcua.modules.payments.models import Charge, Duty, Order, Refund
from motcua.reference.organisations.api import Move, followers

pytestmark = pytest.mark.django_db
OWN = ("charges", "desks", "duties", "orders", "refunds")


def mine() -> list[OpenFollower]:
    return [one for one in followers() if isinstance(one, OpenFollower)]


def places() -> dict[str, list[str]]:
    return {
        "duty": list(Duty.objects.order_by("pk").values_list("unit_code", flat=True)),
        "desk": list(Duty.objects.order_by("pk").values_list("received_code", flat=True)),
        "charge": list(Charge.objects.order_by("pk").values_list("unit_code", flat=True)),
        "order": list(Order.objects.order_by("pk").values_list("unit_code", flat=True)),
        "refund": list(Refund.objects.order_by("pk").values_list("unit_code", flat=True)),
    }


def test_open_money_moves_with_its_unit_and_comes_back_when_undone(world):
    desk, ward, other = world.viewers["desk"], world.ward, world.other_ward
    settled = charged(world, filed(world))
    paid_in_cash(world, settled)
    paid_in_cash(world, (claimed := charged(world, filed(world))))
    api.ask_refund(desk, claimed[0], Dong(1_000), "overpaid", "Thu thừa")
    due = charged(world, filed(world))
    api.place_order(desk, due[:1], "cash")

    assert [one.code for one in mine()] == [f"payments:{name}" for name in OWN]
    before = places()
    assert [one.count(world.province, [ward.path]) for one in mine()] == [2, 2, 2, 1, 1]  # by code
    assert all(one.count(world.province, []) == 0 for one in mine())
    move = Move(ward.code, ward.path, other.code, other.path)
    kept = [(one, one.move(world.province, [move])) for one in mine()]
    w, o = ward.code, other.code
    assert places() == {
        "duty": [w, o, o],
        "desk": [w, o, o],
        "charge": [w, w, w, w, o, o],
        "order": [w, w, o],
        "refund": [o],
    }
    other_desk = world.viewers["other_desk"]
    assert {one.uid for one in api.charges(other_desk, world.province, "due")} == set(due)
    for one, memento in reversed(kept):
        one.restore(world.province, memento)
    assert places() == before
