"""Units as the hot operations need them: code to path, kept a moment in the process."""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache

from django.utils.translation import gettext as _

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.catalogue.data import ProcedureInfo
from motcua.modules.dossiers.errors import DossierRefused
from motcua.reference.organisations.api import UnitInfo, units_on

_KEPT = 2.0  # seconds: a merged unit is known everywhere that soon
# By day too: whoever holds the clock on another day asks for other units.
_cache: dict[int, tuple[float, dt.date, dict[str, UnitInfo]]] = {}


@lru_cache(maxsize=64)
def province_of(province_id: int) -> Province:
    return Province.objects.get(pk=province_id)


def units_today(province_id: int) -> dict[str, UnitInfo]:
    """The province's units in force today by agency code."""
    moment, day = time.monotonic(), today()
    kept = _cache.get(province_id)
    if kept is not None and moment - kept[0] < _KEPT and kept[1] == day:
        return kept[2]
    found = {unit.code: unit for unit in units_on(province_of(province_id), day)}
    if found:
        _cache[province_id] = (moment, day, found)
    return found


def forget_units() -> None:
    """After a change of units in this process."""
    _cache.clear()
    province_of.cache_clear()


def unit_by_code(province_id: int, code: str) -> tuple[str, str]:
    """Code and path. Raises DossierRefused dossiers.unit.unknown."""
    unit = units_today(province_id).get(code)
    if unit is None:
        raise DossierRefused(
            "unit.unknown",
            _("Không có đơn vị mã “{code}” đang hoạt động; hãy chọn đơn vị trong danh sách.").format(
                code=code
            ),
        )
    return unit.code, unit.path


def unit_name(province_id: int, code: str) -> str:
    """The unit's name today; its code when it is no more."""
    unit = units_today(province_id).get(code)
    return unit.name if unit else code


def handling_choices(province_id: int, info: ProcedureInfo, receiving: str) -> list[UnitInfo]:
    """The units that may handle a procedure, the likeliest first: agencies the procedure names; at commune level the
    receiving commune, then the other communes; else every department."""
    units = units_today(province_id)
    named = [
        unit
        for agency in info.content.agencies
        for unit in units.values()
        if unit.code == agency.code or agency.name in (unit.name, unit.short_name)
    ]
    chosen = list(dict.fromkeys(named))
    if info.at_commune:
        communes = [unit for unit in units.values() if unit.kind == "commune_committee"]
        chosen += sorted(communes, key=lambda unit: (unit.code != receiving, unit.name))
    if info.at_province:
        kinds = ("department", "office", "inspectorate", "board")
        chosen += [unit for unit in units.values() if unit.kind in kinds]
    return list(dict.fromkeys(chosen)) or list(units.values())
