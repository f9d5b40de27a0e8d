from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.jobs import registry
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province


@pytest.fixture
def jobs(transactional_db):
    """An empty queue (Django does not empty tables it does not manage); forgets the jobs the test declared."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    before = set(registry._jobs)
    yield
    from procrastinate.contrib.django import app

    for name in set(registry._jobs) - before:
        del registry._jobs[name]
        del app.tasks[name]


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def person():
    def make(name, province, *permissions):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user, role=role, province=province, unit_path="/", valid_from=dt.date(2020, 1, 1)
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
