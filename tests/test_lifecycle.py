"""The life of an installation: started, killed, backed up, restored, upgraded, refused."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

import motcua
from motcua.cli.preparation import fingerprint
from motcua.cli.run import _is_loopback
from motcua.cli.supervision import Backoff, Service
from motcua.engine.database.api import EmbeddedServer, read_backup, read_state, write_state

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "motcua.cli"]
READY = "sẵn sàng"


def _eventually(condition, patience: float = 40.0) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, **more: str) -> dict[str, str]:
    own = {"MOTCUA_DATABASE_URL", "MOTCUA_TEST_DATABASE_URL", "MOTCUA_DEMO", "DJANGO_SETTINGS_MODULE"}
    own_data = {"MOTCUA_DATA_DIR": str(folder), "MOTCUA_DEMO_YEAR": "0"}
    return {k: v for k, v in os.environ.items() if k not in own} | own_data | more


def _motcua(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=_environment(folder, **more),
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _words(process: psutil.Process) -> str:
    """Its command line; empty when it is gone or waits to be buried."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _alive(process: psutil.Process) -> bool:
    """Running still: who is dead and waits to be buried is not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Running:
    """A `motcua run` in the background."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.port = folder, _free_port()
        self.output = folder.parent / f"output-{self.port}.txt"
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                [*COMMAND, "run", "--port", str(self.port), "--workers", "1", *arguments],
                env=_environment(folder),
                cwd=folder.parent,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        assert _eventually(lambda: READY in self.said() or self.process.poll() is not None, 120)
        assert READY in self.said(), self.said()

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, sign: str) -> psutil.Process | None:
        """The outermost living process, below its guardian, whose command line has this sign."""
        for member in self.family():
            words = _words(member)
            if sign in words and "guardian.py" not in words:
                return member
        return None

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="motcua-life-"))
    parent.chmod(0o755)
    yield parent / "var"
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    run = Running(folder, "--production")
    yield run
    if run.process.poll() is None:
        run.stop()


def test_it_answers_and_says_where(running: Running) -> None:
    assert f"http://127.0.0.1:{running.port}/" in running.said()
    assert running.answers()


def test_a_second_instance_is_told_the_address_of_the_first(running: Running, folder: Path) -> None:
    outcome = _motcua(folder, "run", "--production", "--port", str(_free_port()))
    assert outcome.returncode == 1
    assert "[RUN-ALREADY]" in outcome.stderr and f"http://127.0.0.1:{running.port}/" in outcome.stderr


def test_a_port_in_use_is_explained(running: Running, folder: Path) -> None:
    outcome = _motcua(folder.parent / "other", "run", "--port", str(running.port))
    assert outcome.returncode == 1
    assert "[RUN-PORT]" in outcome.stderr and "--port" in outcome.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_demonstration_stays_on_this_machine(folder: Path, host: str) -> None:
    outcome = _motcua(folder.parent / "demo", "run", "--demo", "--host", host)
    assert outcome.returncode == 1 and "[RUN-DEMO-LOOPBACK]" in outcome.stderr
    assert not _is_loopback(host) and _is_loopback("127.0.0.1") and _is_loopback("::1")


def test_a_running_installation_is_backed_up_and_restored_equal(running: Running, folder: Path) -> None:
    store, backup = folder / "files" / "ab", folder.parent / "backup.zip"
    store.mkdir(parents=True, exist_ok=True)
    (store / "abcd").write_bytes(b"gi\xe1\xba\xa5y t\xe1\xbb\x9d")
    taken = _motcua(folder, "backup", str(backup))
    assert taken.returncode == 0, taken.stderr
    assert "[RESTORE-IN-USE]" in _motcua(folder, "restore", "--replace", str(backup)).stderr

    fresh = folder.parent / "fresh"
    assert _motcua(fresh, "restore", "--check", str(backup)).returncode == 0
    restored = _motcua(fresh, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert "[RESTORE-NOT-EMPTY]" in _motcua(fresh, "restore", str(backup)).stderr
    assert (fresh / "files" / "ab" / "abcd").read_bytes() == (store / "abcd").read_bytes()

    again = folder.parent / "again.zip"
    assert _motcua(fresh, "backup", str(again)).returncode == 0
    first, second = read_backup(backup), read_backup(again)
    assert first.tables == second.tables and first.rows > 0
    digests = [{t.name: m.sha256[t.member] for t in m.tables} for m in (first, second)]
    assert digests[0] == digests[1]
    assert first.sequences == second.sequences


@pytest.mark.parametrize("sign", ["granian", "django worker", "motcua.conf"])
def test_a_killed_part_comes_back(running: Running, sign: str) -> None:
    victim = running.part(sign)
    assert victim is not None
    victim.kill()
    assert _eventually(lambda: (running.part(sign) or victim) != victim)
    assert _eventually(running.answers)
    assert running.process.poll() is None


def test_killed_as_a_whole_it_leaves_nothing_and_the_next_start_recovers(
    running: Running, folder: Path
) -> None:
    database = EmbeddedServer(folder).start()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")
    family = running.family()
    running.process.kill()
    running.process.wait()
    began = time.monotonic()
    successor = Running(folder, "--production")
    seconds = time.monotonic() - began
    assert not any(_alive(member) for member in family)
    assert "cập nhật cơ sở dữ liệu" not in successor.said()  # nothing to prepare the second time
    assert seconds < 60, "recovery and start took too long"
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    _stops_cleanly(successor)


def _stops_cleanly(run: Running) -> None:
    family = run.family()
    assert run.stop() == 0
    assert not any(_alive(member) for member in family)
    assert not (run.folder / "run.json").exists()
    log = (run.folder / "postgres" / "server.log").read_text()
    assert log.rstrip().endswith("database system is shut down")
    assert "Traceback" not in run.said()


def test_an_older_database_is_upgraded_after_a_backup_and_a_newer_one_is_refused(folder: Path) -> None:
    with EmbeddedServer(folder) as server:
        write_state(server.url, {"motcua": "0.0.1", "prepared": "an older one"})
    refused = _motcua(folder, "run", "--production", "--port", str(_free_port()))
    assert refused.returncode == 1 and "[RUN-UPGRADE]" in refused.stderr

    upgraded = _motcua(folder, "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert f"từ 0.0.1 lên {motcua.__version__}" in upgraded.stdout
    (backup,) = (folder / "backups").iterdir()
    assert read_backup(backup).state["motcua"] == "0.0.1"
    assert "không có gì phải làm" in _motcua(folder, "upgrade").stdout
    assert _motcua(folder, "doctor").returncode == 0

    with EmbeddedServer(folder) as server:
        write_state(server.url, {"motcua": "999.0"})
    for command in (["run", "--production", "--port", str(_free_port())], ["upgrade"]):
        outcome = _motcua(folder, *command)
        assert outcome.returncode == 1 and "[DB-MOTCUA-VERSION]" in outcome.stderr
    assert _motcua(folder, "doctor").returncode == 1


@pytest.mark.full
def test_the_demonstration_starts_from_nothing_and_survives_kills_of_any_process(folder: Path) -> None:
    home = folder.parent / "demonstration"
    run = Running(home)
    accounts = json.loads(read_state(EmbeddedServer(home).start())["demo_accounts"])
    assert accounts and all(username in run.said() for username, _, _ in accounts)
    chance = random.Random(20261122)
    for _ in range(8):
        victim = chance.choice(run.family())
        description = _words(victim)
        victim.kill()
        time.sleep(chance.random())
        assert _eventually(run.answers, 60), description
    _stops_cleanly(run)


def test_pauses_between_restarts_grow_and_are_forgiven() -> None:
    backoff = Backoff()
    waits = [backoff.after_death(lived=1) for _ in range(10)]
    assert waits[0] < 1 and waits == sorted(waits) and waits[-1] == 30
    assert backoff.after_death(lived=3600) == waits[0]


def test_a_service_that_keeps_dying_is_not_started_without_pause() -> None:
    now = [0.0]
    service = Service(
        "thử", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), None, clock=lambda: now[0]
    )
    service.start()
    assert _eventually(lambda: not service.running)
    assert "mã 3" in (service.tend() or "")
    service.tend()
    assert not service.running, "it must wait first"
    now[0] += 1
    service.tend()
    assert service.running
    service.stop()


def test_what_is_done_once_is_not_started_again(tmp_path: Path) -> None:
    mark = tmp_path / "marks"
    script = f"open({str(mark)!r}, 'a').write('x')"
    service = Service("một lần", [sys.executable, "-c", script], dict(os.environ), None, once=True)
    service.start()
    assert _eventually(lambda: not service.running)
    assert service.tend() is None and service.tend() is None
    assert service.done and not service.running and mark.read_text() == "x"


def test_what_preparation_depends_on_is_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fingerprint(demo=True) == fingerprint(demo=True) != fingerprint(demo=False)
    before = fingerprint(demo=False)
    monkeypatch.setattr(motcua, "__version__", "1.0")
    assert fingerprint(demo=False) != before


def _bare_tools(folder: Path) -> str:
    """A PATH with a shell's ordinary tools and no Python."""
    folder.mkdir()
    for name in ("cat", "cmp", "dirname", "rm", "tail", "sh", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return str(folder)


def test_a_missing_python_is_explained(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    outcome = subprocess.run(
        [str(tmp_path / ".ci" / "environment"), "requirements.lock"],
        env={"PATH": _bare_tools(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "[SETUP-PYTHON]" in outcome.stderr and "Python 3.11" in outcome.stderr


def test_every_make_target_is_explained_by_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = {"help", "run", "test", "test-full", "check", "bench", "fmt"}
    assert wanted <= set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_no_index_and_hashes_everything(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and "file:" not in text
    for block in re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        assert not block.strip() or "--hash=sha256:" in block, block
