"""Which units' rows somebody may count: always stated, never assumed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from motcua.engine.facts.errors import FactsError
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province

CodesUnder = Callable[[int, str], Collection[str]]
_codes_under: list[CodesUnder] = []


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be counted of a province: the rows that count for these unit codes, or all (`codes` None)."""

    province_id: int
    codes: frozenset[str] | None

    def narrowed(self, units: Iterable[str] | None) -> tuple[str, ...] | None:
        """The unit codes to bind: those asked for (None: all) within the scope; None binds nothing."""
        if units is None:
            return None if self.codes is None else tuple(sorted(self.codes))
        asked = frozenset(units)
        return tuple(sorted(asked if self.codes is None else asked & self.codes))


def register_codes_under(find: CodesUnder) -> None:
    """`find(province id, path)` gives the codes that units under a path have ever borne. `reference` knows them; the
    engine knows a unit as a code and a path only."""
    if find not in _codes_under:
        _codes_under.append(find)


def whole_province(province: Province | int) -> Scope:
    """Everything: for reports, jobs and public open figures, which answer for the province."""
    return Scope(province if isinstance(province, int) else province.pk, None)


def units_scope(province: Province | int, codes: Iterable[str]) -> Scope:
    """The rows of these units."""
    return Scope(province if isinstance(province, int) else province.pk, frozenset(codes))


def scope_of(viewer: Viewer, permission: str, province: Province) -> Scope:
    """What a viewer may count by a permission. Raises NotPermitted where no grant in force gives it."""
    held = [
        each
        for each in viewer.grants
        if permission in each.permissions and each.province_id in (None, province.pk)
    ]
    viewer.require(permission, province=province)
    if not held:
        raise NotPermitted(permission)
    if any(each.unit_path == "/" for each in held):
        return whole_province(province)
    codes = {each.unit_code for each in held} - {""}
    for each in held:
        for find in _codes_under:
            codes.update(find(province.pk, each.unit_path))
    return units_scope(province, codes)


def required(scope: Scope | None, province: Province) -> Scope:
    """Raises FACTS-SCOPE unless a scope of this province is given."""
    if not isinstance(scope, Scope) or scope.province_id != province.pk:
        raise FactsError(
            "FACTS-SCOPE", "Phải nêu phạm vi đơn vị được xem của đúng tỉnh này trước khi tính chỉ tiêu."
        )
    return scope
