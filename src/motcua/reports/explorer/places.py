"""Which unit a record counts for: the unit as it was then, or the unit that keeps its files now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from motcua.engine.provinces.api import Province
from motcua.kernel.text import collation_key
from motcua.reference.organisations.api import UnitInfo, keepers_of, latest_by_code

Mode = Literal["then", "now"]
LEVELS = ("province", "district", "commune")


@dataclass(frozen=True, slots=True)
class Places:
    """`units`: every unit a record may count for, by code; `owner`: the code counted for, by the code of the record."""

    units: Mapping[str, UnitInfo]
    owner: Mapping[str, str]

    def owner_of(self, code: str | None) -> str:
        """ "" for a record whose unit nobody knows: it is counted, and shown as such."""
        return self.owner.get(code or "", "")

    def codes_of(self, code: str) -> frozenset[str]:
        """The codes of the records that count for a unit or for any below it."""
        top = self.units[code].path
        return frozenset(then for then, owner in self.owner.items() if self.units[owner].path.startswith(top))

    def in_order(self, codes: Iterable[str]) -> list[UnitInfo]:
        """Units by level, then by name as Vietnamese orders it."""
        found = [self.units[code] for code in codes if code in self.units]
        return sorted(found, key=lambda unit: (_rank(unit), collation_key(unit.name), unit.code))


def places(province: Province, mode: Mode, day: dt.date) -> Places:
    """The units of a province: "then" each as it was last by `day`, "now" those in force on `day`."""
    known = latest_by_code(province, day)
    if mode == "then":
        return Places(known, {code: code for code in known})
    keepers = keepers_of(province, known.keys(), day)
    owner = {code: keepers[code].code if code in keepers else code for code in known}
    units = {unit.code: unit for unit in keepers.values()}
    return Places({**{code: known[code] for code in known if code not in keepers}, **units}, owner)


def _rank(unit: UnitInfo) -> int:
    return LEVELS.index(unit.level) if unit.level in LEVELS else len(LEVELS)
