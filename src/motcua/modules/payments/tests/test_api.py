"""The API: a platform places an order, tells of its payment, sends its day; strangers find nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from payment_world import NPSP, charged, filed, integrated, snapshot

from motcua.engine.accounts.api import User
from motcua.engine.clients import calling
from motcua.engine.clients.api import Draft, create_client
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.modules.payments import rest
from motcua.modules.payments.models import Duty, Notice, Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _permits():
    calling._permits.clear()


def program(world: Any, unit: Any = None, *scopes: str) -> str:
    """The token of a platform for a unit, or the whole province."""
    user = User.objects.create(username=f"admin.{User.objects.count()}", display_name="Quản Trị Mẫu")
    role = Role.objects.get(code="system-administrator")
    Grant.objects.create(user=user, role=role, province=world.province, valid_from=dt.date(2020, 1, 1))
    draft = Draft(
        "Cổng thử",
        "integration-client",
        scopes or (rest.READ, rest.WRITE, rest.CONFIRM),
        unit_code=unit.code if unit else "",
    )
    return create_client(Viewer(user), world.province, draft)[1]


def send(token: str, method: str, path: str, body: Any = None, key: str = "khoa-thu-0001") -> Any:
    return Client().generic(
        method,
        f"/api/v1/payments{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"authorization": f"Bearer {token}", "idempotency-key": key},
    )


def told(order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    values = {"partner": NPSP, "reference": "GD-1", "order_code": order["code"], "amount": order["amount"]}
    return values | {"paid_at": "2026-03-02T08:10:00+07:00"} | changes


def test_from_the_charge_to_the_reconciled_day(world):
    integrated(world)
    token, dossier = program(world), filed(world)
    owed = send(token, "POST", f"/dossiers/{dossier}/catalogue", {}, "khoa-00000001").json()
    assert (owed["owed"], owed["paid"], len(owed["charges"])) == (170_000, 0, 2)
    assert owed["charges"][0]["dossier_code"].startswith(world.ward.code)
    placed = {"charges": [one["id"] for one in owed["charges"]], "method": "national", "partner": NPSP}
    order = send(token, "POST", "/orders", placed, "khoa-00000002").json()
    assert (order["amount"], order["state"], len(order["code"])) == (170_000, "created", 16)
    assert send(token, "POST", f"/orders/{order['id']}/send", {}, "khoa-00000003").json()["state"] == "sent"
    wrong = send(token, "POST", "/notices", told(order, amount=1), "khoa-00000004")
    assert (wrong.status_code, wrong.json()["outcome"], wrong.json()["reason"]) == (200, "kept", "amount")
    taken = send(token, "POST", "/notices", told(order), "khoa-00000005").json()
    assert (taken["outcome"], taken["order_id"]) == ("confirmed", order["id"])
    again = send(token, "POST", "/notices", told(order), "khoa-00000006").json()
    assert (again["outcome"], again["id"]) == ("repeated", taken["id"])
    assert Notice.objects.count() == 2 and Duty.objects.get().paid == 170_000
    shown = send(token, "GET", f"/dossiers/{dossier}").json()
    assert shown["settled_at"] and {one["state"] for one in shown["charges"]} == {"paid"}
    day = {"partner": NPSP, "day": "2026-03-02", "lines": [{"reference": "GD-1", "amount": 170_000}]}
    compared = send(token, "POST", "/statements", day, "khoa-00000007").json()
    assert [compared[name] for name in ("matched", "missing_here", "missing_there", "differs")] == [
        1,
        0,
        0,
        0,
    ]


def test_another_units_money_is_not_there(world):
    integrated(world)
    dossier = filed(world)
    charges = charged(world, dossier)
    whole = program(world)
    placed = {"charges": [str(one) for one in charges], "method": "national", "partner": NPSP}
    order = send(whole, "POST", "/orders", placed, "khoa-00000001").json()
    stranger, before = program(world, world.other_ward), snapshot()
    assert send(stranger, "GET", "").json()["items"] == []
    answers = [
        send(stranger, "GET", f"/dossiers/{dossier}"),
        send(stranger, "GET", f"/orders/{order['id']}"),
        send(stranger, "POST", f"/dossiers/{dossier}/catalogue", {}, "khoa-00000002"),
        send(stranger, "POST", "/orders", placed, "khoa-00000003"),
        send(stranger, "POST", f"/orders/{order['id']}/send", {}, "khoa-00000004"),
        send(stranger, "POST", f"/orders/{order['id']}/fail", {}, "khoa-00000005"),
        send(stranger, "POST", f"/orders/{order['id']}/cancel", {}, "khoa-00000006"),
    ]
    assert [one.status_code for one in answers] == [404] * len(answers)
    assert snapshot() == before
    kept = send(stranger, "POST", "/notices", told(order), "khoa-00000007").json()
    assert (kept["outcome"], kept["reason"], kept["order_id"]) == ("kept", "unknown", None)
    assert Order.objects.get().state == "created"


def test_a_scope_is_asked_for_and_refusals_are_told_in_words(world):
    dossier = filed(world)
    reader = program(world, None, rest.READ)
    assert send(reader, "POST", f"/dossiers/{dossier}/catalogue", {}).status_code == 403
    assert send(reader, "POST", "/notices", {}).status_code == 403
    token = program(world)
    send(token, "POST", f"/dossiers/{dossier}/catalogue", {}, "khoa-00000001")
    twice = send(token, "POST", f"/dossiers/{dossier}/catalogue", {}, "khoa-00000002")
    assert (twice.status_code, twice.json()["code"]) == (409, "payments.charge.twice")
    land = {"kind": "land", "name": "Tiền sử dụng đất", "amount": 0, "basis": "TB 01"}
    assert send(token, "POST", f"/dossiers/{dossier}/charges", land, "khoa-00000003").status_code == 422
    raised = send(token, "POST", f"/dossiers/{dossier}/charges", land | {"amount": 7_000}, "khoa-00000004")
    assert raised.json()["owed"] == 177_000
    pages = [send(token, "GET", "?limit=2").json()]
    while pages[-1]["next"]:
        pages.append(send(token, "GET", f"?limit=2&cursor={pages[-1]['next']}").json())
    assert [len(page["items"]) for page in pages] == [2, 1]
