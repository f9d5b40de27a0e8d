"""pytest plugin (named in pyproject): one throw-away PostgreSQL for a test run, before Django reads its settings.

The embedded server, or the one at MOTCUA_TEST_DATABASE_URL. A conftest.py would come too late: pytest-django
reads the settings before any conftest is loaded.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# The process that began a run; its workers inherit the name.
_RUN = "PYTEST_MOTCUA_RUN"
_DEMO_NUMBERS = 1_000_000
_running: list[Any] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """xdist workers inherit the controller's server by environment."""
    os.environ.setdefault("MOTCUA_SECRET_KEY", "only-for-tests")
    os.environ["MOTCUA_DEMO"] = "1"
    # Django empties tables between transactional tests; the event log refuses that to everyone else.
    os.environ["PGOPTIONS"] = "-c motcua.allow_truncate=on"
    url = os.environ.get("MOTCUA_TEST_DATABASE_URL") or _start_server()
    os.environ["MOTCUA_TEST_DATABASE_URL"] = os.environ["MOTCUA_DATABASE_URL"] = url
    if "MOTCUA_DATA_DIR" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="motcua-data-")
        (Path(folder.name) / "static").mkdir()
        os.environ["MOTCUA_DATA_DIR"] = folder.name
        _running.append(folder)
    os.environ.setdefault(_RUN, str(os.getpid()))
    return (yield)


def _start_server() -> str:
    from motcua.engine.database.api import EmbeddedServer

    folder = tempfile.TemporaryDirectory(prefix="motcua-test-")
    server = EmbeddedServer(Path(folder.name) / "data", durable=False)
    url = server.start()
    _running.extend([server, folder])
    return url


@pytest.fixture(autouse=True)
def _quick_settings(settings: Any) -> None:
    """Static files named as in the tree (hashed names need a collected folder), and a hasher that is fast."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> None:
    from django.test import TransactionTestCase

    from motcua.testing.emptying import empty_tables

    TransactionTestCase._fixture_teardown = empty_tables


@pytest.fixture(scope="session")
def _demo_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The name of this process's own database with the demonstration province in it, committed."""
    with django_db_blocker.unblock():
        name = f"{_connection().settings_dict['NAME']}_demo"
        _copy_database(_demo_template(), name)
    yield name
    with django_db_blocker.unblock():
        _drop_database(name)


@pytest.fixture(scope="module")
def demo(_demo_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration province for the whole module; what its tests change is taken back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), database_called(_demo_database), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed_demo(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A demonstration province of a test's own, for tests in which other connections read it."""
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        name = f"{_connection().settings_dict['NAME']}_own"
        _copy_database(_demo_template(), name)
        with database_called(name):
            yield
        _drop_database(name)


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


def _demo_template() -> str:
    """The database that others are copied from: loaded by whichever process of a run is first to need it."""
    from django.core.management import call_command

    name = _template_name()
    with (Path(tempfile.gettempdir()) / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _administer("SELECT 1 FROM pg_database WHERE datname = %s", name):
            loading = f"{name}_loading"
            _drop_database(loading)
            _administer(f'CREATE DATABASE "{loading}"')
            with database_called(loading):
                call_command("migrate", verbosity=0)
                _number_from(_DEMO_NUMBERS)
                call_command("load_demo", verbosity=0)
            _administer(f'ALTER DATABASE "{loading}" RENAME TO "{name}"')
    return name


def _template_name() -> str:
    return f"motcua_demo_{os.environ[_RUN]}"


def _number_from(first: int) -> None:
    """Rows get numbers that no row of the ordinary test database has: what a process remembers stays apart."""
    with _connection().cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{name}" RESTART WITH {first}')


def _connection() -> Any:
    from django.db import connection

    return connection


def _leave(connection: Any) -> None:
    connection.close()
    connection.close_pool()


def _administer(statement: str, *values: str) -> list[Any]:
    """Runs a statement outside the databases of the tests; returns its rows."""
    with _connection()._nodb_cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def _copy_database(source: str, name: str) -> None:
    _drop_database(name)
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def _drop_database(name: str) -> None:
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def pytest_unconfigure() -> None:
    if os.environ.get(_RUN) == str(os.getpid()):
        _drop_template()
    for thing in _running:
        getattr(thing, "destroy", getattr(thing, "cleanup", lambda: None))()
    _running.clear()


def _drop_template() -> None:
    """Servers that are not ours outlive the run."""
    import psycopg

    (Path(tempfile.gettempdir()) / f"{_template_name()}.lock").unlink(missing_ok=True)
    with psycopg.connect(os.environ["MOTCUA_TEST_DATABASE_URL"], autocommit=True) as connection:
        for name in (_template_name(), f"{_template_name()}_loading"):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
