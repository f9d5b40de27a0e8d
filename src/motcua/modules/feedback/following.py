"""Open petitions follow their unit when units change, and their limits are reckoned anew when a calendar changes.

Every row moved has its event, so that whatever counts petitions by unit hears of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.modules.feedback.case import Case
from motcua.modules.feedback.models import Ticket
from motcua.modules.feedback.rules import due_at, limit_on
from motcua.modules.feedback.states import OPEN, UNFINISHED
from motcua.reference.calendars.api import (
    Calendars,
    FollowerPreview,
    register_calendar_follower,
    rule_for,
)
from motcua.reference.organisations.api import Move, register_follower

_SHOWN = 10


def _open(province: Province, states: Collection[str] = OPEN) -> QuerySet[Ticket]:
    return Ticket.objects.filter(province=province, state__in=sorted(states))


@dataclass(frozen=True, slots=True)
class UnitFollower:
    """Follows one seat of petitions somebody has still to do with: what is ended stays as it was then."""

    code: str
    label: str
    seat: str

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return (
            _open(province, UNFINISHED).filter(**{f"{self.seat}_path__in": list(paths)}).count()
            if paths
            else 0
        )

    def move(self, province: Province, moves: Sequence[Move]) -> Any:
        moved: list[list[Any]] = []
        for one in moves:
            rows = _open(province, UNFINISHED).filter(**{f"{self.seat}_path": one.path})
            rows = rows.select_for_update(of=("self",))
            keys = [row.pk for row in self._set(rows, one.new_code, one.new_path)]
            if keys:
                moved.append([keys, one.code, one.path])
        return moved

    def restore(self, province: Province, memento: Any) -> None:
        for keys, code, path in memento:
            rows = Ticket.objects.filter(province=province, pk__in=keys).select_for_update(of=("self",))
            self._set(rows, code, path)

    def _set(self, rows: Iterable[Ticket], code: str, path: str) -> list[Ticket]:
        changed = list(rows)
        for row in changed:
            case = _alone(row)
            case.set(**{f"{self.seat}_code": code, f"{self.seat}_path": path})
            case.tell("moved", target=code)
            case.write()
        return changed


def _alone(row: Ticket) -> Case:
    """A petition changed by the organisation, not by a person over it: whoever acts stands in the event all the same."""
    return Case(Viewer(AnonymousUser()), row)


@dataclass(frozen=True, slots=True)
class CalendarFollower:
    """Limits of open petitions rest on working days."""

    code: str = "feedback:limits"
    label: str = gettext_noop("Phản ánh, kiến nghị đang giải quyết có hạn thay đổi")

    def preview(self, province: Province, old: Calendars, new: Calendars) -> FollowerPreview:
        lines, count = [], 0
        for row, dates in self._changed(province, old, new):
            count += 1
            if len(lines) < _SHOWN:
                lines.append(
                    _("{number}: hạn trả lời {old} → {new}").format(
                        number=row.number,
                        old=f"{local(row.due_at):%d/%m/%Y}",
                        new=f"{local(dates['due_at']):%d/%m/%Y}",
                    )
                )
        return FollowerPreview(count, tuple(lines))

    def apply(self, province: Province, old: Calendars, new: Calendars, change_uid: uuid.UUID) -> int:
        """At once, in the change's transaction: a province has some hundreds of petitions open."""
        count = 0
        for row, dates in self._changed(province, old, new, lock=True):
            case = _alone(row)
            case.set(**dates)
            case.tell("calendar-applied")
            case.write()
            count += 1
        return count

    def _changed(
        self, province: Province, old: Calendars, new: Calendars, *, lock: bool = False
    ) -> list[tuple[Ticket, dict[str, Any]]]:
        rows = _open(province).order_by("pk")
        if new.changed_path != "/":
            rows = rows.filter(unit_path__startswith=new.changed_path)
        found = []
        for row in rows.select_for_update(of=("self",)) if lock else rows:
            if old.print_of(row.unit_path) == new.print_of(row.unit_path):
                continue
            dates = dates_of(row, new)
            if any(getattr(row, name) != value for name, value in dates.items()):
                found.append((row, dates))
        return found


def dates_of(row: Ticket, calendars: Calendars) -> dict[str, Any]:
    """The limits of an open petition by these calendars: a pure function of its moments and limits."""
    calendar = calendars.for_unit(row.unit_path)
    since = row.forwarded_at or row.received_at
    rule = rule_for(row.province_id, local(since).date())
    day = local(since).date()
    counted = rule_for(row.province_id, local(row.counted_from).date())
    return {
        "screen_due_at": due_at(
            calendar, since, limit_on("screen", row.kind, row.channel, day).limit, rule
        ),
        "forward_due_at": due_at(
            calendar, since, limit_on("forward", row.kind, row.channel, day).limit, rule
        ),
        "due_at": due_at(calendar, row.counted_from, row.limit_text, counted, row.waited_minutes),
    }  # fmt: skip


def follow_units() -> None:
    """Called when the app is ready."""
    seats = {
        "unit": gettext_noop("Phản ánh, kiến nghị đang giải quyết tại đơn vị"),
        "received": gettext_noop("Phản ánh, kiến nghị đang giải quyết do đơn vị tiếp nhận"),
    }
    for seat, label in seats.items():
        register_follower(UnitFollower(f"feedback:{seat}", label, seat))


def follow_calendars() -> None:
    """Called when the app is ready."""
    register_calendar_follower(CalendarFollower())
