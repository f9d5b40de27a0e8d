"""A province, its people and a set of forms, made anew for each test that asks."""

from __future__ import annotations

import datetime as dt

import pytest

PASSWORD = "mat-khau-thu-nghiem"


@pytest.fixture
def province(db):
    from motcua.engine.provinces.models import Province, ProvinceTitle

    made = Province.objects.create(key="bac-ninh", agency_code="H05", place_code="24")
    ProvinceTitle.objects.create(province=made, title="Tỉnh Bắc Ninh", valid_from=dt.date(2025, 7, 1))
    return made


@pytest.fixture
def person(db):
    """Makes a signed-in viewer: person("name", province, [permissions], path="/")."""
    from motcua.engine.accounts.models import User
    from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer

    def make(name, province, permissions, path="/"):
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


@pytest.fixture
def coordinator(person, province):
    from motcua.reports.forms.permissions import EDIT, IMPORT, VIEW

    return person("dieu-phoi", province, [VIEW, EDIT, IMPORT])


@pytest.fixture
def reader(person, province):
    from motcua.reports.forms.permissions import VIEW

    return person("nguoi-xem", province, [VIEW])


@pytest.fixture
def published(province):
    from motcua.reports.forms.api import load_published

    return load_published(province)[0]


@pytest.fixture
def sheet(coordinator, province):
    from motcua.reports.forms.api import open_sheet

    return open_sheet(
        coordinator,
        province,
        unit_code="H05",
        unit_path="/H05/",
        period_kind="quarter",
        period_from=dt.date(2025, 12, 15),
        period_to=dt.date(2026, 3, 14),
    )
