"""Spans in which a procedure has a financial duty follow the catalogue; spans of paying online are declared."""

from __future__ import annotations

import datetime as dt

import pytest
from payment_world import EVERY, account, refused, set_fees, snapshot

from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.catalogue.api import forget_procedures
from motcua.modules.catalogue.data import Fee
from motcua.modules.catalogue.models import Procedure, Version
from motcua.modules.payments import api
from motcua.modules.payments.models import FeeProcedure, OnlineProcedure

pytestmark = pytest.mark.django_db
SINCE = dt.date(2025, 7, 1)
PAID, FREE = (Fee("Lệ phí", 10_000),), ()
BASIS = "Quyết định 10/QĐ-UBND"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def spans(model=FeeProcedure) -> dict[str, list[tuple[dt.date, dt.date | None]]]:
    found: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for row in model.objects.order_by("procedure_code", "valid_from"):
        found.setdefault(row.procedure_code, []).append((row.valid_from, row.valid_to))
    return found


def next_version(world, code: str, since: str, fees: tuple[Fee, ...]) -> None:
    last = Version.objects.get(province=world.province, procedure__code=code, valid_to=None)
    fresh = Version.objects.get(pk=last.pk)
    last.valid_to = day(since)
    last.save()
    fresh.pk, fresh.number, fresh.valid_from = None, last.number + 1, day(since)
    fresh.save()
    set_fees(fresh, fees, fees)
    forget_procedures()


def follow(world, when: str) -> int:
    return api.follow_catalogue(world.province, day(when))


def test_those_with_a_fee_have_a_duty_since_their_version_began(world):
    with replays(snapshot, EVERY):
        assert follow(world, "2026-03-02") == 2
    assert spans() == {"1.000001": [(SINCE, None)], "1.000002": [(SINCE, None)]}
    assert follow(world, "2026-03-02") == 0  # 1.000003 asks for nothing, 1.000004 has no fees
    assert [one.procedure_code for one in api.fee_procedures(world.province, day("2026-03-02"))] == [
        "1.000001",
        "1.000002",
    ]


def test_a_duty_begins_with_the_first_of_the_versions_that_asked_without_a_break(world):
    next_version(world, "1.000004", "2025-09-01", PAID)
    next_version(world, "1.000004", "2025-11-01", FREE)
    next_version(world, "1.000004", "2026-01-01", PAID)
    next_version(world, "1.000004", "2026-02-01", PAID)
    follow(world, "2026-03-02")
    assert spans()["1.000004"] == [(day("2026-01-01"), None)]


def test_a_duty_ends_on_the_day_the_new_version_frees_and_may_come_back(world):
    follow(world, "2026-03-02")
    next_version(world, "1.000001", "2026-03-10", FREE)
    assert follow(world, "2026-03-09") == 0
    with replays(snapshot, EVERY):
        assert follow(world, "2026-03-20") == 1  # noticed late, told for the right day
    assert spans()["1.000001"] == [(SINCE, day("2026-03-10"))]
    next_version(world, "1.000001", "2026-04-01", PAID)
    assert follow(world, "2026-04-02") == 1
    assert spans()["1.000001"] == [(SINCE, day("2026-03-10")), (day("2026-04-01"), None)]


def test_a_procedure_that_is_stopped_has_none_from_the_day_it_stopped(world):
    follow(world, "2026-03-02")
    last = Version.objects.get(province=world.province, procedure__code="1.000002", valid_to=None)
    last.valid_to = day("2026-03-05")
    last.save()
    Procedure.objects.filter(pk=last.procedure_id).update(lifecycle="stopped")
    forget_procedures()
    assert follow(world, "2026-03-12") == 1
    assert spans()["1.000002"] == [(SINCE, day("2026-03-05"))]


def test_paying_online_is_declared_with_its_basis_once_at_a_time(world):
    coordinator = account(world, "reform-coordinator")
    with refused("online.no-duty"):
        api.enable_online_payment(coordinator, world.province, "1.000001", ["national"], BASIS)
    follow(world, "2026-03-02")
    with replays(snapshot, EVERY):
        uid = api.enable_online_payment(
            coordinator, world.province, "1.000001", ["provincial", "national"], BASIS, day("2026-01-15"), idempotency_key="k"
        )  # fmt: skip
        again = api.enable_online_payment(
            coordinator, world.province, "1.000001", ["national"], BASIS, idempotency_key="k"
        )
    assert again == uid
    row = OnlineProcedure.objects.get()
    assert (row.gateways, row.valid_from, row.field_code) == ("national,provincial", day("2026-01-15"), "HT")
    for code, procedure, gateways, basis in (
        ("online.already", "1.000001", ["national"], BASIS),
        ("online.no-duty", "1.000003", ["national"], BASIS),
        ("online.no-duty", "9.999999", ["national"], BASIS),
        ("online.gateways", "1.000002", ["paper"], BASIS),
        ("online.gateways", "1.000002", ["national", "paper"], BASIS),
        ("online.gateways", "1.000002", [], BASIS),
        ("online.basis", "1.000002", ["national"], " "),
    ):
        with refused(code):
            api.enable_online_payment(coordinator, world.province, procedure, gateways, basis)
    with refused("online.none"):
        api.end_online_payment(coordinator, world.province, "1.000002")
    with replays(snapshot, EVERY):
        assert api.end_online_payment(coordinator, world.province, "1.000001", idempotency_key="k") == uid
        assert api.end_online_payment(coordinator, world.province, "1.000001", idempotency_key="k") == uid
    assert spans(OnlineProcedure) == {"1.000001": [(day("2026-01-15"), day("2026-03-02"))]}
    with frozen("2026-03-03T08:00"):
        assert not api.online_procedures(world.province, day("2026-03-03")).exists()
        with refused("online.already"):  # a span may not begin within one that was
            api.enable_online_payment(
                coordinator, world.province, "1.000001", ["national"], BASIS, day("2026-02-01")
            )


def test_paying_online_ends_with_the_duty(world):
    coordinator = account(world, "reform-coordinator")
    follow(world, "2026-03-02")
    api.enable_online_payment(coordinator, world.province, "1.000001", ["national"], BASIS)
    next_version(world, "1.000001", "2026-03-10", FREE)
    with replays(snapshot, EVERY):
        follow(world, "2026-03-10")
    assert spans(OnlineProcedure) == {"1.000001": [(day("2026-03-02"), day("2026-03-10"))]}


def test_only_who_holds_it_over_the_whole_province_declares(world):
    follow(world, "2026-03-02")
    before = snapshot()
    for viewer in (*world.viewers.values(), account(world, "reform-coordinator", world.ward)):
        with pytest.raises(NotPermitted):
            api.enable_online_payment(viewer, world.province, "1.000001", ["national"], BASIS)
        with pytest.raises(NotPermitted):
            api.end_online_payment(viewer, world.province, "1.000001")
    assert snapshot() == before
