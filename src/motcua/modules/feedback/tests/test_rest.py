"""Programs: what the API takes and gives, within the units of its client and without personal data."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from motcua.engine.accounts.api import User
from motcua.engine.clients import calling
from motcua.engine.clients.api import Draft, create_client
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api as dossiers
from motcua.modules.feedback import api, rest
from motcua.modules.feedback.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    calling._permits.clear()
    with frozen("2026-03-02T08:15"):
        yield


def program(world, unit: Any, *scopes: str) -> str:
    """The token of a program that works for a unit."""
    user = User.objects.create(username=f"admin.{User.objects.count()}", display_name="Quản Trị Mẫu")
    role = Role.objects.get(code="system-administrator")
    Grant.objects.create(user=user, role=role, province=world.province, valid_from=dt.date(2020, 1, 1))
    draft = Draft("Cổng thử", "integration-client", scopes or (rest.READ, rest.WRITE), unit_code=unit.code)
    return create_client(Viewer(user), world.province, draft)[1]


def send(token: str, method: str, path: str, body: Any = None, key: str = "khoa-thu-0001") -> Any:
    return Client().generic(
        method,
        f"/api/v1/feedback{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {token}",
        HTTP_IDEMPOTENCY_KEY=key,
    )


def petition(world, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "service",
        "content": "Ông Mẫu hỏi về hồ sơ.",
        "receiving": world.ward.code,
        "external_code": "QG-17",
        "sender": {"name": "Trần Văn Mẫu", "phone": "0900000018"},
    } | changes


def test_a_petition_of_the_portal_comes_in_once_and_is_read_without_its_sender(world):
    token = program(world, world.ward)
    first = send(token, "POST", "/tickets", petition(world))
    assert first.status_code == 200 and first.json()["number"].endswith("-0001")
    again = send(token, "POST", "/tickets", petition(world), key="khoa-thu-0002")
    assert again.json()["id"] == first.json()["id"] and Ticket.objects.count() == 1
    uid = first.json()["id"]
    read = send(token, "GET", f"/tickets/{uid}")
    listed = send(token, "GET", "/tickets")
    history = send(token, "GET", f"/tickets/{uid}/history")
    assert read.json()["state"] == "received" and [one["id"] for one in listed.json()["items"]] == [uid]
    for answer in (read, listed, history):
        assert "Mẫu" not in answer.content.decode() and "0900000018" not in answer.content.decode()
    withdrawn = send(token, "POST", f"/tickets/{uid}/withdraw", {"text": "Rút"}, key="khoa-thu-0003")
    assert withdrawn.json()["state"] == "withdrawn"


def test_other_units_find_nothing(world):
    uid = send(program(world, world.ward), "POST", "/tickets", petition(world)).json()["id"]
    stranger = program(world, world.other_ward)
    assert send(stranger, "GET", f"/tickets/{uid}").status_code == 404
    assert send(stranger, "GET", "/tickets").json()["items"] == []
    assert send(stranger, "POST", f"/tickets/{uid}/withdraw", {"text": "Rút"}).status_code == 404
    assert send(stranger, "POST", "/tickets", petition(world), key="khoa-thu-0009").status_code == 404


def test_reactions_of_the_portal_and_refusals_in_words(world):
    token = program(world, world.ward)
    uid = send(token, "POST", "/tickets", petition(world)).json()["id"]
    early = send(token, "POST", f"/tickets/{uid}/reactions", {"likes": 1, "dislikes": 2}, key="khoa-thu-0004")
    assert (early.status_code, early.json()["code"]) == (409, "feedback.state")
    api.accept_ticket(world.viewers["coordinator"], world.province, uid)
    api.answer_ticket(world.viewers["leader"], world.province, uid, "Trả lời", "explained")
    done = send(token, "POST", f"/tickets/{uid}/reactions", {"likes": 1, "dislikes": 2}, key="khoa-thu-0005")
    assert done.status_code == 200 and Ticket.objects.get(uid=uid).dislikes == 2
    wrong = send(
        token, "POST", "/tickets", petition(world, kind="rumour", external_code=""), key="khoa-thu-0006"
    )
    assert wrong.json()["code"] == "feedback.kind.choice" and wrong.status_code == 409


def test_a_rating_comes_in_and_is_read_without_its_comment(world):
    token = program(world, world.ward)
    code = dossiers.file_dossier(world.viewers["desk"], world.province, world.filing()).code
    body = {"dossier_code": code, "kind": "reception", "level": "dissatisfied", "comment": "Cán bộ Mẫu"}
    done = send(token, "POST", "/ratings", body)
    assert done.status_code == 200 and done.json()["changed"] is False
    listed = send(token, "GET", "/ratings")
    assert [one["level"] for one in listed.json()["items"]] == ["dissatisfied"]
    assert "Mẫu" not in listed.content.decode()
    stranger = program(world, world.other_ward)
    assert send(stranger, "POST", "/ratings", body, key="khoa-thu-0007").status_code == 404
    assert send(stranger, "GET", "/ratings").json()["items"] == []
