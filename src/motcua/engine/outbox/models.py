from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engine.privacy.api import open_sealed, seal
from motcua.engine.provinces.models import Owned
from motcua.kernel.ids import uuid7

PAYLOAD = "outbox.payload"


class State(models.TextChoices):
    WAITING = "waiting", _("Chờ gửi")
    SENDING = "sending", _("Đang gửi")
    FAILED = "failed", _("Lỗi, sẽ gửi lại")
    SENT = "sent", _("Đã gửi")
    DEAD = "dead", _("Không gửi được")
    CANCELLED = "cancelled", _("Đã hủy")


OPEN = (State.WAITING, State.SENDING, State.FAILED)  # still to be sent by the machine itself
_OPEN = Q(state__in=[str(state) for state in OPEN])


class Message(Owned):
    """One thing to send, written in the transaction of what it tells of.

    Two stories: a dossier is received and its applicant gets an SMS (lane "sms", subject "dossier:0190...", key
    "dossier.received:0190..."); an event goes to a client's webhook (lane "webhook:0190...", key the event's uid).
    `next_at` is when the sender looks at it again: due time, end of back-off, or end of the lease while `sending`.
    `subject` orders: within a lane nothing overtakes an earlier open message of the same subject ("" is unordered).
    `last_error` is a code. `person` names whose data the payload holds ("applicant:0190..."); `personal` says that
    it holds some. The payload is sealed JSON, emptied some time after sending.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    lane = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=200)
    person = models.CharField(max_length=100, blank=True)
    personal = models.BooleanField(default=True)
    payload = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    last_error = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "lane", "key"], name="outbox_message_once"),
        ]
        indexes = [
            models.Index(fields=["province", "lane", "next_at", "id"], name="outbox_due", condition=_OPEN),
            models.Index(fields=["province", "lane", "subject", "id"], name="outbox_order", condition=_OPEN),
            models.Index(fields=["province", "state", "id"], name="outbox_by_state"),
            models.Index(fields=["province", "subject", "id"], name="outbox_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.lane} {self.uid}"

    @property
    def content(self) -> dict[str, Any]:
        """The opened payload; {} once it was emptied. Whoever shows it to a person logs the reading."""
        return open_payload(bytes(self.payload))


class Lane(Owned):
    """The circuit breaker of one lane of a province: `failures` in a row; shut out until `open_until`.

    When that moment passes, one message is let through as a probe; its success closes the breaker.
    """

    lane = models.CharField(max_length=80)
    failures = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=100, blank=True)
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "lane"], name="outbox_lane_once")]

    def __str__(self) -> str:
        return self.lane


def seal_payload(payload: dict[str, Any]) -> bytes:
    return seal(json.dumps(payload, ensure_ascii=False, separators=(",", ":")), context=PAYLOAD)


def open_payload(blob: bytes) -> dict[str, Any]:
    text = open_sealed(blob, context=PAYLOAD)
    opened: dict[str, Any] = json.loads(text) if text else {}
    return opened
