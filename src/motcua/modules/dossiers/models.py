from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from motcua.engine.permissions.api import UnitOwned
from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Dated, Owned
from motcua.kernel.ids import uuid7
from motcua.modules.dossiers.states import STATUS_WORDS
from motcua.reference.applicants.api import Applicant


class Dossier(UnitOwned):
    """A dossier from filing to result. `unit_*` is the handling unit; receiving and returning units stand beside it.

    Three dates, never mixed: `promised` (printed: the receipt, an extension letter, or the new appointment after a
    supplement), `legal_due` and `index_due` (pure functions of the clock entries and the calendar, cached here for
    sorting). `steps` names the steps now open. `search` holds the folded name and one lexeme per unit, so that a name
    is searched within one's units by the index alone. `erased_at`: past its retention, when its papers and personal data
    went. `revision` grows with every operation.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, null=True)
    check_value = models.CharField(max_length=12)
    procedure_code = models.CharField(max_length=20)
    procedure_name = models.CharField(max_length=2000)
    version_id = models.BigIntegerField()
    field_code = models.CharField(max_length=40)
    case_name = models.CharField(max_length=300, blank=True)
    process_id = models.BigIntegerField(null=True)
    lane = models.CharField(max_length=20, blank=True)
    project_code = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=1000, blank=True)
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="+")
    applicant_name = models.CharField(max_length=200)
    submitter = models.ForeignKey(Applicant, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.SmallIntegerField()
    origin = models.CharField(max_length=10)
    sets = models.PositiveSmallIntegerField(default=1)
    received_code = models.CharField(max_length=35)
    received_path = models.CharField(max_length=300)
    return_code = models.CharField(max_length=35)
    return_path = models.CharField(max_length=300)
    return_channel = models.SmallIntegerField(default=1)
    status = models.SmallIntegerField(choices=[(int(key), word) for key, word in STATUS_WORDS.items()])
    resume_status = models.SmallIntegerField(null=True)
    steps = models.CharField(max_length=300, blank=True)
    registered_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    limit_text = models.CharField(max_length=60, blank=True)
    promised = models.DateTimeField(null=True)
    legal_due = models.DateTimeField(null=True)
    index_due = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_for = models.CharField(max_length=12, blank=True)
    supplements = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    late_reason = models.CharField(max_length=40, blank=True)
    search = SearchVectorField(null=True)
    erased_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="dossier_code_once"),
            models.CheckConstraint(
                condition=Q(status=1) | Q(code__isnull=False) | Q(received_at__isnull=True),
                name="dossier_received_has_code",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "unit_path", "promised"], name="dossier_handled_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["province", "received_path", "promised"], name="dossier_received_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["province", "promised", "id"], name="dossier_open_by_promise", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["province", "id"], name="dossier_paused", condition=~Q(paused_for="")),
            models.Index(fields=["province", "registered_at", "id"], name="dossier_registered", condition=Q(status=1)),
            models.Index(fields=["province", "return_path", "ended_at"], name="dossier_to_return", condition=Q(status=9)),
            models.Index(fields=["province", "unit_path", "-received_at"], name="dossier_handled_list"),
            models.Index(fields=["province", "received_path", "-received_at"], name="dossier_received_list"),
            models.Index(fields=["applicant", "-id"], name="dossier_of_applicant"),
            models.Index(fields=["version_id"], name="dossier_in_flight", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["province", "ended_at", "id"], name="dossier_to_erase", condition=Q(ended_at__isnull=False, erased_at__isnull=True)),
            GinIndex(fields=["search"], name="dossier_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code or str(self.uid)


class TaskState(models.TextChoices):
    OPEN = "open", "Đang làm"
    DONE = "done", "Đã xong"
    RETURNED = "returned", "Trả lại"
    CANCELLED = "cancelled", "Bỏ"


class Task(UnitOwned):
    """One step of a dossier being done, or done, in a unit by a person; also a consultation or a joint leg.

    `due_at` counts working time from `opened_at`; what the officer waits for (applicant, payment, a national system)
    moves it on. `warn_at` is when to warn of it. Work lists read this table alone.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=500)
    role = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    working_minutes = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    # As they were worked: what began and ended in one instant (a desk that hands over at once) before what goes on.
    IN_ORDER = (F("opened_at"), F("closed_at").asc(nulls_last=True), F("id"))

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "id"], name="task_of_dossier"),
            models.Index(fields=["province", "unit_path", "due_at", "id"], name="task_of_unit_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["province", "due_at", "id"], name="task_open_by_due", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["assignee", "due_at", "id"], name="task_of_person_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["warn_at"], name="task_to_warn", condition=Q(closed_at__isnull=True, warned_at__isnull=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.key}"


class ClockEntry(models.Model):
    """One thing that moved a dossier's clock, append-only. See `clock.fold` for what each kind does."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="clock")
    leg = models.CharField(max_length=40, blank=True)  # key of the joint leg; "" the dossier itself
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="clock_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind}"


class Component(models.Model):
    """A paper handed in with the dossier (thành phần hồ sơ), with its scanned file when there is one."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="components")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=1000)
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    present = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True)  # register used in its place
    file_id = models.BigIntegerField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="component_number_once")]

    def __str__(self) -> str:
        return self.name


class Supplement(Owned):
    """A request for a supplement (phiếu yêu cầu bổ sung, form 02) and its answer."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_requests")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list)
    reason = models.CharField(max_length=2000)
    exception_basis = models.CharField(max_length=300, blank=True)
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=10, blank=True)  # restart or resume, as the rule said when answered
    promised_before = models.DateTimeField(null=True)
    promised_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} #{self.number}"


class SupplementException(Owned, Dated):
    """A dated exception of the province that lets a second supplement be asked; one procedure, or all ("")."""

    procedure_code = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["province", "procedure_code"], name="supplement_exception")]

    def __str__(self) -> str:
        return self.basis


class SupplementConsent(Owned):
    """A leader's consent to one more request for a supplement, under an exception; used up by that request."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_consents")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=2000)
    basis = models.CharField(max_length=300)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.basis}"


class Consultation(UnitOwned):
    """A question put to another unit, with its limit and answer. Its work is a task of kind "consult" there."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="consultations")
    task_key = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=4000)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=4000, blank=True)
    agrees = models.BooleanField(null=True)

    def __str__(self) -> str:
        return str(self.uid)


class Leg(UnitOwned):
    """A joint leg (chặng liên thông): the part another agency does, with its own limit and its own clock."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="legs")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=500)
    procedure_code = models.CharField(max_length=20, blank=True)
    limit_text = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "key", "round"], name="leg_key_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.key}"


class Extension(Owned):
    """An apology with a new date (form 04), or an apology for a dossier already late (`new_date` null)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="extension_letters")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000)
    cause = models.CharField(max_length=40, blank=True)
    promised_before = models.DateTimeField(null=True)
    new_date = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%d/%m/%Y}"


class Approval(Owned):
    """A decision on a draft: approved, sent back, or signed; who, by which authority, when."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=10)  # approve, send-back, sign
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    authority = models.CharField(max_length=20)  # post, secondment, delegation, substitution
    authority_text = models.CharField(max_length=400)
    unit_code = models.CharField(max_length=35)
    note = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind}"


class DossierResult(Owned):
    """The draft result, then the result: its kind, number and date, file, and how it was handed over."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="result")
    name = models.CharField(max_length=500)
    favourable = models.BooleanField(default=True)
    summary = models.CharField(max_length=2000, blank=True)
    file_id = models.BigIntegerField(null=True)
    document_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True)
    handed_to = SealedField(context="dossiers.handed-to", null=True)
    handed_how = models.CharField(max_length=10, blank=True)  # counter, post, online
    authorised = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.document_number}"


class Slip(Owned):
    """A paper issued to the applicant or between units, as it was issued: its facts are sealed and never change."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="slips")
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unit_code = models.CharField(max_length=35)
    facts = SealedField(context="dossiers.slip")

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "id"], name="slip_of_dossier"),
            models.Index(fields=["province", "unit_code", "-issued_at"], name="slip_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Reopening(Owned):
    """A wish to reopen an ended dossier: asked by one person, confirmed or turned down by another (four eyes)."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="reopenings")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(decided_at__isnull=True), name="reopening_open_once")
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.uid)


class SavedFilter(Owned):
    """A work-list filter somebody keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["province", "user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name


class Absence(Owned, Dated):
    """Days on which an officer is away: no new work is offered, and what is due then is shown for redistribution."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["user", "valid_from"], name="absence_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.valid_from}"


class TellingCursor(models.Model):
    """Up to which position of a province's sealed log applicants have been told."""

    province = models.OneToOneField(
        "provinces.Province", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.province_id}: {self.position}"
