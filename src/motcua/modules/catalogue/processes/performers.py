"""Who could do a step: posts with its role, in every unit the procedure concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from motcua.engine.permissions.api import RolePermission
from motcua.kernel.text import search_key
from motcua.modules.catalogue.data import ProcedureInfo, StepPlan
from motcua.modules.catalogue.models import Procedure
from motcua.modules.catalogue.processes.validation import Lack, Performers
from motcua.reference.organisations.api import UnitInfo, units_on
from motcua.reference.people.api import Post

OF_PROVINCE = ("department", "office", "inspectorate", "board")
OF_COMMUNE = "commune_committee"
_WORK = ("dossiers.work.", "dossiers.desk.")


def performers_of(procedure: Procedure, info: ProcedureInfo | None, day: dt.date) -> Performers:
    """For `validate`: tells of a step in which units concerned nobody holds its role on a day.

    A post serves its unit and those below. One query for the posts of all units, one for what roles may do: a role
    that may do all the dossier work of another stands in for it (the head of a department for its unit leader).
    """
    units = units_on(procedure.province, day)
    handling = units_concerned(units, procedure, info)
    held = _held(procedure, day)
    stands_for = _stand_ins({role for role, _path in held})

    def lack(step: StepPlan) -> Lack:
        concerned = [one for one in units if one.code == step.unit_code] if step.place == "unit" else handling
        if step.kind == "joint" and not step.unit_code:
            return Lack((), 1)  # the agency is chosen dossier by dossier
        if step.place in ("receiving", "returning"):
            concerned = _desks(units, handling)
        roles = {role for role, may in stands_for.items() if step.role == role or step.role in may}
        paths = {path for role, path in held if role in roles}
        missing = [one.name for one in concerned if not any(one.path.startswith(path) for path in paths)]
        return Lack(tuple(missing), len(concerned))

    return lack


def units_concerned(
    units: Sequence[UnitInfo], procedure: Procedure, info: ProcedureInfo | None
) -> list[UnitInfo]:
    """The units that handle a procedure: of the province those its agencies name, else every department; of the
    communes all."""
    found: list[UnitInfo] = []
    if procedure.at_province:
        at_province = [one for one in units if one.kind in OF_PROVINCE]
        found += named_departments(at_province, info) or at_province
    if procedure.at_commune:
        found += [one for one in units if one.kind == OF_COMMUNE]
    return found


def named_departments(units: Iterable[UnitInfo], info: ProcedureInfo | None) -> list[UnitInfo]:
    """Of these units, those the procedure names among its agencies."""
    agencies = info.content.agencies if info else ()
    names = {search_key(one.name) for one in agencies}
    codes = {one.code for one in agencies if one.code}
    return [
        one
        for one in units
        if one.code in codes or search_key(one.name) in names or search_key(one.short_name) in names
    ]


def _desks(units: Sequence[UnitInfo], handling: Sequence[UnitInfo]) -> list[UnitInfo]:
    """Where dossiers are taken and given back: the communes that handle it, and for what the province handles the
    office that runs the province's centre (Decree 118/2025/NĐ-CP)."""
    communes = [one for one in handling if one.kind == OF_COMMUNE]
    if len(communes) == len(handling):
        return communes
    offices = [one for one in units if one.kind == "office"]
    return [*(offices or [one for one in handling if one.kind != OF_COMMUNE]), *communes]


def _held(procedure: Procedure, day: dt.date) -> set[tuple[str, str]]:
    """(role code, path of the unit) of every post held on a day."""
    rows = Post.objects.filter(Post.on(day), province=procedure.province_id, withdrawn=False)
    return set(rows.filter(person__user__is_active=True).values_list("role__code", "unit_path").distinct())


def _stand_ins(roles: set[str]) -> dict[str, set[str]]:
    """Each role held, with the roles whose dossier work it may do in full."""
    work: dict[str, set[str]] = {}
    for role, permission in RolePermission.objects.values_list("role__code", "permission"):
        if permission.startswith(_WORK):
            work.setdefault(role, set()).add(permission)
    return {
        role: {other for other, needed in work.items() if needed <= work.get(role, set())} for role in roles
    }
