from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.api import Owned
from motcua.kernel.ids import uuid7


class CalendarVersion(Owned):
    """What a province ("/") or one unit changes against its parent calendar, as one decision left it.

    `definition` is YAML as `kernel.worktime.parse_calendar` reads it, over the parent. The newest number is in force;
    an earlier one is never changed, since dossiers name the version they were reckoned by.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    unit_path = models.CharField(max_length=300, default="/")
    number = models.PositiveIntegerField()
    definition = models.TextField()
    fingerprint = models.CharField(max_length=64)
    summary = models.CharField(max_length=500)
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "unit_path", "number"], name="calendar_number_once"),
            models.UniqueConstraint(fields=["province", "idempotency_key"], name="calendar_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_path} v{self.number}"


class Parameter(Owned):
    """A parameter of a province from a day on, with the legal basis that sets it. `name` is declared in the registry."""

    name = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    valid_from = models.DateField()
    basis = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "name", "valid_from"], name="parameter_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
