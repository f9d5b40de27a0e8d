from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engine.permissions.api import UnitOwned
from motcua.engine.provinces.api import Dated, Owned
from motcua.kernel.ids import uuid7


class Field(Owned):
    """A field of administration (lĩnh vực), by its national code or one of ours."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "code"], name="field_once")]

    def __str__(self) -> str:
        return self.name


class OnlineLevel(models.TextChoices):
    NONE = "none", _("Chưa cung cấp trực tuyến")
    PARTIAL = "partial", _("Một phần")
    FULL = "full", _("Toàn trình")
    UNKNOWN = "", _("Chưa rõ")  # an imported list that does not say; never what an editor may announce


class Lifecycle(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    TEST = "test", _("Đang kiểm thử")
    LIVE = "live", _("Đang áp dụng")
    STOPPED = "stopped", _("Đã dừng")


class Origin(models.TextChoices):
    NATIONAL = "national", _("Nhập từ Cơ sở dữ liệu quốc gia")
    STARTER = "starter", _("Danh mục khởi đầu của phần mềm")
    PROVINCE = "province", _("Do tỉnh soạn")
    SIMULATED = "simulated", _("Mô phỏng")


class Procedure(Owned):
    """An administrative procedure: the identity that its versions share. The core of the national code decides.

    Levels are where it is handled; one at both levels is one procedure, counted once in the province's total and
    once in each level's. `simulated` ones (origin) fill the demonstration and are labelled so wherever shown.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=20)
    full_code = models.CharField(max_length=60, blank=True)
    at_ministry = models.BooleanField(default=False)
    at_province = models.BooleanField(default=False)
    at_commune = models.BooleanField(default=False)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle.choices, default=Lifecycle.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PROVINCE)
    essential = models.CharField(
        max_length=40, blank=True
    )  # code of the essential service (Decision 06/QĐ-TTg)
    tags = models.JSONField(default=list)
    popularity = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "code"], name="procedure_once")]
        indexes = [models.Index(fields=["province", "lifecycle", "code"], name="procedure_in_list")]

    def __str__(self) -> str:
        return self.code


class Version(Owned, Dated):
    """A procedure as one announcing decision left it, in force from a day. A dossier keeps its version.

    `content` is `data.ProcedureContent` as JSON; what lists filter by stands in columns.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=2000)  # the longest real one has over 1,000 characters
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+")
    online_level = models.CharField(
        max_length=10, choices=OnlineLevel.choices, default=OnlineLevel.NONE, blank=True
    )
    partial_reason = models.CharField(max_length=500, blank=True)
    location_independent = models.BooleanField(default=True)
    location_reason = models.CharField(max_length=500, blank=True)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    lead_days = models.IntegerField(null=True)  # working days from decision to effect; see checks.lead_days
    decision_kind = models.CharField(max_length=20, blank=True)  # new, amended, standardised, abolished
    decision_agency = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True)
    search = SearchVectorField(null=True, editable=False)
    sort_key = models.CharField(max_length=4000, editable=False)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["province", "procedure", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["province", "procedure"], condition=Q(valid_to__isnull=True), name="version_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["procedure", "valid_from"], name="version_by_day"),
            GinIndex(fields=["search"], name="version_search"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class Override(UnitOwned, Dated):
    """What differs in one unit: JSON of changed columns and content parts. The rest is inherited, never copied."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="overrides")
    changes = models.JSONField(default=dict)
    stopped = models.BooleanField(default=False)
    basis = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "unit_code", "procedure"],
                condition=Q(valid_to__isnull=True),
                name="override_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} @ {self.unit_code}"


class ImportBatch(Owned):
    """A file of procedures read and compared, waiting to be applied: nothing is changed before that.

    `rows` are the compared rows ({code, kind: missing|extra|changed|same|invalid, differences, ...}).
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    form = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="waiting")
    rows = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.file_name


class Process(Owned):
    """An internal process (quy trình nội bộ) of a procedure: the identity of its versions.

    `variant` tells several processes of one procedure apart ("" the ordinary one; "green-24h", "green-60",
    "same-day", or a case of our own).
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="processes")
    variant = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "procedure", "variant"], name="process_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.variant}"


class ProcessVersion(Owned, Dated):
    """The steps of a process as one decision approved them. A dossier keeps the version it began with.

    Draft until approved (`approved_at`); only an approved version is ever run. `origin`: national text retyped
    ("real", with `source`), written by us from the law ("written"), simulated.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    signed_by_title = models.CharField(max_length=200, blank=True)
    delegation = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=10, default="province")
    source = models.CharField(max_length=500, blank=True)
    limit_text = models.CharField(max_length=60, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["province", "process", "number"], name="process_number_once"),
            models.UniqueConstraint(
                fields=["province", "process"],
                condition=Q(valid_to__isnull=True, approved_at__isnull=False),
                name="process_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.number}"


class Step(models.Model):
    """One step of a process version; columns as `data.StepPlan`."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=40)
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=500)
    role = models.CharField(max_length=60)
    place = models.CharField(max_length=10, default="handling")
    unit_code = models.CharField(max_length=35, blank=True)
    performer = models.CharField(max_length=300, blank=True)  # as the decision words it
    work = models.TextField(blank=True)
    output = models.TextField(blank=True)
    quarters = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    actions = models.JSONField(default=list)
    waits_for_all = models.BooleanField(default=False)
    leg_procedure = models.CharField(max_length=20, blank=True)
    leg_limit = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="step_key_once")]
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """From one step to the next; columns as `data.StepLink`."""

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="links")
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "source", "target", "outcome"], name="link_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


class Simplification(Owned):
    """A plan to simplify a procedure (phương án đơn giản hóa): what changes, and time, cost, papers before and after."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="simplifications")
    decision_number = models.CharField(max_length=100, blank=True)
    decision_date = models.DateField(null=True, blank=True)
    what = models.TextField()
    why = models.TextField(blank=True)
    legal_change = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    formula = models.CharField(max_length=40)
    due = models.DateField(null=True, blank=True)
    done_at = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.decision_number}"


class KeyProject(Owned, Dated):
    """A project registered for the green lane (luồng xanh): 24 hours, or 60 % of the time, with the decision."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=500)
    lane = models.CharField(max_length=20, default="green-60")
    basis = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["province", "code"], name="key_project_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Draft(Owned):
    """A version being written. It binds nobody until a decision announces it; one open draft a procedure.

    `body` is `proposals.Proposal` as JSON; `revision` guards against two editors saving over each other.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang soạn")
        ANNOUNCED = "announced", _("Đã công bố")
        DISCARDED = "discarded", _("Đã bỏ")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="drafts")
    based_on = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1)
    owner_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "procedure"], condition=Q(state="open"), name="draft_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} r{self.revision}"


class Stamp(models.Model):
    """One row whose value changes with every change of what procedures say (database triggers keep it).

    Processes that keep procedures in memory look at it to know whether what they hold is still true.
    """

    value = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.value)
