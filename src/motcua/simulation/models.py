from __future__ import annotations

from django.db import models

from motcua.engine.provinces.api import Owned


class Run(Owned):
    """A year being simulated, or simulated, in a province: one a province.

    `way` is "operations" or "bulk". `day`: the last day whose acts are all done (operations). `indexes`, `keys`: what
    brings back the indexes and foreign keys dropped while rows are written in bulk; empty otherwise. `finished_at` is set in the transaction
    that completes it.
    """

    year = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=40)
    seed = models.BigIntegerField()
    way = models.CharField(max_length=12)
    day = models.DateField(null=True)
    followed = models.BooleanField(default=False)
    indexes = models.JSONField(default=list)
    keys = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province"], name="simulation_run_once")]

    def __str__(self) -> str:
        return f"{self.province_id} {self.year} {self.scale}"


class Block(models.Model):
    """A block of dossiers whose rows are all written; the mark is written with them. `kind`: applicants, dossiers, or
    played (then `number` is one dossier's)."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="blocks")
    kind = models.CharField(max_length=12)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "number"], name="simulation_block_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind} {self.number}"
