from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.engine.privacy.api import open_sealed
from motcua.engine.provinces.models import Owned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7

HOOK_CONTEXT = "clients.webhook.secret"
ANSWER_CONTEXT = "clients.answer"
MARK = "mc_"


class ApiClient(Owned):
    """A program of another agency that calls the API in the name of a service account of its own.

    Two stories: a commune's reporting tool reads events (scope events.read, an account over the commune's unit); the
    post's counter software files dossiers. What the account may do comes from its grants, like anybody's; `scopes`
    narrow it further. Only the token's SHA-256 is kept, and its first letters to recognise it by. After a rotation
    the former token works until `former_until`.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token_prefix = models.CharField(max_length=12)
    token_digest = models.BinaryField(max_length=32, unique=True)
    former_digest = models.BinaryField(max_length=32, null=True, unique=True)
    former_until = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    networks = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["province", "id"], name="client_of_province")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """active, revoked or expired."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now() else "active"


class ClientUse(models.Model):
    """Calls of a client reserved in the running minute, shared by all processes."""

    client = models.OneToOneField(ApiClient, on_delete=models.CASCADE, primary_key=True, related_name="+")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.client_id}: {self.count}"


class ApiCall(models.Model):
    """One call, for the administrator: which operation, how it ended; nothing of what was sent or answered."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=100)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=100, blank=True)
    ms = models.PositiveIntegerField()
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["client", "-id"], name="call_of_client"),
            models.Index(fields=["at"], name="call_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


class IdempotentAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, written in the transaction of what the request did.

    `request_digest` is the SHA-256 of method, address and body; the answer is sealed, since it may hold personal data.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotent_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_answer_age")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"


class Subscription(Owned):
    """A client's webhook: told of sealed events of its types, in the order of the chain, at least once each.

    `cursor` is the position in the province's chain up to which events were put into the outbox; `delivered` the
    position of the last one the other side took. `generation` grows when the cursor is set back, so that the same
    events may be sent again. `event_types` are codes, or beginnings that end in "*".
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Đang gửi")
        PAUSED = "paused", _("Tạm dừng")
        DISABLED = "disabled", _("Đã ngắt vì lỗi kéo dài")
        REMOVED = "removed", _("Đã gỡ")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="subscriptions")
    url = models.CharField(max_length=500)
    event_types = models.JSONField(default=list)
    secret = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    cursor = models.BigIntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=100, blank=True)
    last_delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["province", "state", "id"], name="subscription_by_state")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.uid}"

    @property
    def lane(self) -> str:
        return f"webhook:{self.uid.hex}"

    @property
    def opened_secret(self) -> str:
        return open_sealed(bytes(self.secret), context=HOOK_CONTEXT)
