"""Bringing database and static files to what this version needs, and knowing when that is already so."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import motcua
from motcua.cli.problems import Problem
from motcua.engine.database.api import connect, read_state, record_version, write_state

_PACKAGE = Path(motcua.__file__).parent
_BRINGS_MIGRATIONS = ("django", "django-allauth", "procrastinate", "django-htmx", "whitenoise")
_SKIPPED = {"__pycache__", "tests"}
_MIGRATION_LOCK = 6_277_101  # any constant number: one preparation at a time on one database


def fingerprint(demo: bool) -> str:
    """Digest of everything that preparation depends on: our files, the libraries' versions, and the mode."""
    digest = hashlib.sha256(f"{motcua.__version__} {demo}".encode())
    for name in _BRINGS_MIGRATIONS:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for line in _listed(_PACKAGE):
        digest.update(line.encode())
    return digest.hexdigest()


def _listed(folder: Path) -> list[str]:
    lines = []
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            lines += [] if entry.name in _SKIPPED else _listed(Path(entry.path))
        elif not entry.name.endswith(".pyc"):
            info = entry.stat()
            lines.append(f"{entry.path} {info.st_size} {info.st_mtime_ns}\n")
    return lines


def is_prepared(state: dict[str, str], data: Path, demo: bool) -> bool:
    """True when database and static files already match this version."""
    wanted = fingerprint(demo)
    stamp = data / "static.stamp"
    return state.get("prepared") == wanted and stamp.exists() and stamp.read_text() == wanted


def prepare(data: Path, demo: bool) -> None:
    """Migrate, gather static files and, in demonstration mode, load the demonstration province.

    Runs in a process of its own, so that the supervisor stays small. MOTCUA_DATABASE_URL must be set.
    """
    command = [sys.executable, "-m", "motcua.cli.preparation", str(data), *(["--demo"] if demo else [])]
    outcome = subprocess.run(command, env=child_environment(demo), check=False)
    if outcome.returncode:
        raise Problem(
            "RUN-PREPARE",
            "Không chuẩn bị được cơ sở dữ liệu; nguyên nhân in ở trên. Dữ liệu vẫn như trước bước bị lỗi.",
            "The database could not be prepared; the cause is printed above.",
        )


def child_environment(demo: bool) -> dict[str, str]:
    """The environment of every process that loads Django."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        "MOTCUA_DEMO": "1" if demo else "0",
    }


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    url = os.environ["MOTCUA_DATABASE_URL"]
    with connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_MIGRATION_LOCK,))
        if not is_prepared(read_state(url), options.data, options.demo):
            _prepare_here(url, options.data, options.demo)


def _prepare_here(url: str, data: Path, demo: bool) -> None:
    import django
    from django.core.management import call_command

    wanted = fingerprint(demo)
    django.setup()
    print("Đang cập nhật cơ sở dữ liệu...", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    state = {"motcua": motcua.__version__}
    if demo:
        print("Đang nạp tỉnh mẫu...", flush=True)
        call_command("load_demo", verbosity=0)
        state |= {"demo": "1", "demo_accounts": json.dumps(_demo_accounts(), ensure_ascii=False)}
    write_state(url, {**state, "prepared": wanted})
    (data / "static.stamp").write_text(wanted)
    record_version(data)


def _demo_accounts() -> list[list[str]]:
    from motcua.reference.people.api import demo_accounts

    return [
        [account.username, account.password, f"{account.role}{', ' if account.unit else ''}{account.unit}"]
        for account in demo_accounts()
    ]


if __name__ == "__main__":
    _main()
