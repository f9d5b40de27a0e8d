"""Officers are warned a working day before a petition's limit, their leaders when it has passed: once for each limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.notices.api import declare_notice, notify_user
from motcua.engine.permissions.api import holders
from motcua.kernel.clock import local, now
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.events import CODES
from motcua.modules.feedback.models import Ticket
from motcua.modules.feedback.states import OPEN, State
from motcua.reference.calendars.api import calendar_for

_BATCH, _MOST_TOLD = 100, 20
# No weekend with the longest public holiday beside it is longer: what falls due later needs no look at its calendar.
_HORIZON = dt.timedelta(days=15)
_TEXTS = {
    "warned": (
        gettext_noop("Phản ánh, kiến nghị {number} sắp đến hạn"),
        gettext_noop("Phải trả lời phản ánh, kiến nghị {number} trước {due}."),
    ),
    "escalated": (
        gettext_noop("Phản ánh, kiến nghị {number} quá hạn"),
        gettext_noop("Hạn trả lời phản ánh, kiến nghị {number} là {due}. Hãy phân công hoặc trả lời ngay."),
    ),
}


def declare_warnings() -> None:
    """Called when the app is ready."""
    for verb, (subject, body) in _TEXTS.items():
        declare_notice(f"feedback.{verb}", subject, subject, body)


def warn_and_escalate() -> int:
    """Warns of petitions near their limit, escalates those past it; returns how many. A beat calls it."""
    return _warn() + _escalate()


def _running(column: str) -> QuerySet[Ticket]:
    """Open petitions whose present limit nobody was told of, locked; what waits for its sender does not run."""
    rows = Ticket.objects.filter(state__in=sorted(OPEN)).exclude(state=State.CLARIFYING.value)
    untold = Q(**{f"{column}__isnull": True}) | ~Q(**{column: F("due_at")})
    rows = rows.filter(untold).order_by("due_at", "pk").select_related("province")
    return rows.select_for_update(of=("self",), skip_locked=True)


@transaction.atomic
def _warn() -> int:
    moment = now()
    near = _running("warned_of").filter(due_at__gt=moment, due_at__lte=moment + _HORIZON)
    # The nearest limits come first, so that a batch of those still far off never stands before them.
    found = [row for row in near[:_BATCH] if _is_near(row, moment)]
    for row in found:
        told = [row.assignee_id] if row.assignee_id else _holding(row, may.SCREEN)
        _tell("warned", row, told)
        row.warned_of = row.due_at
        row.save(update_fields=["warned_of"])
    return len(found)


@transaction.atomic
def _escalate() -> int:
    found = list(_running("escalated_of").filter(due_at__lte=now())[:_BATCH])
    for row in found:
        leaders = _holding(row, may.ASSIGN)
        _tell("escalated", row, leaders + [row.assignee_id] * bool(row.assignee_id))
        row.warned_of = row.escalated_of = row.due_at
        row.save(update_fields=["warned_of", "escalated_of"])
    return len(found)


def _is_near(row: Ticket, moment: dt.datetime) -> bool:
    """Within one working day of the calendar of the unit that answers."""
    calendar = calendar_for(row.province_id, row.unit_path)
    day = calendar.weekly_hours(local(moment).date()).day_minutes
    return calendar.minutes_between(moment, row.due_at) <= day


def _holding(row: Ticket, permission: str) -> list[int]:
    rows: QuerySet[User] = holders(permission, row.province_id, row.unit_path)
    return list(rows.values_list("pk", flat=True)[:_MOST_TOLD])


def _tell(verb: str, row: Ticket, users: Iterable[int | None]) -> None:
    record(
        CODES[verb],
        province=row.province,
        subject=row.subject,
        payload={"words": {}, "set": {f"{verb}_of": row.due_at.astimezone(dt.UTC)}},
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )
    for user in {one for one in users if one}:
        notify_user(
            user,
            f"feedback.{verb}",
            province=row.province_id,
            context={"number": row.number, "due": f"{local(row.due_at):%H:%M %d/%m/%Y}"},
            subject=row.subject,
            key=f"{verb}:{row.pk}:{row.due_at:%Y%m%d%H%M}",
            link=f"/phan-anh/{row.uid}/",
        )
