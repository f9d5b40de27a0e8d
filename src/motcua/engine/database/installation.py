"""What a database says of the motcua that prepared it, kept in the database so that it travels with it."""

from __future__ import annotations

from typing import Any

import psycopg

import motcua
from motcua.engine.database.errors import DatabaseProblem
from motcua.engine.database.folder import version_key
from motcua.engine.database.urls import shown

_OLDEST, _NEWEST = 15, 18


def connect(url: str, **options: Any) -> psycopg.Connection[Any]:
    """Connect, or say in plain words why not (DB-CONNECT), which server is too old or new (DB-SERVER)."""
    try:
        connection = psycopg.connect(url, connect_timeout=10, client_encoding="utf8", **options)
    except psycopg.Error as error:
        raise DatabaseProblem(
            "DB-CONNECT",
            f"Không nối được cơ sở dữ liệu {shown(url)}: {str(error).strip()}. "
            "Hãy kiểm tra máy chủ có chạy, địa chỉ, tài khoản và mật khẩu.",
            "Cannot connect to the database.",
        ) from error
    major = connection.info.server_version // 10_000
    encoding = connection.info.parameter_status("server_encoding")
    if not _OLDEST <= major <= _NEWEST or encoding != "UTF8":
        connection.close()
        raise DatabaseProblem(
            "DB-SERVER",
            f"Cơ sở dữ liệu {shown(url)} là PostgreSQL {major}, mã ký tự {encoding}; "
            f"motcua cần PostgreSQL {_OLDEST}-{_NEWEST} với mã UTF8.",
            f"PostgreSQL {_OLDEST}-{_NEWEST} in UTF8 is needed; this is {major} in {encoding}.",
        )
    return connection


def read_state(url: str) -> dict[str, str]:
    """Everything recorded in the database: `motcua` (version), `prepared` (fingerprint), `demo`...; empty when new."""
    with connect(url) as connection:
        if not _exists(connection):
            return {}
        return {
            str(key): str(value)
            for key, value in connection.execute("SELECT key, value FROM motcua_installation")
        }


def write_state(url: str, state: dict[str, str]) -> None:
    """Record the given entries, leaving others as they are."""
    with connect(url) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS motcua_installation "
            "(key text PRIMARY KEY, value text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now())"
        )
        for key, value in state.items():
            connection.execute(
                "INSERT INTO motcua_installation (key, value) VALUES (%s, %s) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value, recorded_at = now()",
                (key, value),
            )


def refuse_newer(state: dict[str, str], where: str) -> None:
    """Raise DB-MOTCUA-VERSION when a newer motcua has prepared the database: there is no way back."""
    recorded = state.get("motcua", "0")
    if version_key(recorded) > version_key(motcua.__version__):
        raise DatabaseProblem(
            "DB-MOTCUA-VERSION",
            f"Cơ sở dữ liệu {where} đã được motcua {recorded} nâng cấp, mới hơn bản đang chạy "
            f"({motcua.__version__}). Không thể hạ cấp: hãy cài motcua {recorded} trở lên, "
            "hoặc khôi phục bản sao lưu cũ bằng `motcua restore`.",
            f"The database was prepared by motcua {recorded}, newer than this {motcua.__version__}.",
        )


def _exists(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", ("public.motcua_installation",)).fetchone()
    return row is not None and row[0] is not None
