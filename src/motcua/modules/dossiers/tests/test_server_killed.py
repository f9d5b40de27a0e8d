"""The database server and the worker killed at work: what was committed is there when they come back."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from motcua.engine.database.api import EmbeddedServer
from motcua.engine.events.api import seal_all
from motcua.engine.outbox.models import Message
from motcua.modules.dossiers import api
from motcua.modules.dossiers.telling import tell_applicants

SCRIPT = Path(__file__).with_name("crashing.py")
ROUNDS = 4


def script(url: str, data: Path, told: Path, where: str, **options: object) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "MOTCUA_DATABASE_URL": url,
        "MOTCUA_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(told), where, "bac-ninh"], env=environment, **options
    )  # type: ignore[call-overload]


@pytest.mark.full
def test_the_database_is_killed_in_the_middle_of_operations(tmp_path):
    """kill -9 of every process of a durable server while dossiers run through it, several times over."""
    chance, told = random.Random(7), tmp_path / "told"
    data = tmp_path / "motcua"
    data.mkdir()
    server = EmbeddedServer(tmp_path / "database")
    url = server.start()
    try:
        assert script(url, data, told, "prepare").wait(240) == 0
        for _ in range(ROUNDS):
            before = len(told.read_text(encoding="utf-8").splitlines()) if told.exists() else 0
            worker = script(url, data, told, "run", stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                if told.exists() and len(
                    told.read_text(encoding="utf-8").splitlines()
                ) > before + chance.randint(4, 16):
                    break
                time.sleep(0.02)
            _kill_server(url)
            worker.wait(60)
            server.stop()
            url = server.start()
        checked = script(url, data, told, "verify", stdout=subprocess.PIPE)
        out, _ = checked.communicate(timeout=120)
        assert checked.returncode == 0 and b"whole" in out
    finally:
        server.destroy()


def _kill_server(url: str) -> None:
    """kill -9 of the postmaster and every process of it, found from a backend of ours."""
    one = psycopg.connect(url, autocommit=True)
    backend = psutil.Process(one.execute("SELECT pg_backend_pid()").fetchone()[0])  # type: ignore[index]
    postmaster = backend.parent()
    assert postmaster is not None and postmaster.name().startswith("postgres")
    for process in (postmaster, *postmaster.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    postmaster.wait(20)
    one.close()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_tells_applicants_tells_each_once(committed_world, tmp_path):
    world = committed_world
    for _ in range(3):
        api.file_dossier(world.viewers["desk"], world.province, world.filing())
    seal_all()
    values = connection.settings_dict
    url = f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?host={values['HOST']}&port={values['PORT']}"
    told = tmp_path / "told"
    worker = script(url, Path(os.environ["MOTCUA_DATA_DIR"]), told, "tell")
    try:
        deadline = time.monotonic() + 60
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert told.exists()
    finally:
        worker.kill()
        worker.wait(10)
    assert not Message.objects.exists()
    while tell_applicants():
        pass
    assert Message.objects.filter(kind="dossiers.received").count() == 3
