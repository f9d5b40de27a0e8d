"""Reads for the pages, for those who may manage clients of the whole province."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Value

from motcua.engine.clients.feeding import head_position
from motcua.engine.clients.models import ApiCall, ApiClient, Subscription
from motcua.engine.clients.operations import GRANT_SOURCE
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.outbox.api import backlog_size
from motcua.engine.permissions.api import Grant, Viewer
from motcua.engine.provinces.models import Province

CALLS = 50


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook with where it stands: `lag` events of the chain are not yet looked at, `waiting` not yet taken."""

    row: Subscription
    head: int
    lag: int
    waiting: int


def visible(viewer: Viewer, province: Province | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = ApiClient.objects.filter(province=province).annotate(scope_path=Value("/"))
    return viewer.within(rows, MANAGE, unit_path="scope_path").order_by("revoked_at", "-id")


def find(viewer: Viewer, province: Province | None, uid: UUID) -> ApiClient | None:
    return visible(viewer, province).filter(uid=uid).first()


def hooks_of(client: ApiClient) -> list[Hook]:
    rows = client.subscriptions.exclude(state=Subscription.State.REMOVED).order_by("id")
    head = head_position(client.province_id)
    return [
        Hook(row, head, max(0, head - row.cursor), backlog_size(row.lane, row.province_id)) for row in rows
    ]


def calls_of(client: ApiClient) -> list[ApiCall]:
    """The latest calls, newest first."""
    return list(ApiCall.objects.filter(client=client).order_by("-id")[:CALLS])


def grant_of(client: ApiClient) -> Grant | None:
    rows = Grant.objects.filter(source=GRANT_SOURCE, user_id=client.user_id).select_related("role")
    return rows.first()
