from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import Loaded, load_reference
from motcua.reference.organisations.tests.support import manager_of


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded]:
    """Bắc Ninh as packaged, once for a file of tests; each test's own rows are rolled back on top of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_reference("bac-ninh")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test of this room may use the database."""


@pytest.fixture
def province(db: None) -> Province:
    """An empty province."""
    return Province.objects.create(key="tinh-mau", agency_code="H99", place_code="99")


@pytest.fixture
def manager(province: Province) -> Viewer:
    """Somebody who may reorganise the empty province."""
    return Viewer(manager_of(province))
