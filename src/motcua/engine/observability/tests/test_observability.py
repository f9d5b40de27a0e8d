"""Health in words, counts, and logs in which nobody can be found."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import subprocess
import sys
import time

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.jobs.api import JobsError
from motcua.engine.observability import health, metrics, middleware
from motcua.engine.observability.jobwatch import job_ended
from motcua.engine.observability.logs import FIELDS, PrivateFormatter
from motcua.engine.permissions.api import Grant, Role, RolePermission
from motcua.engine.provinces.api import Province

NAME, WORD, SECRET = "nguyenvanbimat", "Bùi Thị Kín Đáo", "mat-khau-rat-bi-mat"


@pytest.fixture
def lines(monkeypatch):
    """The log as it would be written, line by line."""
    written: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record):
            written.append(PrivateFormatter().format(record))

    keeper = Keeper()
    root = logging.getLogger()
    root.addHandler(keeper)
    monkeypatch.setattr(logging.getLogger("motcua"), "level", logging.INFO)
    yield written
    root.removeHandler(keeper)


@pytest.fixture
def person(db):
    province = Province.objects.create(key="p", agency_code="H05", place_code="24")
    user = User.objects.create_user(NAME, SECRET, display_name=WORD, email="bimat@example.vn")
    role = Role.objects.create(code="r", label="R")
    for permission in ("jobs.queue.view", "jobs.queue.retry"):
        RolePermission.objects.create(role=role, permission=permission)
    Grant.objects.create(user=user, role=role, province=province, valid_from=dt.date(2020, 1, 1))
    return user


def signed_in(user, **options):
    client = Client(**options)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_alive_without_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")
    assert answer.status_code == 200 and answer.json() == {"alive": True}
    assert answer["Cache-Control"] == "no-store"


def test_ready_says_what_in_words(db):
    answer = Client().get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["ready"]) == (200, True)
    states = {part["name"]: part["state"] for part in told["parts"]}
    assert states == {
        "database": "good",
        "disk": states["disk"],
        "migrations": "good",
        "cache": "good",
        "worker": "warning",
        "seals": "good",
    }
    assert all(re.search(r"[à-ỹ]", part["words"]) for part in told["parts"])


def test_not_ready_when_the_database_is_gone(db, monkeypatch):
    def gone():
        raise DatabaseError("password=bi-mat")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", gone)
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"][0] == {
        "name": "database",
        "state": "bad",
        "words": "Cơ sở dữ liệu không trả lời (DatabaseError).",
    }


@pytest.mark.parametrize(
    ("free", "state"), [(2 * 1024**3, "good"), (500 * 1024**2, "warning"), (1024**2, "bad")]
)
def test_a_full_disk(monkeypatch, free, state):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: usage)
    assert health._disk().state == state


def test_waiting_migrations_and_a_dead_cache_are_bad(db, monkeypatch):
    health._migrated.clear()
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])
    monkeypatch.setattr(type(cache), "get", lambda self, key, default=None: None, raising=False)
    parts = {part.name: part for part in health.examine()}
    assert parts["migrations"].state == "bad" and "2 bước" in parts["migrations"].words
    assert not health.ready(list(parts.values()))


def test_a_silent_worker_is_told_but_the_site_stays(db):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_workers CASCADE")
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')"
        )
    parts = health.examine()
    worker = next(part for part in parts if part.name == "worker")
    assert worker.state == "warning" and re.search(r"im lặng (29\d|30\d) giây", worker.words)
    assert health.ready(parts)


@pytest.mark.parametrize(
    "stranger",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer sai"},
    ],
)
def test_strangers_see_no_inside(db, settings, stranger):
    assert Client().get("/metrics", **stranger).status_code == 404
    assert set(Client().get("/readyz", **stranger).json()) == {"ready"}
    settings.METRICS_TOKEN = "dung"
    assert Client().get("/metrics", **stranger).status_code == 404


def test_the_bearer_of_the_token_does(db, settings):
    settings.METRICS_TOKEN = "dung"
    settings.BEHIND_TLS = True
    assert Client().get("/metrics").status_code == 404
    answer = Client().get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer dung")
    assert answer.status_code == 200 and b"motcua_database_up 1.0" in answer.content


def value(text, line):
    found = re.search(rf"^{re.escape(line)} ([0-9.e+]+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


def test_requests_and_jobs_are_counted(db):
    seen = 'motcua_requests_total{method="GET",route="observability:healthz",status="200"}'
    done = 'motcua_jobs_total{job="test.counted",outcome="succeeded"}'
    before = metrics.exposition().decode()
    Client().get("/healthz?name=" + NAME)
    Client().get(f"/{NAME}/khong-co/")
    job_ended("test.counted", 1, "succeeded", 0.2)
    after = metrics.exposition().decode()
    assert value(after, seen) == value(before, seen) + 1
    assert value(after, done) == value(before, done) + 1
    assert 'route="unmatched",status="404"' in after and NAME not in after
    for gauge in ('motcua_queue{state="failed"}', "motcua_unsealed_events"):
        assert f"{gauge} " in after


def test_counts_of_another_process_are_added(db):
    code = (
        "import django; django.setup(); from motcua.engine.observability.metrics import count_job;"
        "count_job('test.other', 1, 'succeeded', 0.1)"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "motcua.config.settings"},
    )
    line = 'motcua_jobs_total{job="test.other",outcome="succeeded"}'
    assert value(metrics.exposition().decode(), line) >= 1


def test_counts_of_the_long_dead_are_forgotten(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    old, fresh, living = (
        tmp_path / f"counter_{pid}.db" for pid in (dead.pid, f"9{dead.pid}9999", os.getpid())
    )
    for path in (old, fresh, living):
        path.touch()
    for path in (old, living):
        os.utime(path, (time.time() - 100_000,) * 2)
    for path in (old, fresh, living):
        metrics._forget_dead(path)
    assert [path.exists() for path in (old, fresh, living)] == [False, True, True]


def test_logs_hold_nobodys_data(person, lines):
    """Drives requests full of names and searches every line for them."""
    client = signed_in(person, raise_request_exception=False)
    client.get("/", {"q": NAME, "email": "bimat@example.vn"}, HTTP_REFERER=f"http://x/{NAME}")
    client.get(f"/{NAME}/", HTTP_USER_AGENT=NAME)
    client.post("/cong-viec/5/chay-lai/", {"ghi_chu": WORD})
    client.get("/cong-viec/", {"truoc": "079123456789"}, HTTP_X_REQUEST_ID=f"<{NAME}>")
    Client().post(reverse("account_login"), {"login": NAME, "password": SECRET})
    Client().post(reverse("account_login"), {"login": NAME, "password": "sai-" + SECRET})
    Client(headers={"host": f"{NAME}.example"}, raise_request_exception=False).get("/")
    told = [json.loads(line) for line in lines]
    requests = [line for line in told if line["logger"] == "motcua.request"]
    assert len(requests) == 7
    assert {line["route"] for line in requests} >= {"web:home", "unmatched", "jobs:retry", "account_login"}
    assert all(line["request_id"] and "ms" in line and "status" in line for line in requests)
    whole = "\n".join(lines)
    for trace in (NAME, WORD, SECRET, "bimat@example", "079123456789", str(person.uid), "ghi_chu", "email"):
        assert trace not in whole
    marks = {line["user"] for line in requests if "user" in line}
    assert len(marks) == 1 and re.fullmatch(r"[0-9a-f]{12}", marks.pop())


def test_an_exception_is_told_by_type_and_place(person, lines, monkeypatch):
    from motcua.engine.jobs import queries

    def broken(viewer, *args):
        User.objects.create_user(NAME, display_name=WORD)

    monkeypatch.setattr(queries, "lines", broken)
    answer = signed_in(person, raise_request_exception=False).get("/cong-viec/")
    assert answer.status_code == 500
    whole = "\n".join(lines)
    assert "IntegrityError" in whole and "jobs/pages/views.py" in whole
    assert NAME not in whole and WORD not in whole
    (failed,) = [json.loads(line) for line in lines if '"request failed"' in line]
    assert (failed["level"], failed["status"], failed["route"]) == ("error", 500, "jobs:index")
    assert failed["request_id"] == answer["X-Request-Id"]


def test_foreign_messages_lose_their_arguments(lines):
    logging.getLogger("somebody.else").warning("Sent to %s", NAME)
    logging.getLogger("somebody.else").warning(f"Sent to {NAME}")
    logging.getLogger("procrastinate.worker").error(f"Job test[1](name={NAME!r}) ended")
    logging.getLogger("motcua.test").warning("told", extra={"route": "x:y", "name_of": NAME})
    assert NAME not in "\n".join(lines)
    first, *_rest, last = (json.loads(line) for line in lines)
    assert first["event"] == "Sent to %s"
    assert (last["event"], last["route"]) == ("told", "x:y")
    assert set(last) <= {"at", "level", "logger", "event", *FIELDS}


def test_a_refusal_keeps_its_code(lines):
    try:
        raise JobsError("jobs.test.code", WORD)
    except JobsError:
        logging.getLogger("motcua.test").exception("told")
    (line,) = (json.loads(line) for line in lines)
    assert line["exception"]["code"] == "jobs.test.code" and WORD not in str(line)


def test_slow_requests_are_warned_of(db, lines, settings):
    settings.SLOW_REQUEST_MS = 0
    Client().get("/healthz")
    (line,) = [json.loads(line) for line in lines if "slow request" in line]
    assert (line["level"], line["route"]) == ("warning", "observability:healthz")


def test_a_sane_request_id_is_kept(db):
    given = "abcdef12-3456"
    assert Client().get("/healthz", HTTP_X_REQUEST_ID=given)["X-Request-Id"] == given
    assert Client().get("/healthz", HTTP_X_REQUEST_ID="a b")["X-Request-Id"] != "a b"
    assert middleware._GIVEN.match(given)
