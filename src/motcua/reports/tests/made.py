"""Fixtures that tests of several rooms of the reports share; a room's conftest imports them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.testing import fresh_facts
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.tests.made import standing_world


@pytest.fixture(scope="module")
def made(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A ward with three dossiers of 2 March 2026, once for a file of tests."""
    with django_db_blocker.unblock(), standing_world(standing) as world:
        with frozen("2026-03-02T08:15"):
            world.uids = [
                api.file_dossier(world.viewers["desk"], world.province, world.filing(), hand_over=True).uid
                for _number in range(3)
            ]
        yield world


@pytest.fixture
def world(made: Any, db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a room made once, without facts; each test's own rows are rolled back on top."""
    fresh_facts(settings, tmp_path, monkeypatch)
    return made
