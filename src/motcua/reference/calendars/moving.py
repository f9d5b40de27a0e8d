"""A unit's own calendar follows the unit when it is renamed, recoded or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_noop

from motcua.engine.events.api import record
from motcua.engine.provinces.api import Province
from motcua.reference.calendars import events
from motcua.reference.calendars.inforce import forget
from motcua.reference.calendars.models import CalendarVersion
from motcua.reference.organisations.api import Move


class CalendarsOfUnits:
    """Where several units become one, none of their calendars is the new unit's: it inherits until it decides."""

    code = "calendars:versions"
    label = gettext_noop("Phiên bản lịch làm việc riêng")

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return CalendarVersion.objects.filter(province=province, unit_path__in=list(paths)).count()

    def move(self, province: Province, moves: Sequence[Move]) -> Any:
        heirs = Counter(move.new_path for move in moves)
        moved: list[list[str]] = []
        for move in moves:
            rows = CalendarVersion.objects.filter(province=province)
            taken = heirs[move.new_path] > 1 or rows.filter(unit_path=move.new_path).exists()
            if move.path != move.new_path and not taken and rows.filter(unit_path=move.path).exists():
                _carry(province, move.path, move.new_path)
                moved.append([move.path, move.new_path])
        return moved

    def restore(self, province: Province, memento: Any) -> None:
        for old, new in reversed(memento):
            _carry(province, new, old)


def _carry(province: Province, old: str, new: str) -> None:
    CalendarVersion.objects.filter(province=province, unit_path=old).update(unit_path=new)
    record(events.FOLLOWED, province=province, subject="", payload={"old": old, "new": new}, unit_path=new)
    forget(province.pk)
