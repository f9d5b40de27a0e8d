"""The small province of `made.py`, once for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.facts.testing import fresh_facts


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The province and its year's campaign, open and derived, once for a file of tests."""
    from motcua.reports.submissions.tests.made import make_world

    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made: Any, db: None, settings: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    """What was made once, without facts; each test's own rows are rolled back on top."""
    fresh_facts(settings, tmp_path, monkeypatch)
    settings.FILES_ROOT = tmp_path / "files"
    return made


@pytest.fixture
def cycle(world: Any) -> Any:
    """The year's campaign, open and derived."""
    return world
