from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from motcua.engine.files.api import StoredFile
from motcua.engine.permissions.api import UnitOwned
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7


class PeriodKind(models.TextChoices):
    MONTH = "month", "Tháng"
    QUARTER = "quarter", "Quý"
    HALF = "half", "6 tháng"
    NINE_MONTHS = "nine-months", "9 tháng"
    YEAR = "year", "Năm"
    OTHER = "other", "Khác"


class Status(models.TextChoices):
    """Zero is a value. The other three are different ways of having none."""

    VALUE = "known", "có số liệu"
    BLANK = "blank", "chưa có"
    NOT_APPLICABLE = "not_applicable", "không áp dụng"
    NOT_DUE = "not_due", "chưa đến kỳ"


class Source(models.TextChoices):
    COMPUTED = "computed", "tính từ dòng khác"
    COUNTED = "counted", "đếm từ hồ sơ"
    DECLARED = "declared", "kê khai"
    IMPORTED = "imported", "nhập từ tệp"
    ADOPTED = "adopted", "lấy từ đơn vị chủ trì"


# What the system gives; a person's own word is the other two.
GIVEN = frozenset({Source.COMPUTED, Source.COUNTED, Source.ADOPTED})


class FormSheet(UnitOwned):
    """The seven forms of one unit for one period, in one version of the forms.

    Two stories: the province's published forms of the year 2025, loaded as imported values; the forms a
    coordinator opens for the second quarter and fills by hand and by workbook. `externals` holds figures
    from outside the forms that relations need: {"departments": {"value": "14", "line": 120, "note": "..."}}.
    `unit_name` is the unit's name at the time, empty for the province itself, whose title is dated elsewhere.
    `level`: province, department or commune, of which rows are its own; empty where the unit is of no such level.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    unit_name = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=12, blank=True)
    form_version = models.CharField(max_length=20)
    period_kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    as_of = models.DateField()
    externals = models.JSONField(default=dict)
    opened_at = models.DateTimeField(default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit_code", "form_version", "period_from", "period_to"],
                name="form_sheet_once",
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="form_sheet_period"),
        ]
        indexes = [models.Index(fields=["province", "unit_path", "-period_to"], name="form_sheet_list")]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.period_from:%d/%m/%Y}–{self.period_to:%d/%m/%Y}"


class ImportBatch(UnitOwned):
    """One file that values came from. A workbook waits here, whole, until somebody decides on its cells.

    Two stories: the published figures of a report (kind published, at once applied); a workbook sent back by
    a coordinator (pending, then applied or discarded). `cells` holds what the file says where it differs:
    [{"row", "base_revision", "state", "raw", "value", "note"}].
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", "báo cáo đã công bố"
        WORKBOOK = "workbook", "tệp biểu mẫu"

    class Stage(models.TextChoices):
        PENDING = "pending", "chờ quyết định"
        APPLIED = "applied", "đã ghi"
        DISCARDED = "discarded", "đã bỏ"

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    sheet = models.ForeignKey(FormSheet, on_delete=models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.PENDING)
    file_name = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    cells = models.JSONField(default=list)
    imported_at = models.DateTimeField(default=now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["province", "sheet", "-id"], name="import_batch_of_sheet")]

    def __str__(self) -> str:
        return self.file_name


class FormValue(UnitOwned):
    """One revision of one cell; never changed, never removed. The current one is the highest revision.

    Two stories: row 3!3.1 read from line 396 of a published report, printed "99,61%" (value 99.61, two
    places, imported); row 1!1 declared as 60, then corrected to 61 with a reason (revisions 1 and 2).
    """

    sheet = models.ForeignKey(FormSheet, on_delete=models.PROTECT, related_name="values")
    row_key = models.CharField(max_length=20)
    revision = models.PositiveIntegerField()
    status = models.CharField(max_length=16, choices=Status.choices)
    value = models.DecimalField(max_digits=30, decimal_places=8, null=True)
    raw = models.CharField(max_length=60, blank=True)
    places = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    as_of = models.DateField()
    source = models.CharField(max_length=10, choices=Source.choices)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, related_name="values")
    source_file = models.CharField(max_length=200, blank=True)
    source_line = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row_key", "revision"], name="form_value_revision"),
            models.CheckConstraint(
                condition=Q(status="known", value__isnull=False)
                | (~Q(status="known") & Q(value__isnull=True)),
                name="form_value_number_only_when_known",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="form_value_revision_from_1"),
        ]
        indexes = [
            models.Index(fields=["province", "row_key", "unit_path"], name="form_value_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.row_key} r{self.revision}"
