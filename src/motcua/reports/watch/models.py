from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.permissions.models import UnitOwned
from motcua.engine.provinces.models import Owned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7
from motcua.reports.watch.rules import Rule, rule_of


class StoredRule(UnitOwned):
    """One version of a rule that somebody entered; the highest version of a code is the one in force.

    `unit_code`, `unit_path`: whose subtree the rule watches ("", "/" for the province), and who may therefore edit it.
    What was entered never changes: a changed rule is the next version, a rule switched off a version that is not enabled.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    reason = models.CharField(max_length=1000)
    entered_at = models.DateTimeField(default=now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "code", "version"], name="watch_rule_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def rule(self) -> Rule:
        return rule_of(self.document)


class Alert(UnitOwned):
    """What a rule found at a unit ("", "/": the whole province), from the moment it opened to the moment it closed.

    Two stories: a ward's on-time rate fell to 91%, its head wrote what is done about it, at 96,4% for the second time
    it closed by itself; a rule was switched off, its open alerts closed with that reason.
    `opened`: what was measured then: value, parts, limit, what it was compared with, as exact fractions in text; and
    the first records that made it so (`records`, by key; `recorded` how many there were). `latest`, `calm`,
    `evaluated_at` are of the last evaluation, kept to judge the next one and made anew by it.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    rule_code = models.CharField(max_length=60)
    part = models.CharField(max_length=60, blank=True)
    rule = models.JSONField()
    opened_at = models.DateTimeField()
    opened = models.JSONField()
    first_on = models.DateField()
    last_on = models.DateField()
    position = models.BigIntegerField()
    counted_at = models.DateTimeField(null=True)
    records = models.JSONField(default=list)
    recorded = models.PositiveIntegerField(default=0)
    latest = models.JSONField(default=dict)
    calm = models.PositiveSmallIntegerField(default=0)
    evaluated_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_for = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "rule_code", "unit_code", "part"],
                condition=Q(closed_at__isnull=True),
                name="watch_alert_open_once",
            )
        ]
        indexes = [models.Index(fields=["province", "unit_path", "-opened_at"], name="watch_alert_list")]

    def __str__(self) -> str:
        return f"{self.rule_code} @ {self.unit_code or '/'}"


class Evaluation(Owned):
    """How far a province was last evaluated: the position of its facts, and when."""

    position = models.BigIntegerField(default=-1)
    evaluated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province"], name="watch_evaluation_of_province")]

    def __str__(self) -> str:
        return f"{self.province_id}: {self.position}"
