from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from motcua.engine.permissions.models import UnitOwned
from motcua.engine.provinces.models import Owned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7


class PortalImport(Owned):
    """One reading of the portal: a file or an answer, for one set and one period, and who brought it when.

    `as_of`: the moment at which the portal showed these values.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    set_code = models.CharField(max_length=60)
    first_on = models.DateField()
    last_on = models.DateField()
    as_of = models.DateTimeField()
    source = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    older = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(default=now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "set_code", "first_on", "last_on", "as_of", "sha256"],
                name="portal_import_once",
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="portal_import_period"),
        ]
        indexes = [
            models.Index(fields=["province", "set_code", "-last_on", "-id"], name="portal_import_list")
        ]

    def __str__(self) -> str:
        return f"{self.set_code} {self.first_on:%d/%m/%Y}–{self.last_on:%d/%m/%Y}"


class PortalValue(UnitOwned):
    """What the portal says of one component of one unit for one period, as last read.

    Two stories: synchronised dossiers of a commune in March, 95 of 100, read on 2 April and read again as 98 of 100 on
    9 April (revision 2, the first stands in the events); a component of which the portal shows points alone.
    Parts that the portal does not give are null, never 0. `explanation` speaks of `explained_revision`.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    set_code = models.CharField(max_length=60)
    component = models.CharField(max_length=60)
    first_on = models.DateField()
    last_on = models.DateField()
    numerator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    points = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    as_of = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    source = models.ForeignKey(PortalImport, on_delete=models.PROTECT, related_name="values")
    explanation = models.CharField(max_length=1000, blank=True)
    explained_revision = models.PositiveIntegerField(default=0)
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "set_code", "first_on", "last_on", "unit_code", "component"],
                name="portal_value_once",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=False) | Q(denominator__isnull=True),
                name="portal_value_numerator_first",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=False) | Q(points__isnull=False), name="portal_value_something"
            ),
        ]
        indexes = [
            models.Index(fields=["province", "component", "first_on", "last_on"], name="portal_value_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.component}"

    @property
    def explained(self) -> bool:
        """Whether the explanation speaks of what the portal says now."""
        return bool(self.explanation) and self.explained_revision == self.revision


class StoredSet(Owned):
    """One version of an index set that an administrator of the province entered; `document` as `loading` reads it.

    What was entered never changes, but for the day it ends: a changed set is the next version.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document = models.JSONField()
    reason = models.CharField(max_length=1000)
    entered_at = models.DateTimeField(default=now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "code", "version"], name="stored_set_version"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="stored_set_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ChosenParameter(Owned):
    """How a province reads a set where sources disagree, from a day on; the latest begun one counts."""

    set_code = models.CharField(max_length=60)
    parameter = models.CharField(max_length=60)
    valid_from = models.DateField()
    value = models.CharField(max_length=60)
    reason = models.CharField(max_length=1000)
    chosen_at = models.DateTimeField(default=now)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "set_code", "parameter", "valid_from"], name="chosen_parameter_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.set_code}.{self.parameter} = {self.value}"
