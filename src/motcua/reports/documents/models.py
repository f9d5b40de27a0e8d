from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.files.api import StoredFile
from motcua.engine.permissions.api import UnitOwned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7


class Report(UnitOwned):
    """The report of one unit for one period, written over its set of forms.

    `head`: parent, agency, symbol, place; `signer`: authority, role, name; both as the writer left them, printed as they are.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    sheet = models.ForeignKey("forms.FormSheet", on_delete=models.PROTECT, related_name="reports")
    template = models.CharField(max_length=40)
    template_version = models.CharField(max_length=20)
    head = models.JSONField(default=dict)
    signer = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "template"], name="report_once")]
        indexes = [models.Index(fields=["province", "unit_path", "-id"], name="report_list")]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.template}"


class Wording(UnitOwned):
    """One revision of what a person wrote in a passage; never changed, never removed. The current one is the highest.

    `text` is in the language of bindings; empty with `accepted`: the drafted suggestion was taken over as it stands; empty
    without: the passage is back to its template.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="wordings")
    key = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    accepted = models.BooleanField(default=False)
    left = models.JSONField(default=list)  # numbers left loose on purpose, as printed
    written_at = models.DateTimeField(default=now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "key", "revision"], name="wording_revision"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="wording_revision_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.key} r{self.revision}"


class Edition(UnitOwned):
    """The report as it stood at a moment, whole: what is signed, sent and compared; never changed.

    `content` is `content.Content` as data and `digest` its hash; `facts_as_of` the last moment of the facts it was counted
    from; `why` what the maker said of it.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    moment = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="edition_number")]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"
