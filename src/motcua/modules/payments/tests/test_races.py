"""Two at once: the same notice, two orders for one charge, one reference for two orders, two receipts, two refunds."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from payment_world import at, charged, filed, integrated, notice, ordered_online, paid_in_cash

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import frozen
from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments.models import Charge, Duty, Notice, Order, Receipt, Refund

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Results, or errors, of works started together, each on a connection of its own."""
    gate, found = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            with frozen("2026-03-02T09:00"):
                gate.wait()
                found[number] = work()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, work)) for number, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def same(viewer: Viewer) -> Viewer:
    return Viewer(viewer.user)


def codes(found: list[Any]) -> Counter[str]:
    return Counter(getattr(one, "code", type(one).__name__) for one in found)


def test_the_same_moment_never_pays_twice(committed_world):
    world = committed_world
    platform, desk, leader = integrated(world), world.viewers["desk"], world.viewers["leader"]
    dossier = filed(world)
    charges = charged(world, dossier)
    order = ordered_online(world, charges)

    told = at_once(*[lambda: api.take_notice(same(platform), world.province, notice(order))] * 4)
    assert Counter(one.outcome for one in told) == {"confirmed": 1, "repeated": 3}
    assert Event.objects.filter(type="payments:order:confirmed").count() == 1 and Notice.objects.count() == 1
    assert Duty.objects.get().paid == 170_000

    unknown = notice(order, "GD-X", order_code="KHONGCO")
    told = at_once(*[lambda: api.take_notice(same(platform), world.province, unknown)] * 4)
    assert Counter(one.outcome for one in told) == {"kept": 1, "repeated": 3}

    one, two = (ordered_online(world, charged(world, filed(world))) for _ in range(2))
    told = at_once(
        lambda: api.take_notice(same(platform), world.province, notice(one, "GD-5")),
        lambda: api.take_notice(same(platform), world.province, notice(two, "GD-5")),
    )
    assert sorted((each.outcome, each.reason) for each in told) == [("confirmed", ""), ("kept", "state")]

    found = at_once(*[lambda: api.issue_receipt(same(desk), charges[0], "Người Nộp")] * 3)
    assert codes(found) == {"Done": 1, "payments.receipt.once": 2}
    assert Receipt.objects.get().number == 1

    found = at_once(
        *[lambda: api.ask_refund(same(desk), charges[0], Dong(30_000), "overpaid", "Thu thừa")] * 2
    )
    assert codes(found) == {"Done": 1, "payments.refund.amount": 1}
    wish = Refund.objects.get()
    found = at_once(*[lambda: api.decide_refund(same(leader), wish.uid, grant=True)] * 2)
    assert codes(found) == {"Done": 1, "payments.refund.state": 1}


def test_two_orders_and_two_first_charges_at_once(committed_world):
    world = committed_world
    desk = world.viewers["desk"]
    dossier = filed(world)
    found = at_once(*[lambda: api.charge_by_catalogue(same(desk), world.province, dossier)] * 3)
    assert codes(found) == {"Done": 1, "payments.charge.twice": 2}
    assert Duty.objects.count() == 1 and Charge.objects.count() == 2
    charges = list(Charge.objects.values_list("uid", flat=True))
    found = at_once(*[lambda: api.place_order(same(desk), charges, "cash")] * 3)
    assert codes(found) == {"Done": 1, "payments.charge.ordered": 2}
    order = Order.objects.get()
    found = at_once(
        *[lambda: api.collect_order(same(desk), order.uid, Dong(170_000), idempotency_key="k")] * 3
    )
    assert sorted(one.repeated for one in found) == [False, True, True]

    others = [charged(world, filed(world)) for _ in range(2)]
    slips = [api.place_order(desk, one, "pos").uid for one in others]
    found = at_once(
        *[
            lambda slip=slip: api.collect_order(same(desk), slip, Dong(170_000), reference="POS-1")
            for slip in slips
        ]
    )
    assert codes(found) == {"Done": 1, "payments.order.reference": 1}

    paid = [charged(world, filed(world)) for _ in range(4)]
    for one in paid:
        paid_in_cash(world, one)
    found = at_once(*[lambda one=one: api.issue_receipt(same(desk), one[0], "Người Nộp") for one in paid])
    assert sorted(one.number for one in found) == [f"{number:07d}/2026" for number in range(1, 5)]
    assert at("2026-03-02T09:00") >= Receipt.objects.order_by("pk")[0].issued_at
