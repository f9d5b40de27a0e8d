"""The one scope filter: what a grant lets through, and what it does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from motcua.engine.accounts.models import User
from motcua.engine.permissions import registry
from motcua.engine.permissions.api import Grant, NotPermitted, Role, RolePermission, Viewer, declare
from motcua.engine.permissions.registry import Permission, declared
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen

READ, WRITE = "test.things.read", "test.things.write"
DAY = dt.datetime(2025, 10, 1, 3, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_first_of_october():
    with frozen(DAY):
        yield


@pytest.fixture(autouse=True)
def two_more_permissions(monkeypatch):
    monkeypatch.setattr(registry, "_declared", dict(registry._declared))
    declare(READ, "Đọc thử")
    declare(WRITE, "Ghi thử")


@pytest.fixture
def world():
    """Two provinces; grants stand in for rows that carry province and unit path."""
    here = Province.objects.create(key="here", agency_code="H05", place_code="24")
    there = Province.objects.create(key="there", agency_code="H55", place_code="19")
    role = Role.objects.create(code="reader", label="Người đọc")
    RolePermission.objects.create(role=role, permission=READ)
    owner = User.objects.create_user("owner", display_name="Chủ")
    plain = Role.objects.create(code="plain", label="Không quyền")
    for province, path in [
        (here, "/H05/H05.15/"),
        (here, "/H05/H05.15/H05.15.02/"),
        (here, "/H05/H05.150/"),
        (there, "/H55/H55.15/"),
    ]:
        Grant.objects.create(
            user=owner, role=plain, province=province, unit_path=path, valid_from=dt.date(2025, 1, 1)
        )
    return {"here": here, "there": there, "role": role, "rows": Grant.objects.filter(user=owner)}


def viewer_with(world, **grant) -> Viewer:
    user = User.objects.create_user("viewer", display_name="Người xem")
    fields = {"province": world["here"], "unit_path": "/", "valid_from": dt.date(2025, 1, 1)} | grant
    Grant.objects.create(user=user, role=world["role"], **fields)
    return Viewer(user)


def seen(world, viewer: Viewer) -> set[str]:
    return set(viewer.within(world["rows"], READ).values_list("unit_path", flat=True))


def test_a_whole_province(world):
    assert seen(world, viewer_with(world)) == {
        "/H05/H05.15/",
        "/H05/H05.15/H05.15.02/",
        "/H05/H05.150/",
    }


def test_a_subtree_ends_at_the_code_not_at_its_first_letters(world):
    viewer = viewer_with(world, unit_path="/H05/H05.15/")
    assert seen(world, viewer) == {"/H05/H05.15/", "/H05/H05.15/H05.15.02/"}
    assert viewer.may(READ, province=world["here"], unit_path="/H05/H05.15/H05.15.02/")
    assert not viewer.may(READ, province=world["here"], unit_path="/H05/H05.150/")
    assert not viewer.may(READ, province=world["there"])


def test_every_province_for_a_grant_without_one(world):
    viewer = viewer_with(world, province=None)
    assert len(seen(world, viewer)) == 4
    assert set(viewer.provinces()) == {world["here"], world["there"]}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "in_force"),
    [
        (dt.date(2025, 10, 1), None, True),
        (dt.date(2025, 10, 2), None, False),
        (dt.date(2025, 1, 1), dt.date(2025, 10, 1), False),
        (dt.date(2025, 1, 1), dt.date(2025, 10, 2), True),
    ],
)
def test_grants_are_dated(world, valid_from, valid_to, in_force):
    viewer = viewer_with(world, valid_from=valid_from, valid_to=valid_to)
    assert viewer.may(READ) is in_force
    assert bool(seen(world, viewer)) is in_force


def test_a_permission_not_held_lets_nothing_through(world):
    viewer = viewer_with(world)
    assert not viewer.within(world["rows"], WRITE).exists()
    with pytest.raises(NotPermitted):
        viewer.require(WRITE)


def test_nobody_sees_nothing(world):
    viewer = Viewer(AnonymousUser())
    assert not viewer.within(world["rows"], READ).exists()
    assert viewer.grants == ()


def test_an_unknown_permission_is_a_fault_of_the_caller(world):
    with pytest.raises(LookupError):
        viewer_with(world).may("test.things.unheard")
    with pytest.raises(LookupError):
        Viewer(AnonymousUser()).within(world["rows"], "test.things.unheard")


def test_one_code_one_meaning():
    assert Permission(READ, "Đọc thử") in declared()
    with pytest.raises(ValueError, match="declared twice"):
        declare(READ, "Nghĩa khác")


def test_questions_cost_a_constant_number_of_queries(world, django_assert_num_queries):
    viewer = viewer_with(world)
    with django_assert_num_queries(1):
        for _ in range(10):
            viewer.may(READ, province=world["here"], unit_path="/H05/")
    with django_assert_num_queries(1):
        list(viewer.within(world["rows"], READ))
