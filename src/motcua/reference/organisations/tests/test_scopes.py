"""A grant over a unit's path reaches the rows of every code the units under it have borne."""

from __future__ import annotations

import datetime as dt

from motcua.engine.accounts.models import User
from motcua.engine.facts.api import scope_of, whole_province
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.reference.organisations.api import units_on
from motcua.reference.organisations.queries import codes_under

SEE = "events.log.view"  # any that stands


def test_a_viewers_scope_holds_the_codes_under_their_paths(loaded) -> None:
    province = loaded.province
    units = units_on(province, dt.date(2025, 7, 1))
    parent = next(
        each for each in units if sum(other.path.startswith(each.path) for other in units) in range(3, 20)
    )
    role = Role.objects.create(code="seer", label="Xem")
    RolePermission.objects.create(role=role, permission=SEE)
    user = User.objects.create_user("xem", password="x")
    grant = Grant.objects.create(
        user=user,
        role=role,
        province=province,
        unit_path=parent.path,
        unit_code=parent.code,
        valid_from="2025-01-01",
    )
    under = {each.code for each in units if each.path.startswith(parent.path)}
    found = scope_of(Viewer(user), SEE, province)
    assert found.codes is not None and under <= found.codes == codes_under(province.pk, parent.path)
    assert not {each.code for each in units if not each.path.startswith(parent.path)} & found.codes
    grant.unit_path = "/"
    grant.save()
    assert scope_of(Viewer(user), SEE, province) == whole_province(province)
