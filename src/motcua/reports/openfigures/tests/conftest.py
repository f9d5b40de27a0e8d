"""A ward with three dossiers of 2 March 2026, once for a file of tests; each test's own rows are rolled back on top."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.facts import shelf
from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.tests.made import dossier_world


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = dossier_world()
        with frozen("2026-03-02T08:15"):
            world.uids = [
                api.file_dossier(world.viewers["desk"], world.province, world.filing(), hand_over=True).uid
                for _number in range(3)
            ]
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made: Any, db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.FACTS_ROOT = tmp_path / "facts"
    monkeypatch.setattr(shelf.SHELF, "_held", {})  # a manifest rolled back has its versions again
    monkeypatch.setattr(shelf.SHELF, "_memory", None)
    return made
