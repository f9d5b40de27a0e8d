from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.engine.provinces.models import Owned
from motcua.kernel.ids import uuid7


class FactTable(Owned):
    """One fact of one province: how far its segments have come, and the lock of whoever changes them.

    `position`: the last event of the province's sealed chain that was dealt with; `event_at`: when it was recorded.
    `fresh_at`: when it was last seen that nothing more was sealed. `declaration`: digest of the source it was built
    from. `version` grows with every change of the set of segments. `asked_at`: a rebuild was asked for and not yet done.
    """

    fact = models.CharField(max_length=63)
    declaration = models.CharField(max_length=64, blank=True)
    position = models.BigIntegerField(default=0)
    event_at = models.DateTimeField(null=True)
    fresh_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)
    rebuilt_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "fact"], name="fact_table_once")]

    def __str__(self) -> str:
        return f"{self.province_id} {self.fact}"


class Segment(Owned):
    """One immutable Parquet file. Written whole before this row is; named by `uid`.

    A base holds the rows of a range of keys, in order of keys; ranges do not overlap. A delta holds rows selected anew
    and marks of rows that are gone (`gone`); a later delta (greater id) wins over earlier ones and over every base.
    `position`: the event up to which it is true. Replaced, it gets `superseded_at` and is removed some time after.
    """

    class Kind(models.TextChoices):
        BASE = "base", "nền"
        DELTA = "delta", "bổ sung"

    fact = models.CharField(max_length=63)
    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    first_key = models.TextField()
    last_key = models.TextField()
    rows = models.BigIntegerField()
    gone = models.BigIntegerField(default=0)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    position = models.BigIntegerField()
    created_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["province", "fact", "id"],
                name="segment_live",
                condition=Q(superseded_at__isnull=True),
            ),
            models.Index(
                fields=["superseded_at"],
                name="segment_superseded",
                condition=Q(superseded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.kind} {self.uid}"


class Touched(Owned):
    """A record whose row changed without an event of its own (a merger moved it): selected anew at the next refresh.

    Written by `reopen` in the transaction that changed the record.
    """

    fact = models.CharField(max_length=63)
    record = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["province", "fact", "id"], name="touched_of_fact")]

    def __str__(self) -> str:
        return f"{self.fact} {self.record}"


class Evidence(Owned):
    """Facts as they stood when something was handed in (a report): a folder of Parquet files and their manifest.

    `digest` is the SHA-256 of the manifest as it lies on disk, which holds those of the files; `manifest` is the same
    content. Never changed and never removed by the program.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    first_day = models.DateField()
    last_day = models.DateField()
    manifest = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["province", "-id"], name="evidence_latest")]

    def __str__(self) -> str:
        return str(self.uid)
