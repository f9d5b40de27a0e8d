"""From the sealed log to the outbox: each subscription follows its province's chain from its own position.

The chain has no gaps and never changes, so nothing is missed and operations pay nothing for webhooks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Max, Q, QuerySet, Value, When

from motcua.engine.clients.models import Subscription
from motcua.engine.clients.permissions import EVENTS_VIEW
from motcua.engine.clients.scopes import EVENTS_READ
from motcua.engine.events.api import Event
from motcua.engine.outbox.api import backlog_size, put
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province

WINDOW = 2_000  # positions looked at in one go
AHEAD = 200  # messages of one subscription in the outbox at most


def visible_events(viewer: Viewer, province: Province | int) -> QuerySet[Any]:
    """Sealed events of a province that the viewer may see, by the unit at that time, with their `position`."""
    province_id = province.pk if isinstance(province, Province) else province
    rows: QuerySet[Any] = Event.objects.filter(seal__province_id=province_id).annotate(
        position=F("seal__position")
    )
    if viewer.may(EVENTS_VIEW, province=province_id, unit_path="/"):
        return rows
    path = Case(When(unit_path="", then=Value("/")), default=F("unit_path"))
    return viewer.within(rows.annotate(scope_path=path), EVENTS_VIEW, unit_path="scope_path")


def of_types(rows: QuerySet[Any], types: Iterable[str]) -> QuerySet[Any]:
    """Narrows to types: whole codes, or beginnings that end in "*"; none given: all."""
    wanted = Q()
    for code in types:
        wanted |= Q(type__startswith=code[:-1]) if code.endswith("*") else Q(type=code)
    return rows.filter(wanted) if wanted else rows


def head_position(province_id: int, *, after: int = 0, within: int | None = None) -> int:
    """The latest position of the chain (0: empty), or the latest one of the `within` positions after `after`."""
    rows = Event.objects.filter(seal__province_id=province_id, seal__position__gt=after)
    if within is not None:
        rows = rows.filter(seal__position__lte=after + within)
    return rows.aggregate(head=Max("seal__position"))["head"] or after


def describe(event: Any) -> dict[str, Any]:
    """An event as clients get it; payloads hold codes, never personal data."""
    return {
        "id": str(event.uid),
        "position": event.position,
        "type": event.type,
        "subject": event.subject,
        "unit_code": event.unit_code,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "payload": event.payload,
    }


def feed_all() -> int:
    """One round over all active subscriptions, but those of simulated provinces; returns how many events were put into the outbox."""
    active = Subscription.objects.filter(
        state=Subscription.State.ACTIVE, client__revoked_at__isnull=True, province__simulated=False
    )
    return sum(feed(pk) for pk in active.values_list("pk", flat=True))


def feed(subscription_id: int) -> int:
    """Moves one subscription on by a window; the messages and the new position are one transaction."""
    with transaction.atomic():
        rows = Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        found = (
            rows.select_related("client__user")
            .filter(pk=subscription_id, state=Subscription.State.ACTIVE)
            .first()
        )
        if found is None:
            return 0
        room = AHEAD - backlog_size(found.lane, found.province_id)
        end = head_position(found.province_id, after=found.cursor, within=WINDOW)
        if room <= 0 or end <= found.cursor:
            return 0
        events = list(_due(found, end)[: room + 1])
        more = len(events) > room
        for event in events[:room]:
            _put(found, event)
        cursor = events[room - 1].position if more else end
        Subscription.objects.filter(pk=found.pk).update(cursor=cursor)
    return min(len(events), room)


def _due(subscription: Subscription, end: int) -> QuerySet[Any]:
    if EVENTS_READ not in subscription.client.scopes or subscription.client.state != "active":
        return Event.objects.none()
    rows = visible_events(Viewer(subscription.client.user), subscription.province_id)
    rows = rows.filter(seal__position__gt=subscription.cursor, seal__position__lte=end)
    return of_types(rows, subscription.event_types).order_by("seal__position")


def _put(subscription: Subscription, event: Any) -> None:
    put(
        subscription.lane,
        event.type,
        describe(event),
        province=subscription.province_id,
        key=f"{event.uid}:{subscription.generation}",
        subject="webhook",
        personal=False,
    )
