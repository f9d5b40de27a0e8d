"""Which system account PostgreSQL runs as. It refuses to run as root, so root hands it to somebody lesser."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from motcua.engine.database.children import Identity
from motcua.engine.database.errors import DatabaseProblem

_PREFERRED = ("motcua", "nobody")


def own_name() -> str:
    """The name of the account we run as."""
    return _named(os.geteuid()).pw_name


def database_identity(existing: Path | None = None) -> Identity | None:
    """The account for initdb and postgres; None when we are not root and use our own.

    Root uses, in order: the owner of an `existing` data directory, MOTCUA_POSTGRES_USER, `motcua`, `nobody`.
    """
    if os.geteuid() != 0:
        own_name()
        return None
    if existing is not None and existing.exists() and existing.stat().st_uid != 0:
        return _identity(_named(existing.stat().st_uid))
    chosen = os.environ.get("MOTCUA_POSTGRES_USER")
    for name in (chosen,) if chosen else _PREFERRED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return _identity(found)
    raise DatabaseProblem(
        "DB-ACCOUNT",
        f"PostgreSQL không được chạy bằng root và không tìm thấy tài khoản hệ thống {chosen or 'nobody'}. "
        "Hãy tạo tài khoản (useradd --system motcua) hoặc chạy motcua bằng người dùng thường.",
        "PostgreSQL cannot run as root and no lesser account was found.",
    )


def can_enter(identity: Identity | None, folder: Path) -> bool:
    """True when that account can walk into the folder; tried for real, so access lists count as well."""
    if identity is None:
        return os.access(folder, os.X_OK)
    return (
        subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            user=identity.uid,
            group=identity.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseProblem(
            "DB-ACCOUNT",
            f"Người dùng hệ thống số {uid} không có tên trong /etc/passwd nên PostgreSQL không khởi tạo được. "
            "Hãy thêm tên cho người dùng này hoặc dùng máy chủ PostgreSQL riêng qua MOTCUA_DATABASE_URL.",
            f"User id {uid} has no name in the account database, which initdb requires.",
        ) from None


def _identity(entry: pwd.struct_passwd) -> Identity:
    return Identity(entry.pw_uid, entry.pw_gid, entry.pw_name)
