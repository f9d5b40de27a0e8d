"""The units a person may be put in, as the organisations room knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import collation_key
from motcua.reference.organisations.api import find_unit, units_on


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as codes: agency code ("H05.15") and path from the province down ("/H05/H05.15/")."""

    code: str
    path: str
    name: str = ""


PROVINCE_WIDE = UnitRef("", "/", "Toàn tỉnh")


@dataclass(frozen=True, slots=True)
class Span:
    """From a day until, and without, another; open when `valid_to` is None."""

    valid_from: dt.date
    valid_to: dt.date | None = None


def units_today(province: Province) -> list[UnitRef]:
    """Every unit in force today: by level, then by name in Vietnamese order."""
    found = sorted(units_on(province, today()), key=lambda unit: (unit.level, collation_key(unit.name)))
    return [UnitRef(unit.code, unit.path, unit.name) for unit in found]


def unit_named(province: Province, name: str) -> UnitRef | None:
    """The unit of today of this full or short name."""
    unit = find_unit(province, name)
    return UnitRef(unit.code, unit.path, unit.name) if unit else None


def unit_choices(viewer: Viewer, province: Province, permission: str) -> list[UnitRef]:
    """The units of today in which the viewer holds the permission, in the province's order; the province first
    when the viewer holds it over the whole of it."""
    known = units_today(province)
    inside = [unit for unit in known if viewer.may(permission, province=province, unit_path=unit.path)]
    whole = viewer.may(permission, province=province, unit_path=PROVINCE_WIDE.path)
    return [replace(PROVINCE_WIDE, name=gettext(PROVINCE_WIDE.name)), *inside] if whole else inside


def unit_by_code(province: Province, code: str) -> UnitRef | None:
    """The unit of today with an agency code; the empty code is the whole province."""
    if not code:
        return PROVINCE_WIDE
    return next((unit for unit in units_today(province) if unit.code == code), None)


def unit_names(province: Province) -> dict[str, str]:
    """Names of today by agency code."""
    return {PROVINCE_WIDE.code: gettext(PROVINCE_WIDE.name)} | {
        unit.code: unit.name for unit in units_today(province)
    }
