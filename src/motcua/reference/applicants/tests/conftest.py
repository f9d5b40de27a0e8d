from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.applicants.api import ApplicantDraft, register_applicant
from motcua.reference.applicants.permissions import MANAGE, MERGE, VIEW

ALL = (VIEW, MANAGE, MERGE)


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def person(db):
    def make(name, province, *permissions, path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user,
            role=role,
            province=province,
            unit_code=path.rstrip("/").rpartition("/")[2],
            unit_path=path,
            valid_from=dt.date(2010, 1, 1),
        )
        return Viewer(user)

    return make


@pytest.fixture
def officer(province, person):
    return person("canbo", province, *ALL)


@pytest.fixture
def enter(officer, province):
    """Registers an applicant: enter("Nguyễn Mẫu An", identity_number="027000000001")."""

    def register(name, **fields):
        if fields.get("identity_number") and "identity_kind" not in fields:
            fields["identity_kind"] = "citizen_id"
        kind = fields.pop("kind", "citizen")
        where = fields.pop("province", province)
        who = fields.pop("viewer", officer)
        return register_applicant(who, where, ApplicantDraft(kind=kind, display_name=name, **fields))

    return register


@pytest.fixture
def browse():
    def sign_in(viewer):
        client = Client()
        client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
