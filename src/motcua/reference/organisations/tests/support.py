"""What the tests of this room share."""

from __future__ import annotations

import datetime as dt

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role, RolePermission
from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import MANAGE


def manager_of(province: Province) -> User:
    """A user who may reorganise a province."""
    user = User.objects.create_user("quan-tri-mau", "mat-khau-mau-1", display_name="Người Quản Trị Mẫu")
    role = Role.objects.create(code="quan-tri-mau", label="Quản trị mẫu")
    RolePermission.objects.create(role=role, permission=MANAGE)
    Grant.objects.create(user=user, role=role, province=province, valid_from=dt.date(2020, 1, 1))
    return user
