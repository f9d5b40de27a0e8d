from __future__ import annotations

import datetime as dt
import uuid

import pytest

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.worktime import Confidence, DayKind, SpecialDay, parse_session
from motcua.reference.calendars.api import MANAGE, FollowerPreview, forget_calendars
from motcua.reference.calendars.followers import _followers
from motcua.reference.organisations.api import Decision, UnitDraft, found_unit, unit_at, units_on
from motcua.reference.people.api import Installer

SINCE = dt.date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _fresh_process():
    forget_calendars()
    yield
    forget_calendars()


@pytest.fixture(autouse=True)
def _no_followers_of_other_rooms():
    """These tests look at this room alone; each registers the follower it needs."""
    kept = dict(_followers)
    _followers.clear()
    yield
    _followers.clear()
    _followers.update(kept)


@pytest.fixture
def province(db) -> Province:
    return Province.objects.create(key="thu", agency_code="T01", place_code="01")


@pytest.fixture
def installer() -> Installer:
    return Installer()


@pytest.fixture
def town(province, installer) -> dict[str, str]:
    """A province committee T01, two communes and a centre in the first; code -> path."""

    def found(name: str, kind: str, code: str, parent: str = "") -> None:
        above = unit_at(province, parent, SINCE).uid if parent else None
        found_unit(installer, province, Decision("1/QĐ", SINCE, SINCE), UnitDraft(name, kind, code, above))

    found("UBND tỉnh Mẫu", "province_committee", "T01")
    found("UBND xã An", "commune_committee", "T01.1", "T01")
    found("UBND xã Bình", "commune_committee", "T01.2", "T01")
    found("Trung tâm xã An", "centre", "T01.1.01", "T01.1")
    return {unit.code: unit.path for unit in units_on(province, SINCE)}


@pytest.fixture
def manager(province):
    """A signed-in viewer who may change calendars below a path: manager("/T01/T01.21/")."""

    def make(path: str = "/", name: str = "lich") -> Viewer:
        role, _made = Role.objects.get_or_create(code="calendar-keeper", defaults={"label": "Giữ lịch"})
        RolePermission.objects.get_or_create(role=role, permission=MANAGE)
        user = User.objects.create_user(username=name, password="x")
        code = path.rstrip("/").rpartition("/")[2]
        Grant.objects.create(
            user=user, role=role, province=province, unit_path=path, unit_code=code, valid_from=SINCE
        )
        return Viewer(user)

    return make


class Following:
    """A follower that remembers what it was asked."""

    code, label = "test:things", "Việc thử"

    def __init__(self) -> None:
        self.applied: list[tuple[str, str, uuid.UUID]] = []

    def preview(self, province, old, new) -> FollowerPreview:
        return FollowerPreview(2, (f"{old.print_of('/') == new.print_of('/')}", new.changed_path))

    def apply(self, province, old, new, change_uid) -> int:
        self.applied.append((old.print_of("/"), new.print_of("/"), change_uid))
        return 2


def holiday(day: dt.date, name: str = "Nghỉ của tỉnh", **fields) -> SpecialDay:
    return SpecialDay(day, DayKind.HOLIDAY, name, "Quyết định 5/QĐ-UBND", Confidence.ANNOUNCED, **fields)


def sessions(*texts: str):
    return tuple(parse_session(text) for text in texts)
