"""How many SQL statements each operation, call of the API and page costs, held to `query_counts.json`.

More fails, and so does fewer: then write the file anew, with MOTCUA_WRITE_QUERY_COUNTS=1. Not counted: what begins and
ends transactions, and reads of what a process keeps for a moment (calendars, units, catalogue), which come now and then.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.engine.accounts.api import User
from motcua.engine.clients.api import ApiClient, Draft, create_client
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.kernel.clock import VIETNAM, frozen, now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import HandedPaper, ResultDraft
from motcua.modules.dossiers.models import SupplementException
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.states import TABLE

pytestmark = pytest.mark.django_db

FILE = Path(__file__).with_name("query_counts.json")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RESULT, WHY = ResultDraft("Giấy xác nhận"), "Lý do thử nghiệm đủ dài"
_NOT_COUNTED = re.compile(
    r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET )|set_config|calendars_|catalogue_|organisations_|engine_cache", re.I
)  # fmt: skip
Counts = dict[str, int]


class Counter:
    """Counts by name; `seen` keeps the statements for whoever must look at them."""

    def __init__(self) -> None:
        self.counts: Counts = {}
        self.seen: dict[str, list[str]] = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as caught:
            done = work()
        self.seen[name] = [
            query["sql"] for query in caught.captured_queries if not _NOT_COUNTED.search(query["sql"])
        ]
        self.counts[name] = len(self.seen[name])
        return done


def compare(part: str, counter: Counter) -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    if os.environ.get("MOTCUA_WRITE_QUERY_COUNTS"):
        kept[part] = counter.counts
        FILE.write_text(
            json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return
    stated, wrong = kept[part], []
    for name in sorted(counter.counts.keys() | stated.keys()):
        measured, expected = counter.counts.get(name), stated.get(name)
        if measured != expected:
            told = "\n    ".join(sql[:300] for sql in counter.seen.get(name, []))
            wrong.append(f"{name}: {measured} statements, the file says {expected}\n    {told}")
    assert not wrong, "\n".join(wrong)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


# -- operations -------------------------------------------------------------------------------------


def test_operations(world):
    """Every operation of the state table, each on a dossier brought to where it applies."""
    with frozen("2026-03-02T08:15"):
        whole_path(world, Counter())  # what is kept in the process is there
        counter = Counter()
        whole_path(world, counter)
        side_ways(world, counter)
    with frozen("2026-03-20T09:00"):
        afterwards(world, counter)
    assert set(TABLE) <= counter.counts.keys()
    compare("operations", counter)


def file_one(world: Any, *, to: str = "process") -> uuid.UUID:
    """A dossier at a step of the usual process."""
    v = world.viewers
    uid = api.file_dossier(v["desk"], world.province, world.filing()).uid
    for name, work in (
        ("assign", lambda: api.forward_dossier(v["desk"], uid)),
        ("process", lambda: api.forward_dossier(v["leader"], uid)),
        ("approve", lambda: api.submit_dossier(v["officer"], uid, RESULT)),
    ):
        work()
        if name == to:
            break
    return uid


def whole_path(world: Any, count: Counter) -> None:
    v = world.viewers
    uid = count("file", lambda: api.file_dossier(v["desk"], world.province, world.filing())).uid
    count("forward", lambda: api.forward_dossier(v["desk"], uid))
    count("assign", lambda: api.assign_step(v["leader"], uid, v["leader"].user_id))
    count("forward, repeated key", lambda: forward_twice(v["leader"], uid))
    count("claim", lambda: api.claim_step(v["officer"], uid))
    count("submit", lambda: api.submit_dossier(v["officer"], uid, RESULT))
    count("approve", lambda: api.approve_dossier(v["leader"], uid))
    count("sign", lambda: api.sign_dossier(v["leader"], uid))
    count("record_result", lambda: api.record_result(v["clerk"], uid))
    count("return_result", lambda: api.return_result(v["desk"], uid))


def forward_twice(viewer: Viewer, uid: uuid.UUID) -> None:
    first = api.forward_dossier(viewer, uid, idempotency_key="khoa-1")
    assert not first.repeated
    assert api.forward_dossier(viewer, uid, idempotency_key="khoa-1").repeated


def side_ways(world: Any, count: Counter) -> None:
    v, province = world.viewers, world.province
    count("file, handed over", lambda: api.file_dossier(v["desk"], province, world.filing(), hand_over=True))
    uid = count("register", lambda: api.register_dossier(v["desk"], province, world.filing())).uid
    count("receive", lambda: api.receive_dossier(v["desk"], uid))
    count("refuse", lambda: api.refuse_dossier(v["desk"], uid, WHY))
    uid = file_one(world)
    count("request_supplement", lambda: api.request_supplement(v["officer"], uid, ["Bản sao"], WHY))
    count("take_supplement", lambda: api.take_supplement(v["desk"], uid, [HandedPaper("Bản sao")]))
    SupplementException.objects.create(
        province=province, basis="Quyết định mẫu", valid_from=dt.date(2025, 7, 1)
    )
    count("consent_supplement", lambda: api.consent_to_supplement(v["leader"], uid, WHY))
    count("pause_for_payment", lambda: api.pause_for_payment(v["officer"], uid))
    count("resume_after_payment", lambda: api.resume_after_payment(v["officer"], uid))
    count("wait_for_system", lambda: api.wait_for_system(v["officer"], uid, "Hệ thống mẫu"))
    count("resume_from_system", lambda: api.resume_from_system(v["officer"], uid))
    count(
        "consult",
        lambda: api.consult_units(v["officer"], uid, [world.department.code], WHY, at("2026-03-03T17:00")),
    )
    count("answer_consultation", lambda: api.answer_consultation(v["dept_officer"], uid, "3?1", "Đồng ý"))
    count("extend", lambda: api.extend_dossier(v["leader"], uid, at("2026-03-10T17:00"), WHY))
    count("transfer", lambda: api.transfer_dossier(v["leader"], uid, world.other_ward.code, WHY))
    uid = file_one(world, to="approve")
    count("return_step", lambda: api.return_step(v["leader"], uid, "3", WHY))
    count("withdraw", lambda: api.withdraw_dossier(v["desk"], uid, WHY))


def afterwards(world: Any, count: Counter) -> None:
    v = world.viewers
    with frozen("2026-03-02T09:00"):
        uid = file_one(world)
    count("apologise", lambda: api.apologise(v["leader"], uid, WHY))
    count("record_late_reason", lambda: api.record_late_reason(v["officer"], uid, next(iter(late_causes()))))
    count("attach_paper", lambda: attach(world, uid))
    count("stop", lambda: api.stop_dossier(v["leader"], uid, WHY))
    from dossier_world import officer

    count("ask_reopening", lambda: api.ask_reopening(v["leader"], uid, WHY))
    second = officer(world.province, "second_leader", "unit-leader", world.ward)
    assert second.may("dossiers.dossiers.reopen")
    count("reopen", lambda: api.decide_reopening(second, uid, grant=True))


def attach(world: Any, uid: uuid.UUID) -> None:
    from motcua.engine.files.models import Blob, StoredFile

    viewer = world.viewers["desk"]
    Blob.objects.create(digest="0" * 64, size=1)
    kept = StoredFile.objects.create(
        province=world.province,
        blob_id="0" * 64,
        media_type="application/pdf",
        display_name="a.pdf",
        owner_id=viewer.user_id,
        created_at=now(),
    )
    api.attach_paper(viewer, uid, 1, kept.pk)


# -- the API ----------------------------------------------------------------------------------------


def test_calls_of_the_api(world):
    cache.clear()
    with frozen("2026-03-02T08:15"):
        Client().get(
            "/api/v1/dossiers"
        )  # addresses, and with them scopes, are known from the first request on
        token = token_for(world)
        for counter in (Counter(), Counter()):
            api_calls(world, token, counter)
    compare("api", counter)


def token_for(world: Any) -> str:
    """A client that acts as the ward's processing officer and desk in one."""
    admin = User.objects.create_user("t.admin", None, display_name="Quản Trị Mẫu")
    role = Role.objects.get(code="system-administrator")
    Grant.objects.create(
        user=admin, role=role, province=world.province, unit_path="/", valid_from=dt.date(2025, 7, 1)
    )
    draft = Draft(
        "Mẫu", "integration-client", ("dossiers.read", "dossiers.write"), world.ward.code, per_minute=6000
    )
    client, token = create_client(Viewer(admin), world.province, draft)
    assert ApiClient.objects.filter(pk=client.pk).exists()
    return token


def api_calls(world: Any, token: str, count: Counter) -> None:
    filing = {
        "procedure_code": "1.000001",
        "receiving": world.ward.code,
        "handling": world.ward.code,
        "applicant_id": str(world.applicant.uid),
        "papers": [{"name": "Tờ khai"}],
        "receive": True,
    }
    call(token, "/api/v1/dossiers")  # reserves a lot of calls of this minute
    uid = count("POST dossiers", lambda: call(token, "/api/v1/dossiers", filing))["id"]
    for _ in range(3):
        call(token, "/api/v1/dossiers", filing)
    count("GET dossiers, one of few", lambda: call(token, "/api/v1/dossiers"))
    count("GET dossiers/{id}", lambda: call(token, f"/api/v1/dossiers/{uid}"))
    count("GET dossiers/{id}/history", lambda: call(token, f"/api/v1/dossiers/{uid}/history"))
    count("GET dossiers/work", lambda: call(token, "/api/v1/dossiers/work"))
    wanted = {"items": ["Bản sao"], "reason": WHY}
    count("POST dossiers/{id}/supplement", lambda: call(token, f"/api/v1/dossiers/{uid}/supplement", wanted))
    papers = [{"name": "Bản sao"}]
    count(
        "POST dossiers/{id}/supplement/answer",
        lambda: call(token, f"/api/v1/dossiers/{uid}/supplement/answer", papers),
    )
    count("POST dossiers/{id}/forward", lambda: call(token, f"/api/v1/dossiers/{uid}/forward", {}))
    api.forward_dossier(world.viewers["leader"], uuid.UUID(uid))
    result = {"name": "Giấy xác nhận"}
    count("POST dossiers/{id}/submit", lambda: call(token, f"/api/v1/dossiers/{uid}/submit", result))
    count(
        "POST dossiers/{id}/withdraw",
        lambda: call(token, f"/api/v1/dossiers/{uid}/withdraw", {"reason": WHY}),
    )


def call(token: str, path: str, body: Any = None) -> Any:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": uuid.uuid4().hex}
    client = Client()
    if body is None:
        answer = client.get(path, **headers)
    else:
        answer = client.post(path, json.dumps(body), content_type="application/json", **headers)
    assert answer.status_code == 200, (path, answer.content.decode()[:500])
    return answer.json()


# -- pages ------------------------------------------------------------------------------------------


def test_pages(world):
    """With two dossiers at each place; other tests hold that a longer list costs no more."""
    cache.clear()
    with frozen("2026-03-02T08:15"):
        uids = [file_one(world) for _ in range(2)] + [file_one(world, to="approve") for _ in range(2)]
    with frozen("2026-03-12T08:15"):
        for counter in (Counter(), Counter()):
            look(world, uids[0], counter)
    compare("pages", counter)


def look(world: Any, uid: uuid.UUID, count: Counter) -> None:
    for who, path in (
        ("officer", "/ho-so/?ai=mine"),
        ("leader", "/ho-so/?ai=unit"),
        ("leader", "/ho-so/duyet/"),
        ("leader", "/ho-so/bang-dieu-hanh/"),
        ("leader", "/ho-so/qua-han/"),
        ("officer", "/ho-so/tim/?q=dao"),
        ("desk", "/ho-so/tiep-nhan/"),
        ("desk", "/ho-so/tiep-nhan/hom-nay/"),
        ("officer", f"/ho-so/{uid}/"),
    ):
        client = client_of(world, who)
        answer = count(
            f"{who} {path.replace(str(uid), '{uid}')}", lambda client=client, path=path: client.get(path)
        )
        assert answer.status_code == 200, path


def client_of(world: Any, name: str) -> Client:
    key = world.viewers[name].user_id
    User.objects.filter(pk=key).update(must_change_password=False)
    client = Client()
    client.force_login(User.objects.get(pk=key), backend=BACKEND)
    client.get("/ho-so/tim/")  # the session notes once that somebody is here
    return client
