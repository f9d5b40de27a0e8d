"""The door of the database room: start the embedded PostgreSQL, or find the one the administrator named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua.engine.database.backup import Manifest, write_backup
from motcua.engine.database.binaries import wheel_version
from motcua.engine.database.children import GuardedProcess, Manners
from motcua.engine.database.cluster import DATABASE, OWNER
from motcua.engine.database.errors import DatabaseProblem
from motcua.engine.database.folder import (
    ClusterHome,
    FolderLock,
    Marker,
    home_of,
    read_marker,
    record_version,
    version_key,
)
from motcua.engine.database.installation import connect, read_state, refuse_newer, write_state
from motcua.engine.database.restore import read_backup, restore_backup
from motcua.engine.database.server import EmbeddedServer
from motcua.engine.database.urls import connection_fields, django_database, shown, socket_url

__all__ = [
    "DatabaseProblem",
    "EmbeddedServer",
    "FolderLock",
    "GuardedProcess",
    "Manifest",
    "Manners",
    "Marker",
    "connect",
    "connection_fields",
    "data_dir",
    "database_url",
    "django_database",
    "read_backup",
    "read_marker",
    "read_state",
    "record_version",
    "refuse_newer",
    "restore_backup",
    "running_database",
    "shown",
    "version_key",
    "wheel_version",
    "write_backup",
    "write_state",
]


def data_dir() -> Path:
    """The data folder: MOTCUA_DATA_DIR, else `var` where the command is run."""
    return Path(os.environ.get("MOTCUA_DATA_DIR") or "var").expanduser().resolve()


def database_url() -> str:
    """MOTCUA_DATABASE_URL, else the URL of the embedded database of the data folder, running or not."""
    given = os.environ.get("MOTCUA_DATABASE_URL", "").strip()
    if given:
        return given
    folder = data_dir()
    marker = read_marker(folder)
    home = home_of(folder, marker) if marker else ClusterHome(folder / "postgres")
    return socket_url(OWNER, DATABASE, home.sockets)


@contextmanager
def running_database() -> Iterator[str]:
    """A database that answers, and its URL: the administrator's, else the embedded one, started or adopted.

    MOTCUA_DATABASE_URL is set inside, so that Django and child processes find the same one.
    """
    given = os.environ.get("MOTCUA_DATABASE_URL", "").strip()
    if given:
        yield given
        return
    with EmbeddedServer(data_dir()) as server:
        os.environ["MOTCUA_DATABASE_URL"] = server.url
        try:
            yield server.url
        finally:
            os.environ.pop("MOTCUA_DATABASE_URL", None)
