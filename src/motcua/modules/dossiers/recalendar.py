"""A calendar changes: the dates by law and by index of open dossiers are reckoned anew; what was printed stays.

The preview says where appointment and legal date part, so that the unit can send an extension where it must.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.jobs.api import defer
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers.case import Case, load
from motcua.modules.dossiers.models import ClockEntry, Dossier, Task
from motcua.modules.dossiers.queries import rules_of
from motcua.modules.dossiers.steps import reckon_steps_anew
from motcua.reference.calendars.api import (
    Calendars,
    FollowerPreview,
    calendar_for,
    register_calendar_follower,
)

_BATCH = 500
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Follower:
    code: str = "dossiers:dates"
    label: str = gettext_noop("Hồ sơ đang giải quyết có hạn theo luật thay đổi")

    def preview(self, province: Province, old: Calendars, new: Calendars) -> FollowerPreview:
        """Old against new calendar, not against the cached dates: a change whose job still waits is not counted twice."""
        count, lines = 0, []
        for dossier, entries in _open(province.pk, new.changed_path):
            rules = rules_of(province.pk)
            before = clocks.fold(entries, old.for_unit(dossier.unit_path), rules)
            after = clocks.fold(entries, new.for_unit(dossier.unit_path), rules)
            if (before.legal_due, before.index_due) != (after.legal_due, after.index_due):
                count += 1
                if len(lines) < _SHOWN:
                    lines.append(_line(dossier, after))
        return FollowerPreview(count, tuple(lines))

    def apply(self, province: Province, old: Calendars, new: Calendars, change_uid: uuid.UUID) -> int:
        from motcua.modules.dossiers.jobs import follow_calendar

        count = self.preview(province, old, new).count
        reckon_steps_anew(province.pk)
        defer(
            follow_calendar,
            {"province_id": province.pk, "path": new.changed_path},
            key=f"dossiers.calendar:{province.pk}:{new.changed_path}",
            province=province,
        )
        return count


def _line(dossier: Dossier, clock: clocks.Clock) -> str:
    return _("{code}: hẹn trả {promised}, hạn theo luật {old} → {new}").format(
        code=dossier.code,
        promised=_shown(dossier.promised),
        old=_shown(dossier.legal_due),
        new=_shown(clock.legal_due),
    )


def _shown(instant: Any) -> str:
    return f"{local(instant):%H:%M %d/%m/%Y}" if instant else "–"


def _open(province_id: int, path: str) -> Iterator[tuple[Dossier, list[clocks.Entry]]]:
    """Open dossiers of a unit's subtree with their clock entries, by batches of keys."""
    last = 0
    while True:
        rows = Dossier.objects.filter(
            province_id=province_id, ended_at__isnull=True, received_at__isnull=False, pk__gt=last
        ).order_by("pk")
        if path != "/":
            rows = rows.filter(unit_path__startswith=path)
        batch = list(rows[:_BATCH])
        if not batch:
            return
        last = batch[-1].pk
        entries: dict[int, list[clocks.Entry]] = {}
        for row in ClockEntry.objects.filter(dossier__in=batch, leg="").order_by("pk"):
            entries.setdefault(row.dossier_id, []).append(clocks.Entry(row.kind, row.at, row.data))
        for dossier in batch:
            yield dossier, entries.get(dossier.pk, [])


def follow_dates(province_id: int, path: str = "/") -> int:
    """Reckons every open dossier anew by the calendars in force; returns how many dates moved. Repeating it does
    nothing more."""
    moved = 0
    for dossier, entries in _open(province_id, path):
        clock = clocks.fold(entries, calendar_for(province_id, dossier.unit_path), rules_of(province_id))
        if (clock.legal_due, clock.index_due) != (dossier.legal_due, dossier.index_due):
            moved += _follow(dossier.uid)
    return moved


@transaction.atomic
def _follow(uid: uuid.UUID) -> int:
    case, _used = load(Viewer(AnonymousUser()), uid)
    if case.row["ended_at"] is not None:
        return 0
    case.add_entry("calendar")
    before = case.row["legal_due"]
    case.reckon()
    _move_steps(case, before)
    case.tell("calendar-applied")
    case.write()
    return 1


def _move_steps(case: Case, before: Any) -> None:
    """Open steps go the way of the legal date: the working time that came or went."""
    after = case.row["legal_due"]
    if before is None or after is None:
        return
    for task in Task.objects.filter(dossier_id=case.id, closed_at__isnull=True, due_at__isnull=False):
        calendar = calendar_for(case.province_id, task.unit_path)
        due = (
            calendar.add_minutes(task.opened_at, task.working_minutes)
            if task.working_minutes
            else task.due_at
        )
        row = next(one for one in case.tasks if one["id"] == task.pk)
        if due is not None and due > row["due_at"]:
            case.change_task(row, due_at=due, warn_at=case.warn_at(task.unit_path, due, task.working_minutes))


def follow_calendars() -> None:
    """Called when the app is ready."""
    register_calendar_follower(_Follower())
