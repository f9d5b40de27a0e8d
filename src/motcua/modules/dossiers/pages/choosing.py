"""Officers and units to choose from, with what they have to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import ViewedRequest, Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import now, today
from motcua.kernel.text import collation_key
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.performers import away_on, performers
from motcua.modules.dossiers.units import units_today
from motcua.reference.organisations.api import UnitInfo

Choices = list[tuple[str, str]]
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Load:
    """Open steps of one officer, the late ones, working days of work due, and whether away today."""

    steps: int = 0
    late: int = 0
    minutes: int = 0
    away: bool = False

    @property
    def days(self) -> str:
        return f"{round(self.minutes / 480, 1):g}".replace(".", ",")

    def words(self) -> str:
        told = ngettext("{n} việc", "{n} việc", self.steps).format(n=self.steps)
        told = _("{steps}, {days} ngày công").format(steps=told, days=self.days)
        return _("{told}, đang vắng").format(told=told) if self.away else told


# What waits for the applicant, a payment or a system is nobody's load.
_LOADS = """
SELECT assignee_id, count(*), count(*) FILTER (WHERE due_at < %s), sum(working_minutes)
FROM dossiers_task WHERE province_id = %s AND assignee_id = ANY(%s) AND closed_at IS NULL
    AND dossier_id NOT IN (SELECT id FROM dossiers_dossier WHERE province_id = %s AND paused_for <> '')
GROUP BY assignee_id
"""


def loads_of(province: Province, users: Iterable[int], moment: dt.datetime | None = None) -> dict[int, Load]:
    """Load by account, whatever unit the steps are in. Two queries."""
    keys = list(users)
    if not keys:
        return {}
    rows = fetch(_LOADS, [moment or now(), province.pk, keys, province.pk])
    away = away_on(today(), keys)
    found = {key: Load(steps, late, minutes, key in away) for key, steps, late, minutes in rows}
    return {key: found.get(key) or Load(away=key in away) for key in keys}


def people_choices(province: Province, people: QuerySet[User]) -> Choices:
    """Officers with their load, the lightest first, those away last."""
    users = list(people[:MOST_PEOPLE])
    loads = loads_of(province, [user.pk for user in users])
    users.sort(
        key=lambda user: (loads[user.pk].away, loads[user.pk].minutes, collation_key(user.display_name))
    )
    return [(str(user.pk), f"{user.display_name} ({loads[user.pk].words()})") for user in users]


def performer_choices(province: Province, kind: str, unit_path: str) -> Choices:
    return people_choices(province, performers(province.pk, kind, unit_path))


def units_of(viewer: Viewer, province: Province, permission: str) -> list[UnitInfo]:
    """The units of today over which the viewer holds a permission, by name."""
    found = [
        unit
        for unit in units_today(province.pk).values()
        if viewer.may(permission, province=province, unit_path=unit.path)
    ]
    return sorted(found, key=lambda unit: (unit.path.count("/"), collation_key(unit.name)))


def unit_choices(province: Province, *, without: str = "") -> Choices:
    """Units that may be asked for an opinion or handed a dossier: agencies, not the province itself."""
    kinds = ("department", "office", "inspectorate", "board", "commune_committee")
    known = [
        unit for unit in units_today(province.pk).values() if unit.kind in kinds and unit.code != without
    ]
    known.sort(key=lambda unit: (unit.kind == "commune_committee", collation_key(unit.name)))
    return [(unit.code, unit.name) for unit in known]


def chosen_unit(request: ViewedRequest, permission: str) -> tuple[list[UnitInfo], UnitInfo | None]:
    """The units the viewer may choose among, and the one asked for by ?don-vi=, else the first held."""
    units = units_of(request.viewer, request.province, permission)
    asked = request.GET.get("don-vi") or request.POST.get("don-vi") or ""
    for unit in units:
        if unit.code == asked:
            return units, unit
    return units, _own(request.viewer, request.province, permission, units)


def _own(viewer: Viewer, province: Province, permission: str, units: list[UnitInfo]) -> UnitInfo | None:
    held = {
        grant.unit_code
        for grant in viewer.grants
        if permission in grant.permissions and grant.province_id in (None, province.pk)
    }
    return next((unit for unit in units if unit.code in held), units[0] if units else None)


def may_assign_somewhere(viewer: Viewer, province: Province) -> bool:
    return viewer.may(may.ASSIGN, province=province)
