"""Killed at any moment: what was committed is whole, what was not is absent, numbers stay gapless, and the same request
again does nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from motcua.engine.events.api import Event
from motcua.engine.registers.api import Series, gaps
from motcua.kernel.clock import local, now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.models import ClockEntry, Component, Dossier, Slip, Task
from motcua.modules.dossiers.queries import clock_of

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).with_name("crashing.py")
WHERE = ("file", "forward", "supplement", "take", "assign", "submit", "approve", "sign", "result", "return")


@pytest.fixture
def world(committed_world):
    return committed_world


def start(told: Path, where: str, key: str) -> subprocess.Popen[bytes]:
    """The script on this test's own database."""
    values = connection.settings_dict
    url = f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?host={values['HOST']}&port={values['PORT']}"
    environment = {
        **os.environ,
        "MOTCUA_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    return subprocess.Popen([sys.executable, str(SCRIPT), str(told), where, key], env=environment)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    # The server sees the dead client at its next read; until then its transaction may hold locks.
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND state LIKE 'idle in transaction%%'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the killed client's transaction is still open")


def until(told: Path, process: subprocess.Popen[bytes], lines: int = 1, patience: float = 40.0) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if told.exists() and len(told.read_text(encoding="utf-8").splitlines()) >= lines:
            return
        assert process.poll() is None, "the script ended by itself"
        time.sleep(0.02)
    raise AssertionError("the script did not get there")


def whole(dossier: Dossier) -> None:
    """Rows, events, clock and slips of a dossier agree."""
    events = list(Event.objects.filter(subject=f"dossier:{dossier.uid}").order_by("pk"))
    assert len(events) == dossier.revision
    assert Slip.objects.filter(dossier=dossier, kind="01").exists()
    assert Component.objects.filter(dossier=dossier).exists()
    clock = clock_of(dossier)
    assert (clock.promised, clock.legal_due) == (dossier.promised, dossier.legal_due)
    told = [one for event in events for one in event.payload.get("clock", ())]
    assert ClockEntry.objects.filter(dossier=dossier).count() == len(told)
    opened = [one for event in events for one in event.payload.get("tasks", ()) if one.get("new")]
    assert Task.objects.filter(dossier=dossier).count() == len(opened)


def no_gaps(world: Any) -> None:
    for kind, period in (
        ("dossier", f"{local(now()):%y%m%d}"),
        ("result", f"{local(now()):%Y}"),
        ("slip:02", f"{local(now()):%Y}"),
    ):
        assert list(gaps(Series(world.province.pk, kind, world.ward.code, period))) == []


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.full
def test_killed_inside_an_operation_nothing_of_it_stays(world, tmp_path, where):
    told = tmp_path / "told"
    process = start(told, where, world.province.key)
    try:
        until(told, process)
    finally:
        kill(process)
    dossiers = list(Dossier.objects.all())
    assert len(dossiers) == (0 if where == "file" else 1)
    for dossier in dossiers:
        whole(dossier)
        assert dossier.revision == WHERE.index(where)
    assert not Event.objects.filter(idempotency_key__endswith=":held").exists()
    no_gaps(world)
    fresh = api.file_dossier(world.viewers["desk"], world.province, world.filing())
    assert fresh.code is not None and int(fresh.code[-4:]) == len(dossiers) + 1


def _rounds(world: Any, tmp_path: Path, rounds: int) -> None:
    chance = random.Random(20260302)
    for number in range(rounds):
        told = tmp_path / f"told-{number}"
        process = start(told, "run", world.province.key)
        try:
            until(told, process, lines=chance.randint(3, 14))
            time.sleep(chance.random() * 0.05)
        finally:
            kill(process)
        committed = [line.split() for line in told.read_text(encoding="utf-8").splitlines()]
        for uid, revision in committed:
            assert Dossier.objects.get(uid=uuid.UUID(uid)).revision >= int(revision)
    for dossier in Dossier.objects.all():
        whole(dossier)
    no_gaps(world)


def test_killed_at_some_moment_what_was_told_is_there(world, tmp_path):
    _rounds(world, tmp_path, 2)


@pytest.mark.full
def test_killed_again_and_again_what_was_told_is_there(world, tmp_path):
    _rounds(world, tmp_path, 15)
