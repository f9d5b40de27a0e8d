from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.permissions.api import Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.people.api import (
    PROVINCE_WIDE,
    Assignment,
    Installer,
    Span,
    UnitRef,
    add_person,
    give_post,
    load_roles,
    open_account,
)

SINCE = dt.date(2025, 7, 1)
WARD = UnitRef("T01.21", "/T01/T01.21/", "Phường Thử")
OTHER_WARD = UnitRef("T01.22", "/T01/T01.22/", "Phường Khác")


@pytest.fixture
def province(db) -> Province:
    load_roles()
    return Province.objects.create(key="thu", agency_code="T01", place_code="01")


@pytest.fixture
def staff(province):
    """Makes a person with an account and a post, as the installer: staff("an", "role-code", unit)."""

    def make(username: str, role: str, unit: UnitRef = PROVINCE_WIDE, **fields):
        installer = Installer()
        person = add_person(
            installer, fields.get("province", province), display_name=f"Người {username}", unit=unit
        )
        open_account(installer, person, username)
        person.refresh_from_db()
        person.user.must_change_password = False
        person.user.save()
        assignment = Assignment(
            Role.objects.get(code=role), unit, Span(SINCE), every_province=fields.get("every_province", False)
        )
        give_post(installer, person, assignment)
        return person

    return make


@pytest.fixture
def viewer_of():
    return lambda person: Viewer(person.user)
