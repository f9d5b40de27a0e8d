"""Jobs belong to their transaction, run in the name of who deferred them, and take effect once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job as Queued

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, current_happening, declare_event, happening, record
from motcua.engine.jobs.api import JobsError, defer, job, retry_job, run_worker, watch_jobs
from motcua.engine.jobs.deferring import manager
from motcua.engine.jobs.models import JobEffect, JobFailure
from motcua.engine.jobs.permissions import RETRY, VIEW
from motcua.engine.jobs.registry import BackOff
from motcua.engine.jobs.rescue import forget_old, rescue_stalled
from motcua.engine.jobs.running import run
from motcua.engine.permissions.api import NotPermitted

DONE = declare_event("test:job:done", "Xong")
COUNTED = declare_event("test:crash:counted", "Đếm")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("jobs")]


def drain():
    run_worker(wait=False)


def status(job_id):
    return ProcrastinateJob.objects.get(pk=job_id).status


def test_a_job_runs_with_the_actor_and_thread_of_its_cause(province):
    seen = []

    @job("test.who", "Ai")
    def who(what: str) -> None:
        context = current_happening()
        record(DONE, province=province, subject=what)
        seen.append((what, context.actor.username, context.correlation_id))

    user = User.objects.create_user("an", display_name="An")
    with transaction.atomic(), happening(user, correlation_id="c-1"):
        number = defer(who, {"what": "x"})
    drain()
    assert seen == [("x", "an", "c-1")]
    assert status(number) == "succeeded"
    event = Event.objects.get(type=DONE)
    assert (event.actor, event.correlation_id) == (user, "c-1")


def test_a_job_of_a_rolled_back_transaction_never_was(province):
    @job("test.rolled", "Lùi")
    def work() -> None: ...

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        defer(work)
        1 / 0  # noqa: B018
    assert not ProcrastinateJob.objects.exists()


def test_a_job_deferred_by_a_job_belongs_to_its_transaction(province):
    ran = []

    @job("test.child", "Con")
    def child() -> None:
        ran.append("child")

    @job("test.parent", "Cha", attempts=1)
    def parent() -> None:
        defer(child)
        raise RuntimeError

    defer(parent)
    drain()
    assert ran == []
    assert not ProcrastinateJob.objects.filter(task_name="test.child").exists()


def test_one_waiting_job_a_key_and_the_transaction_goes_on(province):
    @job("test.keyed", "Khoá")
    def work(n: int) -> None:
        record(DONE, province=province, subject=f"n:{n}")

    with transaction.atomic():
        assert defer(work, {"n": 1}, key="k") is not None
        assert defer(work, {"n": 2}, key="k") is None
        record(DONE, province=province, subject="after")
    drain()
    assert set(Event.objects.values_list("subject", flat=True)) == {"n:1", "after"}
    assert defer(work, {"n": 3}, key="k") is not None


def test_a_failure_is_kept_without_anybodys_data_and_tried_again(province):
    tries = []

    @job("test.flaky", "Chập chờn", wait=0.01)
    def flaky() -> None:
        tries.append(time.monotonic())
        record(DONE, province=province)
        if len(tries) < 3:
            raise ValueError("Nguyễn Văn Bí Mật")

    number = defer(flaky)
    deadline = time.monotonic() + 20
    while status(number) != "succeeded" and time.monotonic() < deadline:
        drain()
    assert len(tries) == 3
    assert Event.objects.count() == 1
    kept = JobFailure.objects.filter(job_id=number).order_by("attempt")
    assert [(f.attempt, f.kind, f.reason) for f in kept] == [(1, "ValueError", ""), (2, "ValueError", "")]
    assert "jobs/tests/test_jobs.py:" in kept[0].place


def test_a_refusal_is_final_and_says_why(province):
    @job("test.refused", "Bị từ chối", wait=0.01)
    def refused() -> None:
        raise JobsError("jobs.test.refused", "Kỳ báo cáo đã khoá; hãy mở lại kỳ.")

    number = defer(refused)
    drain()
    assert status(number) == "failed"
    failure = JobFailure.objects.get(job_id=number)
    assert (failure.kind, failure.reason) == ("jobs.test.refused", "Kỳ báo cáo đã khoá; hãy mở lại kỳ.")


def test_waits_grow():
    strategy = BackOff(attempts=4, wait=3)
    queued = {
        n: Queued(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=n) for n in range(4)
    }
    waits = []
    for n in range(3):
        decision = strategy.get_retry_decision(exception=OSError(), job=queued[n])
        waits.append(decision.retry_at.timestamp() - time.time())
    assert waits[0] < 4 < waits[1] < 12 < waits[2] < 35
    assert strategy.get_retry_decision(exception=OSError(), job=queued[3]) is None


def test_a_job_run_again_after_its_commit_does_nothing(province):
    told = []
    watch_jobs(lambda name, number, outcome, seconds: told.append(outcome))

    @job("test.twice", "Hai lần")
    def work() -> None:
        record(DONE, province=province)

    context = SimpleNamespace(job=SimpleNamespace(id=77, attempts=0))
    for _ in range(2):
        run(work, context, {"arguments": {}})
    assert Event.objects.count() == 1
    assert told[-2:] == ["succeeded", "already-done"]


@pytest.fixture
def crash_world(tmp_path):
    """Starts workers of their own process on the test's database; kills what is left."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["MOTCUA_TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    environment = {
        **os.environ,
        "MOTCUA_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    started = []

    def start(mode):
        command = [sys.executable, str(Path(__file__).with_name("crash_worker.py")), str(tmp_path), mode]
        started.append(subprocess.Popen(command, env=environment))
        return started[-1]

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_a_worker_killed_in_the_middle_of_a_job(province, tmp_path, crash_world):
    """kill -9 half-way: the job is handed out again and its effect happens exactly once."""

    @job("test.crash", "Việc thử bị ngắt")
    def crash(province: int) -> None: ...

    number = defer(crash, {"province": province.pk})
    worker = crash_world("stay")
    wait_for(lambda: list(tmp_path.glob("reached-*")))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for(lambda: not Event.objects.exists())
    assert status(number) == "doing"
    assert rescue_stalled(silence=0) >= 1  # other rooms' beats put jobs of theirs in the worker's hands
    assert status(number) == "todo"
    (tmp_path / "go-on").touch()
    assert crash_world("drain").wait(60) == 0
    assert status(number) == "succeeded"
    assert len(list(tmp_path.glob("reached-*"))) == 2
    assert Event.objects.filter(type=COUNTED).count() == 1
    assert JobFailure.objects.get(job_id=number).kind == "jobs.worker.killed"


def test_a_job_that_keeps_killing_workers_fails_for_good(province):
    @job("test.killer", "Giết", attempts=2)
    def killer() -> None: ...

    number = defer(killer)
    for expected in ("todo", "failed"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
        assert rescue_stalled() == 1
        assert status(number) == expected


def test_old_jobs_are_forgotten(province):
    @job("test.old", "Cũ")
    def work() -> None: ...

    old, young = defer(work), defer(work)
    drain()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '80 hours' WHERE job_id = %s", [old]
        )
    forget_old()
    mine = ProcrastinateJob.objects.filter(task_name="test.old").values_list("pk", flat=True)
    assert list(mine) == [young]
    assert list(JobEffect.objects.filter(job_id__in=[old, young]).values_list("job_id", flat=True)) == [young]


@pytest.fixture
def failed(province):
    healed = []

    @job("test.page", "Tính lại biểu", attempts=1)
    def work() -> None:
        if not healed:
            raise JobsError("jobs.test.page", "Chưa đủ số liệu.")

    number = defer(work, province=province)
    drain()
    healed.append(True)
    return number


def test_the_administrator_sees_a_failure_and_runs_it_again(province, failed, person, browse):
    viewer = person("quantri", province, VIEW, RETRY)
    page = browse(viewer).get("/cong-viec/").content.decode()
    assert "Tính lại biểu" in page and "Chưa đủ số liệu." in page and "Chạy lại" in page
    answer = browse(viewer).post(f"/cong-viec/{failed}/chay-lai/", follow=True).content.decode()
    assert f"Đã đưa công việc số {failed} vào hàng đợi." in answer
    assert status(failed) == "todo"
    event = Event.objects.get(type="jobs:job:retried")
    assert (event.actor_id, event.province_id) == (viewer.user_id, province.pk)
    drain()
    assert status(failed) == "succeeded"
    assert "Tính lại biểu" in browse(viewer).get("/cong-viec/?xem=xong").content.decode()
    with pytest.raises(JobsError, match="không còn ở trạng thái lỗi"):
        retry_job(viewer, failed)


def test_another_provinces_jobs_are_not_seen(province, failed, person, browse):
    from motcua.engine.provinces.api import Province

    there = Province.objects.create(key="there", agency_code="H55", place_code="19")
    stranger = person("khac", there, VIEW, RETRY)
    assert "Tính lại biểu" not in browse(stranger).get("/cong-viec/").content.decode()
    with pytest.raises(JobsError, match="Không có công việc"):
        retry_job(stranger, failed)


def test_seeing_is_not_running(province, failed, person, browse):
    reader = person("doc", province, VIEW)
    assert "Chạy lại" not in browse(reader).get("/cong-viec/").content.decode()
    assert browse(reader).post(f"/cong-viec/{failed}/chay-lai/").status_code == 404
    with pytest.raises(NotPermitted):
        retry_job(reader, failed)
    nobody = person("khong", province)
    assert browse(nobody).get("/cong-viec/").status_code == 404


def test_the_page_turns(province, person, browse, monkeypatch):
    from motcua.engine.jobs import queries

    monkeypatch.setattr(queries, "PAGE", 2)

    @job("test.many", "Nhiều")
    def work() -> None: ...

    numbers = [defer(work) for _ in range(5)]
    viewer = person("quantri", province, VIEW)
    seen, before = [], None
    while True:
        lines, before = queries.lines(viewer, "todo", before)
        seen += [line.id for line in lines]
        if before is None:
            break
    assert seen == numbers[::-1]


def test_stalled_workers_are_pruned(province):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"
        )
    assert rescue_stalled() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        assert cursor.fetchone()[0] == 0
    assert manager().connector is not None
