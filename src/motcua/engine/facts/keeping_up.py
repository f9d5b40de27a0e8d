"""How far facts are behind, and bringing them up to what is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.engine.events.api import seal_all, sealed_after, sealed_head, unsealed_tail
from motcua.engine.facts.models import FactTable, Touched
from motcua.engine.facts.refreshing import is_current, refresh_province
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now

_ROUNDS = 10_000


def catch_up(province: Province) -> None:
    """Seals what waits and refreshes until every fact of the province holds what was recorded when this was called."""
    seal_all()
    head = sealed_head(province.pk)
    wanted = head.position if head else 0
    for _round in range(_ROUNDS):
        refresh_province(province)
        if not _behind(province, wanted):
            return


def _behind(province: Province, wanted: int) -> bool:
    tables = [each for each in FactTable.objects.filter(province=province) if is_current(each)]
    touched = Touched.objects.filter(province=province, fact__in=[each.fact for each in tables]).exists()
    return touched or any(each.position < wanted for each in tables)


@dataclass(frozen=True, slots=True)
class Lag:
    """How old the oldest event is that some fact does not yet hold (zero: none), and how many facts are not built."""

    behind: dt.timedelta
    unbuilt: int


def lag() -> Lag:
    """The lag over all provinces; events not yet sealed count too, whatever they are about."""
    tables = list(FactTable.objects.all())
    unbuilt = sum(not is_current(each) for each in tables)
    _waiting, oldest = unsealed_tail()
    ages = [oldest or dt.timedelta()]
    least: dict[int, int] = {}
    for each in tables:
        if is_current(each):
            least[each.province_id] = min(each.position, least.get(each.province_id, each.position))
    for province_id, position in least.items():
        ages += [now() - event.recorded_at for _position, event in sealed_after(province_id, position, 1)]
    return Lag(max(ages) if least else dt.timedelta(), unbuilt)
