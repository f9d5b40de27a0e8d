"""Reads of the outbox, for those who hold the permission over the whole province."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Value

from motcua.engine.outbox.models import OPEN, Lane, Message, State
from motcua.engine.outbox.permissions import VIEW
from motcua.engine.outbox.senders import sender_of
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

PAGE = 50


@dataclass(frozen=True, slots=True)
class Backlog:
    """One lane: how much waits, since when, what is lost, and its breaker ("closed", "open", "probe").

    `adapter`: some room sends it; `stopped`: its adapter does not send now (not set up, or paused).
    """

    lane: str
    waiting: int
    failed: int
    dead: int
    oldest: dt.datetime | None
    breaker: str
    open_until: dt.datetime | None
    last_error: str
    last_success_at: dt.datetime | None
    adapter: bool
    stopped: bool


def visible(viewer: Viewer, province: Province | None) -> QuerySet[Message]:
    """Messages of the province; they belong to no unit, hence to its whole-province administrators."""
    rows: QuerySet[Any] = Message.objects.filter(province=province).annotate(scope_path=Value("/"))
    return viewer.within(rows, VIEW, unit_path="scope_path")


def backlog(viewer: Viewer, province: Province | None) -> list[Backlog]:
    """Every lane in which something is open or dead, and every lane whose breaker was ever used."""
    if province is None or not viewer.may(VIEW, province=province, unit_path="/"):
        return []
    open_ = Q(state__in=[str(state) for state in OPEN])
    rows = (
        Message.objects.filter(open_ | Q(state=State.DEAD), province=province)
        .order_by()
        .values("lane")
        .annotate(
            waiting=Count("id", filter=Q(state__in=[str(State.WAITING), str(State.SENDING)])),
            failed=Count("id", filter=Q(state=State.FAILED)),
            dead=Count("id", filter=Q(state=State.DEAD)),
            oldest=Min("created_at", filter=open_),
        )
    )
    counted: dict[str, dict[str, Any]] = {row["lane"]: dict(row) for row in rows}
    lanes = {lane.lane: lane for lane in Lane.objects.filter(province=province)}
    return [
        _line(province.pk, name, counted.get(name, {}), lanes.get(name))
        for name in sorted({*counted, *lanes})
    ]


def _line(province_id: int, name: str, row: dict[str, Any], lane: Lane | None) -> Backlog:
    sender = sender_of(name)
    return Backlog(
        name,
        row.get("waiting", 0),
        row.get("failed", 0),
        row.get("dead", 0),
        row.get("oldest"),
        breaker_state(lane),
        lane.open_until if lane else None,
        lane.last_error if lane else "",
        lane.last_success_at if lane else None,
        sender is not None,
        sender is not None and not sender.ready(province_id, name),
    )


def breaker_state(lane: Lane | None) -> str:
    if lane is None or lane.opened_at is None or lane.open_until is None:
        return "closed"
    return "open" if lane.open_until > now() else "probe"


def lines(
    viewer: Viewer,
    province: Province | None,
    states: Sequence[str],
    *,
    lane: str = "",
    before: int | None = None,
) -> tuple[list[Message], int | None]:
    """A page of messages without their content, newest first, and the number the next page goes on from."""
    rows = visible(viewer, province).filter(state__in=states).defer("payload").order_by("-id")
    if lane:
        rows = rows.filter(lane=lane)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], (found[PAGE - 1].pk if len(found) > PAGE else None)


def counts(viewer: Viewer, province: Province | None) -> dict[str, int]:
    """Messages by state."""
    rows = visible(viewer, province).order_by().values_list("state").annotate(n=Count("id"))
    return dict(rows)


def open_message(viewer: Viewer, province: Province | None, uid: UUID) -> Message | None:
    return visible(viewer, province).filter(uid=uid).first()


def messages_of(province: Province, subject: str) -> QuerySet[Message]:
    """What was sent about one thing ("dossier:0190..."), oldest first, for the page of that thing. Its room says who
    may look, and content is not for it to show."""
    return Message.objects.filter(province=province, subject=subject).defer("payload").order_by("id")


def backlog_size(lane: str, province_id: int) -> int:
    """Open messages of a lane."""
    return Message.objects.filter(
        province_id=province_id, lane=lane, state__in=[str(state) for state in OPEN]
    ).count()
