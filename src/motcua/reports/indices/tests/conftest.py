"""Bắc Ninh as packaged, once for a file of tests; each test's own rows are rolled back on top of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import transaction

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import load_reference

PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Province]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_reference("bac-ninh").province
        transaction.set_rollback(True)


@pytest.fixture
def province(loaded: Province, db: None) -> Province:
    return loaded


@pytest.fixture
def person(db: None) -> Callable[..., Viewer]:
    """Makes a viewer: person("name", province, [permissions], path="/")."""

    def make(name: str, province: Province, permissions: Sequence[str], path: str = "/") -> Viewer:
        user = User.objects.create_user(name, PASSWORD, display_name=f"Người {name}")
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        code = path.strip("/").rpartition("/")[2]
        Grant.objects.create(
            user=user,
            role=role,
            province=province,
            unit_code=code,
            unit_path=path,
            valid_from=dt.date(2020, 1, 1),
        )
        return Viewer(user)

    return make
