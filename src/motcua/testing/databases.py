"""Databases of a test run beside the ordinary one: made once, copied in a moment, entered for a while.

What was committed long ago is quick to read, and no test pays for checks that the making of it has put off.
"""

from __future__ import annotations

import copy
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# The process that began a run; its workers inherit it.
RUN = "PYTEST_MOTCUA_RUN"
# Rows have numbers that no row of another database has: what a process remembers of one stays apart.
_APART = 1_000_000
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Worlds:
    """Databases of this process, in each of which somebody has made something once."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, Any]] = {}

    @contextmanager
    def standing(self, name: str, make: Callable[[], Any]) -> Iterator[Any]:
        if name not in self._made:
            database = copy_of(_bare_template(), name)
            with database_called(database):
                _number_from((len(self._made) + 2) * _APART)
                self._made[name] = database, make()
        database, made = self._made[name]
        with database_called(database), taken_back():
            yield copy.deepcopy(made)

    def drop(self) -> None:
        for database, _made in self._made.values():
            drop_database(database)


@contextmanager
def taken_back() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def database_called(name: str) -> Iterator[None]:
    """Inside, Django's connections of this process are to another database of the same server."""
    connection = _connection()
    before = connection.settings_dict["NAME"]
    _leave(connection)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        _leave(connection)
        connection.settings_dict["NAME"] = before


def demo_template() -> str:
    """A database with the demonstration province, to be copied."""
    from django.core.management import call_command
    from django.test import override_settings

    def fill() -> None:
        _number_from(_APART)
        with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):  # whoever asks first, everybody can sign in
            call_command("load_demo", verbosity=0)

    return _template("demo", _bare_template(), fill)


def _bare_template() -> str:
    """A database with its tables alone, to be copied."""
    from django.core.management import call_command

    return _template("bare", "template0", lambda: call_command("migrate", verbosity=0))


def _template(kind: str, source: str, fill: Callable[[], None]) -> str:
    """Filled by whichever process of a run is first to need it; the others wait."""
    name = _template_name(kind)
    with _lock(kind).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _administer("SELECT 1 FROM pg_database WHERE datname = %s", name):
            filling = f"{name}_filling"
            _copy_database(source, filling)
            with database_called(filling):
                fill()
            _administer(f'ALTER DATABASE "{filling}" RENAME TO "{name}"')
    return name


def _template_name(kind: str) -> str:
    return f"motcua_{kind}_{os.environ[RUN]}"


def _lock(kind: str) -> Path:
    return Path(tempfile.gettempdir()) / f"{_template_name(kind)}.lock"


def drop_templates() -> None:
    """At the end of the process that began the run: servers that are not ours outlive it."""
    import psycopg

    if os.environ.get(RUN) != str(os.getpid()):
        return
    for kind in ("demo", "bare"):
        _lock(kind).unlink(missing_ok=True)
    url = os.environ["MOTCUA_TEST_DATABASE_URL"]
    with suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as connection:
        for kind in ("demo", "bare"):
            for name in (_template_name(kind), f"{_template_name(kind)}_filling"):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_of(template: str, ending: str) -> str:
    """A new database of this process, named after its ordinary one."""
    name = f"{_connection().settings_dict['NAME']}_{ending}"
    _copy_database(template, name)
    return name


_ATTEMPTS = 20


def drop_database(name: str) -> None:
    """Waits out a vacuum of the server's own, which only the server's owner may end."""
    from django.db import DatabaseError

    for attempt in range(_ATTEMPTS):
        try:
            _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except DatabaseError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(1)
        else:
            return


def _copy_database(source: str, name: str) -> None:
    drop_database(name)
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _number_from(first: int) -> None:
    with _connection().cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {first}')


def _administer(statement: str, *values: str) -> list[Any]:
    """Runs a statement outside the databases of the tests; returns its rows."""
    with _connection()._nodb_cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def _connection() -> Any:
    from django.db import connection

    return connection


def _leave(connection: Any) -> None:
    connection.close()
    connection.close_pool()
