"""Database URLs: read, written, and turned into what Django wants."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from motcua.engine.database.errors import DatabaseProblem

_SCHEMES = {"postgres", "postgresql"}


def socket_url(user: str, database: str, sockets: Path) -> str:
    """URL of a database behind a unix socket in the folder `sockets`."""
    return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(sockets), safe='')}&port=5432"


def connection_fields(url: str) -> dict[str, str]:
    """The libpq fields of a URL (user, password, host, port, dbname and options). Raises DB-URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_url(str(error)) from error
    if parts.scheme not in _SCHEMES or not parts.path.strip("/"):
        raise _bad_url("postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    fields = {
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "dbname": unquote(parts.path.lstrip("/")),
        **dict(parse_qsl(parts.query)),
    }
    return {name: value for name, value in fields.items() if value}


def django_database(url: str, *, pool: bool = True) -> dict[str, Any]:
    """The entry of Django's DATABASES for a URL, with a psycopg pool unless `pool` is False.

    MOTCUA_POOL_SIZE (default 8) is the most connections one process keeps. Sockets and any libpq option in
    the query part (sslmode, sslrootcert...) are passed on.
    """
    fields = connection_fields(url)
    own = {name: fields.pop(name, "") for name in ("dbname", "user", "password", "host", "port")}
    options: dict[str, Any] = dict(fields)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": _pool_size(), "timeout": 10, "max_idle": 300}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": own["dbname"],
        "USER": own["user"],
        "PASSWORD": own["password"],
        "HOST": own["host"],
        "PORT": own["port"],
        "CONN_MAX_AGE": 0 if pool else 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _pool_size() -> int:
    raw = os.environ.get("MOTCUA_POOL_SIZE", "8")
    if not raw.isdigit() or not 1 <= int(raw) <= 500:
        raise DatabaseProblem(
            "DB-POOL",
            f"MOTCUA_POOL_SIZE={raw!r} không hợp lệ: hãy ghi một số nguyên từ 1 đến 500.",
            "MOTCUA_POOL_SIZE must be a whole number from 1 to 500.",
        )
    return int(raw)


def shown(url: str) -> str:
    """The URL as it may be printed: without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)


def _bad_url(detail: str) -> DatabaseProblem:
    return DatabaseProblem(
        "DB-URL",
        f"MOTCUA_DATABASE_URL không đúng dạng ({detail}). "
        "Hãy ghi: postgresql://TÀI_KHOẢN:MẬT_KHẨU@MÁY_CHỦ:5432/TÊN_CSDL.",
        "MOTCUA_DATABASE_URL is not a PostgreSQL URL.",
    )
