"""A grant over a unit's path reaches the rows of every code the units under it have borne."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import add

from motcua.engine.accounts.models import User
from motcua.engine.facts.api import scope_of, whole_province
from motcua.engine.figures.api import UNIT, FactShape, climbed, count_of, measure_groups, nothing
from motcua.engine.figures.tests.made import figure
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.reference.organisations.api import codes_now, units_on
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


def test_figures_by_units_as_then_climb_through_the_merger_and_lose_nothing(loaded) -> None:
    province = loaded.province
    before, after = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
    shape = FactShape("test_rows", {"unit": "text"}, unit="unit")
    then = sorted({each.code for each in units_on(province, before)})
    rows = [{"unit": code} for number, code in enumerate(then) for _row in range(number % 4 + 1)]
    counted = figure("test.rows", count=count_of("test_rows"))
    groups = measure_groups(counted, lambda fact: rows, (UNIT,), shape_of=lambda fact: shape)
    held = codes_now(province, after)
    assert all(sum(shares.values()) == 1 for shares in held.values())
    now = climbed(groups, held)
    living = {each.code for each in units_on(province, after)}
    left = {code for (code,) in now} - living  # the districts, which nobody succeeded
    assert len(left) == 18 and all(held[code] == {code: 1} for code in left)
    assert len(now) < len(groups) / 2
    whole = reduce(add, groups.values(), nothing(counted))
    assert reduce(add, now.values(), nothing(counted)) == whole and whole.numerator == len(rows)
