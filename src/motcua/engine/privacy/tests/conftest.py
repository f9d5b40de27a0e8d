from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def person(db):
    """Makes a viewer with permissions over a unit's subtree: person("an", province, VIEW, path="/H05/")."""

    def make(name, province, *permissions, path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user, role=role, province=province, unit_path=path, valid_from=dt.date(2020, 1, 1)
        )
        return Viewer(user)

    return make


@pytest.fixture
def browse():
    def sign_in(viewer):
        client = Client()
        client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def new_ring(monkeypatch):
    """Lets a test say which keys are there: new_ring(key, key...) as text; afterwards all is as before."""
    from motcua.engine.privacy import keys

    def use(*texts):
        monkeypatch.setenv(keys.VARIABLE, ",".join(texts))
        keys.ring.cache_clear()
        return keys.ring()

    yield use
    monkeypatch.undo()
    keys.ring.cache_clear()
