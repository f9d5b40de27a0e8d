from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.files.api import StoredFile
from motcua.engine.provinces.api import Owned
from motcua.kernel.ids import uuid7


class ReportAudit(Owned):
    """One audit of one report: what was said of it, and the report marked up. Private to `owner` and shares.

    `subject` is the unit the report is of, as words; audits of one owner with the same `subject_key` remember
    each other's marks. `result` is `stored.result_json`, `blocks` what `outputs.marked` made.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    subject = models.CharField(max_length=200, blank=True)
    subject_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    seconds = models.DecimalField(max_digits=7, decimal_places=2)
    definite = models.PositiveIntegerField()
    likely = models.PositiveIntegerField()
    arguable = models.PositiveIntegerField()
    result = models.JSONField()
    blocks = models.JSONField()
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, through="AuditShare", related_name="+")

    class Meta:
        indexes = [models.Index(fields=["province", "owner", "-created_at"], name="audit_of_owner")]

    def __str__(self) -> str:
        return self.title


class AuditedFile(models.Model):
    """A file of the report, or of the report of the period before, kept with its audit and deleted with it.

    `name` is the one findings speak of.
    """

    audit = models.ForeignKey(ReportAudit, on_delete=models.CASCADE, related_name="files")
    previous = models.BooleanField(default=False)
    name = models.CharField(max_length=150)
    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class AuditShare(models.Model):
    """The owner lets a person see an audit and mark its findings."""

    audit = models.ForeignKey(ReportAudit, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audit", "user"], name="audit_shared_once")]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.user_id}"


class MarkKind(models.TextChoices):
    EXPLAINED = "explained", "đã giải thích"
    MISTAKEN = "mistaken", "máy nhầm"


class FindingMark(Owned):
    """A finding set aside with a reason, for every audit of the same owner and unit that finds it again."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject_key = models.CharField(max_length=200)
    finding = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=MarkKind.choices)
    reason = models.CharField(max_length=1000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "owner", "subject_key", "finding"], name="finding_marked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.kind}"
