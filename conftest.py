"""One throw-away PostgreSQL for a test run: the embedded one, or MOTCUA_TEST_DATABASE_URL."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

_running: list[object] = []


def pytest_configure(config: pytest.Config) -> None:
    """Runs before Django reads its settings; xdist workers inherit the controller's server by environment."""
    os.environ.setdefault("MOTCUA_SECRET_KEY", "only-for-tests")
    os.environ["MOTCUA_DEMO"] = "1"
    url = os.environ.get("MOTCUA_TEST_DATABASE_URL")
    if not url:
        from motcua.engine.database.api import EmbeddedServer

        folder = tempfile.TemporaryDirectory(prefix="motcua-test-")
        server = EmbeddedServer(Path(folder.name) / "data", durable=False)
        url = server.start()
        _running.extend([server, folder])
        os.environ["MOTCUA_TEST_DATABASE_URL"] = url
    os.environ["MOTCUA_DATABASE_URL"] = url
    if "MOTCUA_DATA_DIR" not in os.environ:
        os.environ["MOTCUA_DATA_DIR"] = tempfile.mkdtemp(prefix="motcua-data-")


def pytest_unconfigure(config: pytest.Config) -> None:
    for thing in _running:
        getattr(thing, "stop", getattr(thing, "cleanup", lambda: None))()
    _running.clear()
