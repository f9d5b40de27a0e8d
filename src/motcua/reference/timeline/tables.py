"""The four tables every timeline has, as abstract models."""

from __future__ import annotations

from django.db import models

from motcua.engine.provinces.models import Dated, Owned
from motcua.kernel.ids import uuid7


class Subject(Owned):
    """A thing that keeps its identity while its name, kind, code and parent change."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.uid)


class ChangeRow(Owned):
    """One act under a decision; an undone one stays with its reason."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=100)
    signed_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField()
    title = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["province", "effective_on"], name="%(class)s_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class VersionRow(Owned, Dated):
    """One span of a subject. The migration forbids two spans of one subject, and one code twice, on a day.

    Concrete tables add `subject`, `parent`, `opened_by` and `closed_by`. `search` is the folded name and code,
    `sort_key` the Vietnamese dictionary order.
    """

    name = models.CharField(max_length=250)
    kind = models.CharField(max_length=30)
    level = models.CharField(max_length=10)
    code = models.CharField(max_length=35)
    path = models.CharField(max_length=300)
    search = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=800)

    class Meta(Dated.Meta):
        abstract = True
        constraints = Dated.Meta.constraints
        indexes = [
            models.Index(fields=["province", "kind", "valid_from"], name="%(class)s_by_kind"),
            models.Index(fields=["province", "code"], name="%(class)s_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class LinkRow(Owned):
    """`share_numerator/share_denominator` of the predecessor went to the successor."""

    share_numerator = models.BigIntegerField(default=1)
    share_denominator = models.BigIntegerField(default=1)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share_numerator__gt=0)
                & models.Q(share_denominator__gte=models.F("share_numerator")),
                name="%(class)s_share",
            )
        ]


def no_overlap_sql(table: str, subject_column: str) -> tuple[str, str]:
    """SQL that adds, and removes, the two exclusion constraints of a version table.

    Ranges of one number stand in for equality, so that core GiST is enough (no btree_gist).
    """
    key = "hashtextextended(province_id::text || ':' || code, 0)"
    forward = f"""
        ALTER TABLE {table} ADD CONSTRAINT {table}_one_span EXCLUDE USING gist (
            int8range({subject_column}, {subject_column}, '[]') WITH &&,
            daterange(valid_from, valid_to) WITH &&);
        ALTER TABLE {table} ADD CONSTRAINT {table}_one_code EXCLUDE USING gist (
            int8range({key}, {key}, '[]') WITH &&,
            daterange(valid_from, valid_to) WITH &&);
    """
    backward = f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_one_span;
        ALTER TABLE {table} DROP CONSTRAINT {table}_one_code;
    """
    return forward, backward
