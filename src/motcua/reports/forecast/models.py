from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from motcua.engine.permissions.models import UnitOwned
from motcua.engine.provinces.models import Owned
from motcua.kernel.ids import uuid7


class Run(Owned):
    """One forecast of one province: made on `day` for the rest of the week that ends on `last_on`.

    Two stories: the forecast of a Monday, held against the week on the next one (`scored_at`, `actual`, `brier`); a test
    on a past week, made and scored at once from what was known then (kind "backtest", without rows of dossiers).
    `share`: late of all dossiers at like positions in the `weeks` before; `position`, `counted_at`: of the facts read.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", "dự báo"
        BACKTEST = "backtest", "thử lại trên tuần đã qua"

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()
    last_on = models.DateField()
    version = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    seen = models.PositiveIntegerField()
    share = models.DecimalField(max_digits=12, decimal_places=10)
    dossiers = models.PositiveIntegerField()
    expected = models.DecimalField(max_digits=14, decimal_places=4)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    position = models.BigIntegerField()
    counted_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    scored_at = models.DateTimeField(null=True)
    actual = models.PositiveIntegerField(null=True)
    brier = models.DecimalField(max_digits=12, decimal_places=10, null=True)
    base = models.DecimalField(max_digits=12, decimal_places=10, null=True)
    bins = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "kind", "day", "version"], name="forecast_run_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("day")), name="forecast_run_span"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class UnitForecast(UnitOwned):
    """What a run expects of one unit: how many of its dossiers due end late, and between which numbers in nine cases of
    ten; `actual` once the week is over."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="units")
    dossiers = models.PositiveIntegerField()
    expected = models.DecimalField(max_digits=14, decimal_places=4)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    actual = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit_code"], name="forecast_unit_once"),
        ]
        indexes = [models.Index(fields=["province", "unit_path"], name="forecast_unit_scope")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_code}"

    @property
    def inside(self) -> bool | None:
        """Whether what happened lay within the interval; None before the week is over."""
        return None if self.actual is None else self.low <= self.actual <= self.high


class DossierForecast(UnitOwned):
    """One dossier of a daily run. `late` of `seen` at `level` make its probability (`model`); `was_late` once the week is
    over. Swept two months after the week."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    dossier = models.UUIDField()
    procedure = models.CharField(max_length=60)
    promised_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10)
    late = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    probability = models.DecimalField(max_digits=12, decimal_places=10)
    was_late = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "dossier"], name="forecast_dossier_once")]
        indexes = [
            models.Index(fields=["run", "-probability", "dossier"], name="forecast_dossier_list"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.dossier}"
