"""Who may do what with money: every operation tried by every role, in its units, beside them and in another province.

The table of expectations is read against the door: a new operation has to say here who does it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from payment_world import (
    NPSP,
    charged,
    filed,
    integrated,
    land,
    notice,
    ordered_online,
    paid_in_cash,
)

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, NotPermitted, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments.models import Comparison, Order
from motcua.modules.payments.states import TABLE

pytestmark = pytest.mark.django_db

DESK, OFFICER, LEADERS = "reception-officer", "processing-officer", {"unit-leader", "department-head"}
CLERK, PLATFORM = "clerk", "integration-client"
ROLES = (
    DESK, OFFICER, "unit-leader", "department-head", CLERK, "commune-coordinator", "reform-coordinator",
    "system-administrator", "ministry-analyst", PLATFORM, "citizen",
)  # fmt: skip
CHARGING = {DESK, OFFICER, PLATFORM} | LEADERS
# operation: the roles that do it, over the handling or the receiving unit of the dossier
ALLOWED: dict[str, set[str]] = {
    "charge_by_catalogue": CHARGING,
    "raise_charge": CHARGING,
    "relieve_charge": {DESK} | LEADERS,
    "cancel_charge": CHARGING,
    "place_order": {DESK, PLATFORM},
    "send_order": {DESK, PLATFORM},
    "collect_order": {DESK, PLATFORM},
    "cancel_order": {DESK, PLATFORM},
    "fail_order": {PLATFORM},
    "take_notice": {PLATFORM},
    "issue_receipt": {DESK, PLATFORM},
    "cancel_receipt": LEADERS,
    "ask_refund": {DESK, OFFICER} | LEADERS,
    "decide_refund": LEADERS,
    "pay_refund": {CLERK},
    "reconcile_day": {PLATFORM, "reform-coordinator"} | LEADERS,
    "resolve_difference": {PLATFORM, "reform-coordinator"} | LEADERS,
    "enable_online_payment": {"reform-coordinator"},
    "end_online_payment": {"reform-coordinator"},
    "resume_paid_dossier": {DESK, OFFICER, PLATFORM} | LEADERS,
}
WHOLE_PROVINCE = {"enable_online_payment", "end_online_payment"}
NO_PERSON = {"expire_orders", "follow_catalogue"}  # beats
READS = {name for name in api.__all__ if name not in ALLOWED and name.islower()} - NO_PERSON


class Scene:
    """One dossier with money in every state: received by the ward, handled by a department."""

    def __init__(self, world: Any) -> None:
        from motcua.modules.dossiers import api as dossiers

        self.world, v = world, world.viewers
        self.platform = integrated(world)
        api.follow_catalogue(world.province)
        make = {"handling": world.department.code}
        self.bare = filed(world, **make)
        self.due = charged(world, filed(world, **make))
        self.online = ordered_online(world, charged(world, filed(world, **make)))
        self.cash = api.place_order(v["desk"], charged(world, filed(world, **make)), "cash").uid
        paid = charged(world, filed(world, **make))
        paid_in_cash(world, paid)
        self.paid, self.receipted = paid
        self.receipt = api.issue_receipt(v["desk"], self.receipted, "Người Nộp").uid
        self.asked = api.ask_refund(v["desk"], self.paid, Dong(1_000), "overpaid", "Thu thừa").uid
        self.approved = api.ask_refund(v["desk"], self.paid, Dong(2_000), "overpaid", "Thu thừa").uid
        api.decide_refund(v["dept_leader"], self.approved, grant=True)
        self.day = dt.date(2026, 3, 1)
        lines = [api.StatementLine("GD-X", Dong(5_000))]
        for unit in (world.ward, world.department):
            api.reconcile_day(self.leader(unit), world.province, NPSP, self.day, lines, unit_code=unit.code)
        self.waiting = filed(world, **make)
        tax = api.raise_charge(v["dept_leader"], world.province, self.waiting, land()).uid
        paid_in_cash(world, (tax,))
        dossiers.pause_for_payment(v["dept_leader"], self.waiting)

    def leader(self, unit: Any) -> Viewer:
        return self.world.viewers["leader" if unit is self.world.ward else "dept_leader"]

    def works(self, unit: Any) -> dict[str, Callable[[Viewer], Any]]:
        """Each operation as somebody of a unit tries it."""
        province = self.world.province
        difference = Comparison.objects.filter(reconciliation__unit_code=unit.code).first()
        free = api.Relief("exempt", "Hộ nghèo", "Điều 5")
        order = Order.objects.get(uid=self.online.uid)
        return {
            "charge_by_catalogue": lambda v: api.charge_by_catalogue(v, province, self.bare),
            "raise_charge": lambda v: api.raise_charge(v, province, self.bare, land()),
            "relieve_charge": lambda v: api.relieve_charge(v, self.due[0], free),
            "cancel_charge": lambda v: api.cancel_charge(v, self.due[0], "Ghi nhầm"),
            "place_order": lambda v: api.place_order(v, self.due, "cash"),
            "send_order": lambda v: api.send_order(v, order.uid),
            "collect_order": lambda v: api.collect_order(v, self.cash, Dong(170_000)),
            "cancel_order": lambda v: api.cancel_order(v, order.uid),
            "fail_order": lambda v: api.fail_order(v, order.uid),
            "take_notice": lambda v: api.take_notice(v, province, notice(order)),
            "issue_receipt": lambda v: api.issue_receipt(v, self.paid, "Người Nộp"),
            "cancel_receipt": lambda v: api.cancel_receipt(v, self.receipt, "Ghi sai tên người nộp"),
            "ask_refund": lambda v: api.ask_refund(v, self.receipted, Dong(1), "overpaid", "Thu thừa"),
            "decide_refund": lambda v: api.decide_refund(v, self.asked, grant=True),
            "pay_refund": lambda v: api.pay_refund(v, self.approved, "UNC-1"),
            "reconcile_day": lambda v: api.reconcile_day(v, province, NPSP, self.day, [], unit_code=unit.code),
            "resolve_difference": lambda v: api.resolve_difference(v, difference.uid, "not-ours", "Đã hỏi"),
            "enable_online_payment": lambda v: api.enable_online_payment(v, province, "1.000002", ["national"], "QĐ 1"),
            "end_online_payment": lambda v: api.end_online_payment(v, province, "1.000001", dt.date(2026, 3, 9)),
            "resume_paid_dossier": lambda v: api.resume_paid_dossier(v, province, self.waiting),
        }  # fmt: skip


def account(province: Province, role: str, path: str, code: str) -> Viewer:
    user = User.objects.create(username=f"{role}.{User.objects.count()}", display_name="Cán Bộ Mẫu")
    held = Role.objects.get(code=role)
    Grant.objects.create(
        user=user,
        province=province,
        role=held,
        unit_code=code,
        unit_path=path,
        valid_from=dt.date(2025, 7, 1),
    )
    return Viewer(user)


def outcome(work: Callable[[Viewer], Any], viewer: Viewer) -> str:
    """ "done", or "refused" with nothing told (nothing is changed untold: see the walk); any other refusal would hide
    what is tried."""
    events = Event.objects.count()
    with transaction.atomic():
        try:
            work(viewer)
            done = "done"
        except NotPermitted:
            assert Event.objects.count() == events
            done = "refused"
        transaction.set_rollback(True)
    return done


def test_the_table_names_every_operation_of_the_door():
    assert ALLOWED.keys() | NO_PERSON | READS == {name for name in api.__all__ if name.islower()}
    from motcua.modules.payments import queries

    assert all(
        hasattr(queries, name) for name in READS - {"order_code"}
    )  # pure: how a gateway names an order
    may_by_table = {move.operation for move in TABLE.values()}
    assert may_by_table - ALLOWED.keys() == {
        "relieve", "exempt", "pay", "send", "collect", "confirm", "fail", "expire", "approve_refund", "refuse_refund",
    }  # fmt: skip


def test_each_role_does_its_part_in_its_units_and_nothing_elsewhere(world):
    scene, province = Scene(world), world.province
    other = Province.objects.create(key="khac", agency_code="H99", place_code="99")
    for unit in (world.ward, world.department):  # the desk and the handling unit of the dossier
        works = scene.works(unit)
        assert works.keys() == ALLOWED.keys()
        for role in ROLES:
            local = account(province, role, unit.path, unit.code)
            away = account(other, role, unit.path, unit.code)
            beside = account(province, role, world.other_ward.path, world.other_ward.code)
            for name, work in works.items():
                may = role in ALLOWED[name] and name not in WHOLE_PROVINCE
                if name == "resume_paid_dossier" and unit is world.ward and role in {OFFICER, *LEADERS}:
                    may = False  # the right to handle a dossier counts in the handling unit alone
                if name == "cancel_receipt" and unit is world.department:
                    may = False  # the ward's desk collected: its number is withdrawn there
                expected = "done" if may else "refused"
                assert outcome(work, local) == expected, (name, role, unit.code)
                if unit is world.ward:
                    continue
                assert outcome(work, away) == "refused", (name, role, "another province")
                if name == "take_notice" and role == PLATFORM:
                    continue  # kept, and confirms nothing: see below
                assert outcome(work, beside) == "refused", (name, role, "another unit")


def test_what_is_of_the_whole_province_is_done_by_who_holds_it_there(world):
    scene = Scene(world)
    works = scene.works(world.ward)
    for role in ROLES:
        whole = account(world.province, role, "/", "")
        for name in WHOLE_PROVINCE:
            assert outcome(works[name], whole) == ("done" if role in ALLOWED[name] else "refused")


def test_a_platform_that_tells_of_anothers_order_confirms_nothing(world):
    scene = Scene(world)
    for unit in (world.other_ward,):
        stranger = account(world.province, PLATFORM, unit.path, unit.code)
        assert api.take_notice(stranger, world.province, notice(scene.online)).reason == "unknown"
    assert Order.objects.get(pk=scene.online.pk).state == "created"
