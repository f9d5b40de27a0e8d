from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.models import Owned


class Numbered(Owned):
    """What names a series of numbers: kind, unit and period, in a province.

    `unit_code` is the unit's code when the series began and never changes, since it is printed in the numbers;
    `unit_path` says from where the series is seen.
    """

    kind = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=35, blank=True)
    unit_path = models.CharField(max_length=300, default="/")
    period = models.CharField(max_length=20)

    class Meta:
        abstract = True


class Counter(Numbered):
    """The last number given in a series. Its row is the lock between two who take numbers of one series.

    Two stories: the dossiers of H05.15 received on 01/10/2025 (kind `dossier`, period `251001`); the refusal
    slips of the same unit in 2026 (kind `slip:03`, period `2026`).
    """

    last = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "kind", "unit_code", "period"], name="register_counter_once"
            ),
            models.CheckConstraint(condition=models.Q(last__gte=1), name="register_counter_from_one"),
        ]
        indexes = [models.Index(fields=["province", "unit_path", "id"], name="register_of_unit")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_code} {self.period}"


class RegisteredNumber(Numbered):
    """One number given, to `subject` ("dossier:0190..."). It is never removed; withdrawn, it says why and by whom."""

    number = models.BigIntegerField()
    subject = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "kind", "unit_code", "period", "number"], name="register_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="register_withdrawn_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "subject"], name="register_number_of_subject"),
            models.Index(
                fields=["province", "kind", "unit_code", "period"],
                condition=models.Q(withdrawn_at__isnull=False),
                name="register_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_code} {self.period} {self.number}"
