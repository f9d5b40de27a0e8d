from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.models import Owned
from motcua.kernel.ids import uuid7


class DataKey(models.Model):
    """A key that rows of this database were sealed with, by its id; never the key itself.

    `blinds`: blind indexes are made with it, so it stays in the ring for good.
    """

    key_id = models.CharField(max_length=8, primary_key=True)
    blinds = models.BooleanField(default=False)
    first_used_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key_id


class Reading(Owned):
    """Somebody read a person's data; never changed, never removed (a trigger forbids it).

    Two stories: an officer opens an applicant's page to receive a dossier (subject "applicant:0190...", fields
    identity_number and phone, purpose `applicants.receive`); a job writes a letter (viewer null). `unit_path` is
    that of the record through which the data was read, "/" when it belongs to the whole province.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    at = models.DateTimeField()
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject = models.CharField(max_length=100)
    fields = models.JSONField()
    purpose = models.CharField(max_length=200)
    through = models.CharField(max_length=100, blank=True)
    unit_code = models.CharField(max_length=35, blank=True)
    unit_path = models.CharField(max_length=300, default="/")
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["province", "subject", "id"], name="reading_of_subject"),
            models.Index(fields=["province", "viewer", "id"], name="reading_by_viewer"),
            models.Index(fields=["province", "id"], name="reading_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.at:%d/%m/%Y %H:%M}"
