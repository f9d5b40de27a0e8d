"""Handing an event to a client's server, signed, and giving up on a server that fails for days.

Headers follow the Standard Webhooks convention: webhook-id (the event's uid), webhook-timestamp (seconds),
webhook-signature "v1,<base64 of HMAC-SHA256 over id.timestamp.body>".
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from uuid import UUID

import httpx
from django.db import transaction

from motcua.engine.clients.addresses import Forbidden, resolve
from motcua.engine.clients.events import HOOK_DISABLED
from motcua.engine.clients.models import Subscription
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.events.api import record
from motcua.engine.notices.api import notify_user
from motcua.engine.outbox.api import Outgoing, Sender, Sent, Temporary
from motcua.engine.permissions.api import holders
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

NOTICE = "clients.webhook-disabled"
GIVE_UP = dt.timedelta(days=3)
TIMEOUT = 10.0  # seconds, of connecting and of each read
KEY_MARK = "whsec_"


def new_secret() -> str:
    return KEY_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature."""
    key = base64.b64decode(secret.removeprefix(KEY_MARK))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class WebhookSender(Sender):
    """Never skips: an event is tried until it arrives or the webhook is disabled, so that order holds."""

    attempts = None
    longest_wait = 900.0
    lease = 60.0

    def ready(self, province_id: int, lane: str) -> bool:
        found = _subscription(lane)
        return found is not None and found.state == Subscription.State.ACTIVE

    def send(self, outgoing: Outgoing) -> Sent:
        subscription = _subscription(outgoing.lane)
        if subscription is None:
            raise Temporary("webhook.unknown", blames_lane=False)
        body = json.dumps(outgoing.payload, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            status = _post(subscription, str(outgoing.payload["id"]), body)
        except Temporary as failure:
            note_failure(subscription.pk, failure.reason)
            raise
        if not 200 <= status < 300:
            note_failure(subscription.pk, f"http.{status}", gone=status == 410)
            raise Temporary(f"http.{status}")
        Subscription.objects.filter(pk=subscription.pk).update(
            failing_since=None,
            last_error="",
            last_delivered_at=now(),
            delivered=outgoing.payload["position"],
        )
        return Sent()


def _subscription(lane: str) -> Subscription | None:
    try:
        uid = UUID(hex=lane.partition(":")[2])
    except ValueError:
        return None
    return Subscription.objects.filter(uid=uid).first()


def _post(subscription: Subscription, message_id: str, body: bytes) -> int:
    """The status of the answer, whose body is not read. Raises Temporary."""
    timestamp = int(now().timestamp())
    try:
        target = resolve(subscription.url)
    except Forbidden:
        raise Temporary("webhook.address.forbidden") from None
    except OSError:
        raise Temporary("webhook.name.unknown") from None
    headers = {
        "Host": target.authority,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "motcua-webhook/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(subscription.opened_secret, message_id, timestamp, body),
    }
    try:
        # No proxy of the environment and no redirect: both would lead elsewhere than the checked address.
        with (
            httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.host}
            ) as answer,
        ):
            return answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Temporary(f"http.{type(error).__name__}") from None


def note_failure(subscription_id: int, reason: str, *, gone: bool = False) -> None:
    """Notes that an event was not taken; after three days of nothing else, or at once when the other side says it is
    gone for good (410), the webhook is disabled, with an event and a notice to the administrators."""
    with transaction.atomic():
        row = (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("client")
            .get(pk=subscription_id)
        )
        row.failing_since = row.failing_since or now()
        row.last_error = reason[:100]
        give_up = gone or now() - row.failing_since >= GIVE_UP
        if give_up and row.state == Subscription.State.ACTIVE:
            row.state = Subscription.State.DISABLED
            _tell_disabled(row)
        row.save(update_fields=["failing_since", "last_error", "state"])


def _tell_disabled(row: Subscription) -> None:
    province = Province.objects.get(pk=row.province_id)
    event = record(
        HOOK_DISABLED,
        province=province,
        subject=f"client:{row.client.uid}",
        payload={"name": row.client.name, "webhook": str(row.uid), "error": row.last_error},
    )
    for user_id in administrators(province):
        notify_user(
            user_id,
            NOTICE,
            province=province,
            context={"name": row.client.name, "error": row.last_error},
            subject=f"client:{row.client.uid}",
            key=str(event.uid),
            link=f"/ket-noi/{row.client.uid}/",
        )


def administrators(province: Province) -> list[int]:
    """Accounts that may manage clients of the whole province today."""
    return sorted(holders(MANAGE, province.pk, "/").values_list("pk", flat=True))
