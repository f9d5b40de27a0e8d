"""The units whose calendar can be looked at or changed, by name."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import collation_key
from motcua.reference.calendars.data import PROVINCE
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.organisations.api import units_on


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit by agency code, path and name; code "" is the province."""

    code: str
    path: str
    name: str


def unit_choices(province: Province) -> list[UnitChoice]:
    """The province first, then its units of today by level and name.

    The committee at the root is left out: its calendar is the province's.
    """
    found = sorted(units_on(province, today()), key=lambda unit: (unit.level, collation_key(unit.name)))
    units = [UnitChoice(unit.code, unit.path, unit.name) for unit in found if unit.path.count("/") > 2]
    return [UnitChoice("", PROVINCE, _("Toàn tỉnh")), *units]


def manageable(viewer: Viewer, province: Province) -> list[UnitChoice]:
    """Those whose calendar the viewer may change."""
    return [
        unit for unit in unit_choices(province) if viewer.may(MANAGE, province=province, unit_path=unit.path)
    ]


def unit_by_code(units: list[UnitChoice], code: str) -> UnitChoice | None:
    return next((unit for unit in units if unit.code == code), None)


def names_by_path(province: Province) -> dict[str, str]:
    return {unit.path: unit.name for unit in unit_choices(province)}


def code_of(province: Province, path: str) -> str:
    """The agency code that names a path in an address."""
    return path.rstrip("/").rpartition("/")[2] or province.agency_code
