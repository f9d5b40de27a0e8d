from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.models import Province
from motcua.kernel.ids import uuid7


class Event(models.Model):
    """One thing that happened, written in the transaction in which it happened; never changed, never removed.

    Two stories: an administrator gives a coordinator a post (type `people:post:given`, actor the administrator,
    unit the coordinator's); a job merges two communes by decision (actor null, `on_behalf_of` empty, origin
    "job"). `occurred_at` may lie before `recorded_at` (a paper entered later). `digest` covers the content;
    the sealer links digests into the monthly chain afterwards. `province` is null only for events of the
    installation itself, such as a failed sign-in.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=100, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit_code = models.CharField(max_length=35, blank=True)
    unit_path = models.CharField(max_length=300, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True)
    payload = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "type", "idempotency_key"],
                name="event_idempotency",
                nulls_distinct=True,
            )
        ]
        indexes = [
            models.Index(fields=["province", "subject", "id"], name="event_of_subject"),
            models.Index(fields=["province", "recorded_at"], name="event_by_time"),
            models.Index(fields=["province", "type", "id"], name="event_of_type"),
            models.Index(fields=["province", "unit_code", "id"], name="event_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Unsealed(models.Model):
    """Events not yet in the chain. A trigger on `events_event` writes it in the event's own transaction, so that
    no event is ever skipped, whatever order transactions commit in, and writers share no lock."""

    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.event_id)


class Seal(models.Model):
    """One link: `chain_digest` = SHA-256(previous link, position, event uid, event digest).

    One chain a province (and one for the installation itself, province null), cut into months by the moment of
    sealing; positions run on from 1 without gaps over all months.
    """

    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    position = models.BigIntegerField()
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="seal")
    chain_digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "position"], name="seal_position_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} #{self.position}"
