"""Facts are what the rows say; a row of a fact changes only with an event of its record; figures count them exactly."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from payment_world import (
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
    snapshot,
)

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.figures.api import REGISTRY, State, evaluate
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen, local
from motcua.kernel.money import Dong
from motcua.kernel.periods import Window
from motcua.modules.payments import api
from motcua.modules.payments.facts import SOURCES
from motcua.modules.payments.figures import FIGURES
from motcua.modules.payments.models import Charge, Duty, Order, Refund
from motcua.modules.payments.rules import ONLINE

pytestmark = pytest.mark.django_db
KINDS = {"text": str, "integer": int, "date": dt.date, "flag": bool}
Rows = list[dict[str, Any]]


def fact(name: str, province: int, uids: list[uuid.UUID] | None = None) -> Rows:
    """The rows of a fact by its own statement."""
    shape, sql, _events = next(source for source in SOURCES if source[0].name == name)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"province": province, "uids": uids})
        assert [column[0] for column in cursor.description] == list(shape.columns)
        return [dict(zip(shape.columns, row, strict=True)) for row in cursor.fetchall()]


def facts(world) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        shape.name: {row[shape.key]: row for row in fact(shape.name, world.province.pk)}
        for shape, _sql, _events in SOURCES
    }


@contextmanager
def fresh(world) -> Iterator[None]:
    """Rows of facts that changed inside are those of which an event told; computed alone they are as computed with all."""
    before, last = facts(world), Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    after = facts(world)
    told = Event.objects.filter(pk__gt=last).values_list("type", "subject")
    for shape, _sql, prefixes in SOURCES:
        was, now_ = before[shape.name], after[shape.name]
        changed = {key for key in was.keys() | now_.keys() if was.get(key) != now_.get(key)}
        named = {subject.partition(":")[2] for type_, subject in told if type_.startswith(prefixes)}
        assert changed <= named, (shape.name, changed - named)
        again = fact(shape.name, world.province.pk, [uuid.UUID(key) for key in named])
        assert {row[shape.key]: row for row in again} == {key: now_[key] for key in named if key in now_}


def test_every_statement_gives_its_shape(world):
    story(world)
    for shape, _sql, prefixes in SOURCES:
        rows = fact(shape.name, world.province.pk)
        assert rows, shape.name
        assert len({row[shape.key] for row in rows}) == len(rows)
        for row in rows:
            assert row[shape.unit]
            for name, kind in shape.columns.items():
                assert row[name] is None or type(row[name]) is KINDS[kind], (shape.name, name, row[name])
        assert fact(shape.name, world.province.pk + 1) == []
        assert fact(shape.name, world.province.pk, []) == []
        assert prefixes and REGISTRY.fact(shape.name) == shape


def story(world) -> dict[str, uuid.UUID]:
    """Four dossiers over two months: cash, online by the gateway, an exemption and a refund, one still owing."""
    platform = integrated(world)
    desk, leader, clerk = (world.viewers[name] for name in ("desk", "leader", "clerk"))
    made = {}
    with frozen("2026-03-02T09:00"):
        made["cash"] = filed(world)
        paid_in_cash(world, charged(world, made["cash"]))
    with frozen("2026-03-16T23:30"):
        made["online"] = filed(world)
        order = ordered_online(world, charged(world, made["online"]))
        api.take_notice(platform, world.province, notice(order, paid_at=at("2026-03-16T23:20")))
    with frozen("2026-04-01T09:00"):
        made["eased"] = filed(world)
        exempt = api.FeeChoice(relief=api.Relief("exempt", "Hộ nghèo", "Nghị quyết"))
        api.charge_by_catalogue(desk, world.province, made["eased"], {FEE: exempt})
        fee, rest = Charge.objects.filter(duty__dossier_uid=made["eased"]).order_by("pk")
        assert fee.state == "exempt"
        order = ordered_online(world, (rest.uid,))
        api.take_notice(platform, world.province, notice(order, "GD-2", paid_at=at("2026-04-01T08:59")))
        wish = api.ask_refund(desk, rest.uid, Dong(20_000), "overpaid", "Thu thừa")
        api.decide_refund(leader, wish.uid, grant=True)
    with frozen("2026-04-02T09:00"):
        api.pay_refund(clerk, wish.uid, "UNC-1")
        made["owing"] = filed(world)
        api.raise_charge(leader, world.province, made["owing"], land())
        wrong = api.raise_charge(leader, world.province, made["owing"], land(name="Ghi nhầm"))
        api.cancel_charge(leader, wrong.uid, "Ghi nhầm")
    return made


MARCH = Window(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
APRIL = Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
SPRING = Window(dt.date(2026, 3, 1), dt.date(2026, 4, 30))
HALF_MARCH = Window(dt.date(2026, 2, 15), dt.date(2026, 3, 14))


def value(world, code: str, window: Window, unit: str = "") -> Fraction | tuple[Fraction, Fraction] | None:
    figure = REGISTRY.version(f"payments.{code}", 1)

    def rows_of(name: str) -> Rows:
        rows = fact(name, world.province.pk)
        return [row for row in rows if not unit or row["unit"] == unit]

    found = evaluate(figure, rows_of, window)
    if found.state is State.NOT_APPLICABLE:
        return None
    assert found.state is State.KNOWN
    return (found.numerator, found.denominator) if figure.is_ratio else found.numerator


def test_the_figures_of_the_story_are_what_happened(world):
    story(world)
    expected = {
        "dossiers-owing": (2, 2, 4, 1),
        "dossiers-settled": (2, 1, 3, 1),
        "dossiers-online": (1, 1, 2, 0),
        "online-share": ((1, 2), (1, 2), (2, 4), (0, 1)),
        "procedures-with-duty": (2, 2, 2, 2),
        "procedures-integrated": (1, 1, 1, 1),
        "integrated-share": ((1, 2), (1, 2), (1, 2), (1, 2)),
        "procedures-paid-online": (1, 1, 1, 0),
        "procedures-paid-online-unit": (1, 1, 1, 0),
        "procedures-paid-online-share": ((1, 2), (1, 2), (1, 2), (0, 2)),
        "charged": (340_000, 5_120_000, 5_460_000, 170_000),
        "collected": (340_000, 120_000, 460_000, 170_000),
        "collected-online": (170_000, 120_000, 290_000, 0),
        "collected-online-share": ((170_000, 340_000), (120_000, 120_000), (290_000, 460_000), (0, 170_000)),
        "outstanding": (0, 5_000_000, 5_000_000, 0),
        "charges-outstanding": (0, 1, 1, 0),
        "relieved": (0, 50_000, 50_000, 0),
        "refunded": (0, 20_000, 20_000, 0),
        "refunds": (0, 1, 1, 0),
    }
    # The unit's own two are counted over a fact the index sets keep, and shown there.
    own = {"payments.unit-procedures-paid-online", "payments.unit-procedures-integrated"}
    assert {f"payments.{code}" for code in expected} | own == {figure.code for figure in FIGURES}
    windows = (MARCH, APRIL, SPRING, HALF_MARCH)
    told = {code: tuple(value(world, code, window) for window in windows) for code in expected}
    assert told == expected
    before = Window(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert value(world, "online-share", before) is None  # over nothing: not applicable, not 0 %
    assert value(world, "procedures-integrated", before) == 0  # integrated in March
    assert value(world, "procedures-with-duty", before) == 2


def test_an_expired_day_in_viet_nam_is_that_days(world):
    """23:20 on the 16th in Viet Nam is still the 16th, though 16:20 of the clock all computers share."""
    made = story(world)
    row = next(
        one for one in fact("payments_dossiers", world.province.pk) if one["dossier"] == str(made["online"])
    )
    assert (row["online_on"], row["settled_on"], row["owed_on"]) == (dt.date(2026, 3, 16),) * 3


def test_facts_hold_no_names(world):
    story(world)
    told = str(facts(world))
    assert "Đào" not in told and "Hộ nghèo" not in told and FEE not in told


def test_form_seven_counts_the_procedures_of_the_last_day(world):
    """Row 6.5: integrated and un-integrated again within the period are those of its last day."""
    integrated(world)
    coordinator = account(world, "reform-coordinator")
    with frozen("2026-03-05T08:00"):
        api.enable_online_payment(coordinator, world.province, "1.000002", ["provincial"], "Quyết định 11")
    with frozen("2026-04-10T08:00"):
        api.end_online_payment(coordinator, world.province, "1.000001")
    assert value(world, "integrated-share", MARCH) == (2, 2)
    assert value(world, "integrated-share", APRIL) == (1, 2)
    assert value(world, "integrated-share", Window(dt.date(2026, 4, 1), dt.date(2026, 4, 9))) == (2, 2)


def test_procedures_paid_online_are_counted_once_in_any_period_however_late_they_are_told(world):
    """Payments of two procedures in two units, told out of order: distinct procedures by brute force and by the figure."""
    platform = integrated(world)
    coordinator = account(world, "reform-coordinator")
    api.enable_online_payment(coordinator, world.province, "1.000002", ["national"], "Quyết định 11")
    chance = random.Random(20260302)
    moments = [at("2026-03-02T07:00") + dt.timedelta(days=chance.randrange(40)) for _ in range(14)]
    paid = []
    with frozen("2026-04-20T08:00"):
        for number, moment in enumerate(moments):
            code, unit = (
                chance.choice(["1.000001", "1.000002"]),
                chance.choice([world.ward, world.department]),
            )
            dossier = filed(world, code, handling=unit.code)
            draft = land(due_before="result", name=f"Khoản {number}", amount=Dong(1_000))
            charge = api.raise_charge(world.viewers["desk"], world.province, dossier, draft).uid
            order = ordered_online(world, (charge,))
            with fresh(world):
                told = notice(order, f"GD-{number}", paid_at=moment)
                assert api.take_notice(platform, world.province, told).outcome == "confirmed"
            paid.append((code, unit.code, local(moment).date()))
    first = dt.date(2026, 3, 1)
    for start in range(0, 45, 4):
        for length in (1, 3, 10, 40):
            last = first + dt.timedelta(days=start + length - 1)
            window = Window(first + dt.timedelta(days=start), last)
            inside = [(code, unit) for code, unit, day in paid if day in window]
            assert value(world, "procedures-paid-online", window) == len({code for code, _unit in inside})
            for unit in (world.ward.code, world.department.code):
                own = {code for code, of in inside if of == unit}
                assert value(world, "procedures-paid-online-unit", window, unit) == len(own)


# -- a walk -------------------------------------------------------------------------------------------


class Walk:
    """Operations chosen by chance, by people chosen by chance: each changes all it tells, or nothing."""

    def __init__(self, world, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.platform = integrated(world)
        names = ("desk", "officer", "leader", "clerk")
        self.people = [world.viewers[name] for name in names] + [self.platform]
        self.dossiers = [filed(world) for _ in range(3)]
        self.number = 0
        self.done: set[str] = set()

    def some(self, model: Any) -> Any:
        """Any row; more often one of the newest."""
        rows = list(model.objects.order_by("pk"))
        if not rows:
            return None
        return self.chance.choice(rows if self.chance.random() < 0.3 else rows[-3:])

    def step(self) -> None:
        name = self.chance.choice(sorted(name for name in dir(self) if name.startswith("do_")))
        for who in self.chance.sample(self.people, len(self.people)):
            self.number += 1
            try:
                with fresh(self.world), replays(snapshot, EVERY):
                    if getattr(self, name)(who) is False:
                        return
            except (api.PaymentRefused, NotPermitted):
                continue  # nothing changed: `replays` has seen to it
            self.done.add(name.removesuffix("_more"))
            return

    def do_catalogue(self, who):
        return api.charge_by_catalogue(who, self.world.province, self.chance.choice(self.dossiers))

    def do_raise(self, who):
        draft = land(name=f"Khoản {self.number}", amount=Dong(self.chance.randint(1, 9) * 1000))
        return api.raise_charge(who, self.world.province, self.chance.choice(self.dossiers), draft)

    def do_relieve(self, who):
        row = self.some(Charge)
        kind = self.chance.choice(["exempt", "reduced"])
        relief = api.Relief(kind, "Hộ nghèo", "Điều 5", Dong(500) if kind == "reduced" else None)
        return api.relieve_charge(who, row.uid, relief) if row else False

    def do_cancel_charge(self, who):
        row = self.some(Charge)
        return api.cancel_charge(who, row.uid, "Ghi nhầm") if row and self.chance.random() < 0.3 else False

    def do_place(self, who):
        row = self.some(Charge)
        method = self.chance.choice(["national", "cash", "pos"])
        if row is None:
            return False
        return api.place_order(who, [row.uid], method, partner=NPSP if method == "national" else "")

    do_place_more = do_place

    def do_send(self, who):
        row = self.some(Order)
        return api.send_order(who, row.uid) if row else False

    def do_collect(self, who):
        row = self.some(Order)
        return (
            api.collect_order(who, row.uid, Dong(row.amount), reference=f"S{self.number}") if row else False
        )

    do_collect_more = do_collect

    def do_notice(self, _who):
        row = self.some(Order)
        if row is None:
            return False
        off = self.chance.choice([0, 0, 0, 1])
        told = notice(row, f"GD-{self.chance.randrange(30)}", amount=Dong(row.amount + off))
        return api.take_notice(self.platform, self.world.province, told)

    do_notice_more = do_notice

    def do_fail(self, who):
        row = self.some(Order)
        return api.fail_order(who, row.uid) if row else False

    def do_cancel_order(self, who):
        row = self.some(Order)
        return api.cancel_order(who, row.uid) if row else False

    def do_receipt(self, who):
        row = self.some(Charge)
        return api.issue_receipt(who, row.uid, "Người Nộp Mẫu") if row else False

    def do_ask_refund(self, who):
        row = self.some(Charge)
        amount = Dong(self.chance.randint(1, 500))
        return api.ask_refund(who, row.uid, amount, "overpaid", "Thu thừa") if row else False

    def do_decide_refund(self, who):
        row = self.some(Refund)
        return (
            api.decide_refund(who, row.uid, grant=self.chance.random() < 0.8, reason="Lý do")
            if row
            else False
        )

    def do_pay_refund(self, who):
        row = self.some(Refund)
        return api.pay_refund(who, row.uid, f"UNC-{self.number}") if row else False

    def do_expire(self, _who):
        with frozen("2026-03-03T08:16") if self.chance.random() < 0.2 else frozen("2026-03-02T09:00"):
            return api.expire_orders() or False


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(2, 7))])
def test_whatever_is_done_rows_events_facts_and_sums_agree(world, seed):
    walk = Walk(world, seed)
    for _ in range(150):
        walk.step()
    assert len(walk.done) >= 8, sorted(walk.done)
    for duty in Duty.objects.all():
        rows = list(duty.charges.exclude(state="cancelled"))
        paid = [one for one in rows if one.state == "paid"]
        assert duty.owed == sum(one.amount for one in rows)
        assert duty.paid == sum(one.amount for one in paid)
        assert duty.paid_online == sum(one.amount for one in paid if one.method in ONLINE)
        assert duty.refunded == sum(
            one.amount for one in Refund.objects.filter(charge__duty=duty, state="paid")
        )
    for order in Order.objects.filter(state="confirmed"):
        assert order.amount == sum(one.amount for one in order.charges.all())
    whole = value(world, "collected", SPRING)
    assert whole == sum(Order.objects.filter(state="confirmed").values_list("amount", flat=True))
    assert value(world, "charged", SPRING) == whole + value(world, "outstanding", SPRING)
