"""The API calls the operations and holds no rule; what the client may not see is not there."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from record_world import DAY, file_of, filed, resolved

from motcua.engine.accounts.api import User
from motcua.engine.clients.api import Draft, create_client
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.kernel.clock import frozen
from motcua.modules.records import api
from motcua.modules.records.data import Checks, PaperDraft, ScannedPaper
from motcua.modules.records.models import Digitisation, Reuse
from motcua.modules.records.rest import READ, WRITE

pytestmark = pytest.mark.django_db
SCOPES = (READ, WRITE)


@pytest.fixture(autouse=True)
def morning():
    with frozen("2026-03-02T10:00"):
        yield


def client_at(world, unit):
    """A program with the role of a connection over one unit."""
    cache.clear()
    admin = User.objects.create_user(f"api-{uuid.uuid4().hex}", None, display_name="Test")
    for role in ("system-administrator", "integration-client"):
        Grant.objects.create(
            user=admin,
            role=Role.objects.get(code=role),
            province=world.province,
            unit_path="/",
            valid_from=dt.date(2025, 7, 1),
        )
    draft = Draft(name="Test", role="integration-client", scopes=SCOPES, unit_code=unit.code)
    token = create_client(Viewer(admin), world.province, draft)[1]

    def call(method, path, body=None):
        answer = Client().generic(
            method,
            f"/api/v1/records{path}",
            json.dumps(body or {}),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {token}",
            HTTP_IDEMPOTENCY_KEY=uuid.uuid4().hex,
        )
        return answer.status_code, answer.json()

    return call


def test_a_scan_is_seen_checked_and_sent_back(world):
    call = client_at(world, world.ward)
    desk = world.viewers["desk"]
    uid = filed(world)
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk))])
    status, seen = call("GET", f"/dossiers/{uid}/papers")
    assert status == 200 and [(one["state"], one["digitised"]) for one in seen] == [
        ("scanned", False),
        ("due", False),
    ]
    assert seen[0]["state_word"] == "đã quét, chờ kiểm tra" and len(seen[0]["digest"]) == 64
    assert call("POST", f"/dossiers/{uid}/papers/1/accept") == (
        200, {"id": str(uid), "state": "accepted", "repeated": False},
    )  # fmt: skip
    assert call("POST", f"/dossiers/{uid}/papers/1/refuse", {"legible": True, "complete": True})[0] == 409
    assert call("POST", f"/dossiers/{uid}/papers/1/refuse", {"legible": True, "complete": False})[0] == 200
    status, told = call("POST", f"/dossiers/{uid}/papers/2/exempt", {"ground": "gì đó"})
    assert (status, told["code"]) == (409, "records.exempt.ground")
    assert call("POST", f"/dossiers/{uid}/papers/2/exempt", {"ground": "shown"})[0] == 200
    assert [row.state for row in Digitisation.objects.order_by("number")] == ["refused", "exempt"]


def test_a_paper_of_the_store_is_found_and_used(world):
    call = client_at(world, world.ward)
    desk = world.viewers["desk"]
    first, uid = filed(world), filed(world)
    api.scan_papers(desk, first, [ScannedPaper(1, file_of(world, desk), checks=Checks(True, True))])
    paper = api.keep_paper(
        desk, first, PaperDraft("Giấy khai sinh", "K1", number="123/2026", component=1)
    ).uid
    status, found = call("GET", f"/dossiers/{uid}/store")
    assert status == 200 and [(one["id"], one["kind_code"]) for one in found] == [(str(paper), "K1")]
    assert "123/2026" not in json.dumps(found)
    body = {"paper_id": str(paper), "consent": "account", "consented_on": DAY.isoformat()}
    assert call("POST", f"/dossiers/{uid}/papers/2/reuse", body | {"consent": "miệng"})[0] == 422
    status, done = call("POST", f"/dossiers/{uid}/papers/2/reuse", body)
    assert status == 200 and done["state"] == "used" and Reuse.objects.count() == 1
    assert call("GET", f"/dossiers/{uid}/papers")[1][1]["reused_paper"] == str(paper)


def test_a_result_is_read_and_its_delivery_obeys_the_role(world):
    call = client_at(world, world.ward)
    uid = filed(world)
    resolved(world, uid, file_id=file_of(world, world.viewers["officer"], signed=True))
    api.issue_result(world.viewers["clerk"], uid)
    status, found = call("GET", f"/dossiers/{uid}/results")
    assert status == 200 and [(one["number"], one["state"]) for one in found] == [("01/2026", "issued")]
    assert call("POST", f"/dossiers/{uid}/deliver")[0] == 403  # a connection's role does not deliver


def test_a_client_of_another_unit_finds_nothing(world):
    uid = filed(world)
    call = client_at(world, world.other_ward)
    for path in ("papers", "store", "results"):
        assert call("GET", f"/dossiers/{uid}/{path}")[0] == 404
    assert call("POST", f"/dossiers/{uid}/papers/1/exempt", {"ground": "shown"})[0] == 404
    assert not Digitisation.objects.exists()
