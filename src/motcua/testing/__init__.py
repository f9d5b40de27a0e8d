"""pytest plugin (named in pyproject): one throw-away PostgreSQL for a test run, before Django reads its settings.

The embedded server, or the one at MOTCUA_TEST_DATABASE_URL. A conftest.py would come too late: pytest-django
reads the settings before any conftest is loaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.testing.databases import (
    QUICK_HASHERS,
    RUN,
    Worlds,
    copy_of,
    database_called,
    demo_template,
    drop_database,
    drop_templates,
    taken_back,
)

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
    os.environ.setdefault(RUN, str(os.getpid()))
    return (yield)


def _start_server() -> str:
    from motcua.engine.database.api import EmbeddedServer

    folder = tempfile.TemporaryDirectory(prefix="motcua-test-")
    server = EmbeddedServer(Path(folder.name) / "data", durable=False)
    url = server.start()
    _running.extend([server, folder])
    return url


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long walks first: what is short fills the end of a run on several processes."""
    items.sort(key=lambda item: item.path.parent != config.rootpath / "tests")


@pytest.fixture(autouse=True)
def _quick_settings(settings: Any) -> None:
    """Static files named as in the tree (hashed names need a collected folder), and a hasher that is fast."""
    settings.PASSWORD_HASHERS = QUICK_HASHERS
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
        name = copy_of(demo_template(), "demo")
    yield name
    with django_db_blocker.unblock():
        drop_database(name)


@pytest.fixture(scope="module")
def demo(_demo_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration province for the whole module; what its tests change is taken back at its end."""
    with django_db_blocker.unblock(), database_called(_demo_database), taken_back():
        yield


@pytest.fixture
def committed_demo(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A demonstration province of a test's own, for tests in which other connections read it."""
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        name = copy_of(demo_template(), "own")
        with database_called(name):
            yield
        drop_database(name)


@pytest.fixture(scope="session")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Any]]:
    """`standing(name, make)` is a context in which what `make()` wrote stands in the database, as it was written by
    the first to ask for it; the context is given a copy of what `make` returned, and takes back what is done in it."""
    worlds = Worlds()
    yield worlds.standing
    with django_db_blocker.unblock():
        worlds.drop()


def pytest_unconfigure() -> None:
    drop_templates()
    for thing in _running:
        getattr(thing, "destroy", getattr(thing, "cleanup", lambda: None))()
    _running.clear()
