"""pytest plugin (named in pyproject): one throw-away PostgreSQL for a test run, before Django reads its settings.

The embedded server, or the one at MOTCUA_TEST_DATABASE_URL. A conftest.py would come too late: pytest-django
reads the settings before any conftest is loaded.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def pytest_unconfigure() -> None:
    for thing in _running:
        getattr(thing, "destroy", getattr(thing, "cleanup", lambda: None))()
    _running.clear()
