"""Adding, pausing, setting back and removing a webhook."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.clients import events
from motcua.engine.clients.addresses import check_url
from motcua.engine.clients.errors import ClientsError
from motcua.engine.clients.feeding import head_position
from motcua.engine.clients.models import HOOK_CONTEXT, ApiClient, Subscription
from motcua.engine.clients.operations import person_of
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.clients.scopes import EVENTS_READ
from motcua.engine.clients.webhooks import new_secret
from motcua.engine.events.api import event_types, record
from motcua.engine.outbox.api import withdraw_lane
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.api import seal
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

MOST = 10  # webhooks of one client


def add_subscription(
    viewer: Viewer, province: Province, client_uid: UUID, *, url: str, types: Iterable[str]
) -> tuple[Subscription, str]:
    """Adds a webhook that starts with the next sealed event; returns it with its secret, shown this once.

    types: codes of events, or beginnings ending in "*" ("dossiers:*"); none: all events. Raises NotPermitted;
    ClientsError clients.client.unknown, clients.url, clients.type.unknown, clients.scope.missing,
    clients.webhook.many.
    """
    viewer.require(MANAGE, province=province, unit_path="/")
    address, chosen, secret = check_url(url), _checked_types(types), new_secret()
    with transaction.atomic():
        client = ApiClient.objects.select_for_update().filter(province=province, uid=client_uid).first()
        if client is None or client.revoked_at is not None:
            raise ClientsError("clients.client.unknown", _("Không có kết nối này trong tỉnh."))
        if EVENTS_READ not in client.scopes:
            raise ClientsError(
                "clients.scope.missing",
                _("Kết nối này chưa có phạm vi đọc sự kiện nên chưa nhận được webhook."),
            )
        if client.subscriptions.exclude(state=Subscription.State.REMOVED).count() >= MOST:
            raise ClientsError(
                "clients.webhook.many", _("Mỗi kết nối có tối đa {most} webhook.").format(most=MOST)
            )
        start = head_position(province.pk)
        row = Subscription.objects.create(
            province=province,
            client=client,
            url=address,
            event_types=chosen,
            secret=seal(secret, context=HOOK_CONTEXT),
            cursor=start,
            delivered=start,
            created_at=now(),
        )
        _tell(viewer, events.HOOK_ADDED, row, {"types": ", ".join(chosen) or "*"})
    return row, secret


def pause_subscription(viewer: Viewer, province: Province, uid: UUID) -> Subscription:
    """Stops sending; events keep waiting. Raises NotPermitted, ClientsError clients.webhook.unknown."""
    return _change(viewer, province, uid, Subscription.State.PAUSED, events.HOOK_PAUSED)


def resume_subscription(viewer: Viewer, province: Province, uid: UUID) -> Subscription:
    """Sends on from where it stopped, also after it was disabled. Raises as `pause_subscription`."""
    return _change(viewer, province, uid, Subscription.State.ACTIVE, events.HOOK_RESUMED)


def remove_subscription(viewer: Viewer, province: Province, uid: UUID) -> Subscription:
    """Ends a webhook for good. Raises as `pause_subscription`."""
    return _change(viewer, province, uid, Subscription.State.REMOVED, events.HOOK_REMOVED)


def rewind_subscription(viewer: Viewer, province: Province, uid: UUID, *, position: int) -> Subscription:
    """Sends again every event after a position of the chain. Raises as `pause_subscription`; clients.position."""
    viewer.require(MANAGE, province=province, unit_path="/")
    if not 0 <= position <= head_position(province.pk):
        raise ClientsError("clients.position", _("Không có sự kiện ở vị trí này của nhật ký."))
    with transaction.atomic():
        row = _locked(province, uid)
        row.cursor, row.delivered, row.generation = position, position, row.generation + 1
        row.save(update_fields=["cursor", "delivered", "generation"])
        _tell(viewer, events.HOOK_REWOUND, row, {"position": position})
    return row


def _change(viewer: Viewer, province: Province, uid: UUID, state: str, type_: str) -> Subscription:
    viewer.require(MANAGE, province=province, unit_path="/")
    with transaction.atomic():
        row = _locked(province, uid)
        if row.state != state:
            row.state, row.failing_since = state, None
            row.save(update_fields=["state", "failing_since"])
            if state == Subscription.State.REMOVED:
                withdraw_lane(row.lane, row.province_id)
            _tell(viewer, type_, row, {})
    return row


def _locked(province: Province, uid: UUID) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("client")
    row = rows.filter(province=province, uid=uid).exclude(state=Subscription.State.REMOVED).first()
    if row is None:
        raise ClientsError("clients.webhook.unknown", _("Không có webhook này trong tỉnh."))
    return row


def _checked_types(types: Iterable[str]) -> list[str]:
    chosen = sorted({code.strip() for code in types if code.strip()})
    known = [kind.code for kind in event_types()]
    for code in chosen:
        start = code[:-1] if code.endswith("*") else None
        if not (code in known if start is None else any(one.startswith(start) for one in known)):
            raise ClientsError(
                "clients.type.unknown",
                _("Không có loại sự kiện “{code}”; có thể ghi phần đầu kèm dấu *, như “dossiers:*”.").format(
                    code=code[:100]
                ),
            )
    return chosen


def _tell(viewer: Viewer, type_: str, row: Subscription, payload: dict[str, object]) -> None:
    record(
        type_,
        province=Province.objects.get(pk=row.province_id),
        subject=f"client:{row.client.uid}",
        payload={"name": row.client.name, "webhook": str(row.uid)} | payload,
        actor=person_of(viewer),
    )
