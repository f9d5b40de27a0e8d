from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from motcua.engine.permissions.models import UnitOwned
from motcua.engine.provinces.models import Owned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7
from motcua.reports.forms.api import FormSheet, PeriodKind
from motcua.reports.submissions.states import State

_PERSON = {"on_delete": models.PROTECT, "null": True, "related_name": "+"}


class Campaign(Owned):
    """One collection of the forms from every unit of a province.

    Two stories: the year 2025 (15/12/2024 to 14/12/2025), 113 units, communes due on 16/12; a thematic collection of
    chosen days with due days of its own. `due`: day by level. `owners`: owner key of a row to the code of the unit that
    answers for it ({"so-noi-vu": "H05.15"}). `externals`: figures from outside the forms, as a set of forms holds them.
    `reminder_days`: days before (positive) and after (negative) the due day on which people are told.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(max_length=200)
    period_kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    as_of = models.DateField()
    form_version = models.CharField(max_length=20)
    opened_on = models.DateField()
    due = models.JSONField(default=dict)
    owners = models.JSONField(default=dict)
    externals = models.JSONField(default=dict)
    reminder_days = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "form_version", "period_from", "period_to"], name="campaign_once"
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="campaign_period"),
        ]

    def __str__(self) -> str:
        return self.title


class Submission(UnitOwned):
    """The forms of one unit in one campaign, and how far they have come.

    Two stories: a ward filled what was asked, its vice-chairman submitted, the province returned it with a remark on row
    2!1.2, it was corrected, approved, published; a department was late, the province's sum waited and named it.
    `given`: what the system last gave each row ({"state", "value", "places", "source", "reason", "missing"}), also where
    a person wrote another value. `compared`: last period and the same period last year by row. `counts`: rows of its own,
    filled, errors, explanations wanted; kept as the forms are written in.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="submissions")
    sheet = models.OneToOneField(FormSheet, on_delete=models.PROTECT, related_name="submission")
    level = models.CharField(max_length=12)
    owned = models.JSONField(default=list)
    due_on = models.DateField()
    due_reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_DUE)
    since = models.DateTimeField(default=now)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    late = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=0)
    derived_at = models.DateTimeField(null=True)
    given = models.JSONField(default=dict)
    compared = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit_code"], name="submission_of_unit_once")
        ]
        indexes = [models.Index(fields=["province", "campaign", "unit_path"], name="submission_list")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.unit_code}"


class Version(UnitOwned):
    """What a unit handed over, frozen: never changed but for its stage, never removed.

    `cells`: row key to state, value, raw, places, note, source, reason, revision and the digest of its evidence file.
    `moved`: what differs from the version before, by how much and why. `findings`: what the rules said at hand-over.
    Two stories: version 1 returned; version 2 approved, then superseded by version 3 after a correction.
    """

    class Stage(models.TextChoices):
        SUBMITTED = "submitted", "đã nộp"
        WITHDRAWN = "withdrawn", "đã rút"
        RETURNED = "returned", "bị trả lại"
        APPROVED = "approved", "đã duyệt"
        PUBLISHED = "published", "đã công bố"
        SUPERSEDED = "superseded", "đã thay thế"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.SUBMITTED)
    cells = models.JSONField()
    digest = models.CharField(max_length=64)
    findings = models.JSONField(default=list)
    moved = models.JSONField(default=list)
    why = models.CharField(max_length=1000, blank=True)
    submitted_at = models.DateTimeField(default=now)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="version_of_submission_once")
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} v{self.number}"


class Remark(UnitOwned):
    """Something said about one cell of a submission (`row_key` empty: about all of it), until it is settled."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="remarks")
    row_key = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=1000)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)

    class Meta:
        indexes = [models.Index(fields=["province", "submission", "row_key"], name="remark_of_cell")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.row_key}"


class Target(Owned):
    """What a row should reach in a year: for one unit (`unit_code`), or for every unit of a level without its own."""

    level = models.CharField(max_length=12)
    unit_code = models.CharField(max_length=35, blank=True)
    row_key = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=30, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "level", "unit_code", "row_key", "year"], name="target_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_key} {self.year}: {self.value}"
