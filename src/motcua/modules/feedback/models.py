from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.permissions.api import UnitOwned
from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Owned
from motcua.kernel.ids import uuid7
from motcua.modules.feedback.states import OPEN, STATE_WORDS

_OPEN = Q(state__in=sorted(one.value for one in OPEN))


class Kind(models.TextChoices):
    REGULATION = "regulation", "Quy định hành chính"
    CONDUCT = "conduct", "Hành vi hành chính"
    SERVICE = "service", "Giải quyết thủ tục, dịch vụ công"


class Channel(models.TextChoices):
    PORTAL = "portal", "Cổng Dịch vụ công quốc gia"
    APP = "app", "Ứng dụng của tỉnh"
    PHONE = "phone", "Điện thoại"
    EMAIL = "email", "Thư điện tử"
    POST = "post", "Bưu chính"
    DIRECT = "direct", "Trực tiếp"
    FORM = "form", "Phiếu lấy ý kiến"
    TRANSFERRED = "transferred", "Cơ quan có thẩm quyền chuyển đến"


class Outcome(models.TextChoices):
    """How a petition came to its end; empty while it has not."""

    ANSWERED = "answered", "Đã trả lời"
    REFUSED = "refused", "Từ chối"
    TRANSFERRED = "transferred", "Chuyển cơ quan ngoài tỉnh"
    WITHDRAWN = "withdrawn", "Người gửi rút"


class Ticket(UnitOwned):
    """A petition (phản ánh, kiến nghị). `unit_*` is the unit that answers; the unit that took it in stands beside it.

    What the sender says and who they are is sealed. `due_at` is the limit the ticket is held to: of the answer while
    it is open, of the refusal or the transfer once it ended so. It counts from `counted_from` (receipt, the day it came
    to the competent unit, or its reopening) by `limit_text`, and moves on by the working time waited for the sender.
    `resolved_at` is set whatever the end; `on_time` is judged then. Published words hold no personal data.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=60)
    external_code = models.CharField(max_length=80, blank=True)
    received_code = models.CharField(max_length=35)
    received_path = models.CharField(max_length=300)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    topic = models.CharField(max_length=30, blank=True)
    procedure_code = models.CharField(max_length=20, blank=True)
    field_code = models.CharField(max_length=40, blank=True)
    dossier_uid = models.UUIDField(null=True)
    dossier_code = models.CharField(max_length=60, blank=True)
    anonymous = models.BooleanField(default=False)
    sender_name = SealedField(context="feedback.sender_name", max_length=200)
    sender_phone = SealedField(context="feedback.sender_phone", max_length=20)
    sender_email = SealedField(context="feedback.sender_email", max_length=254)
    sender_address = SealedField(context="feedback.sender_address", max_length=500)
    phone_blind = models.BinaryField(max_length=32, default=b"", editable=False)
    content = SealedField(context="feedback.content", max_length=20_000)
    summary = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=[(str(key), word) for key, word in STATE_WORDS.items()])
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    counted_from = models.DateTimeField()
    limit_text = models.CharField(max_length=60)
    waited_minutes = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    screen_due_at = models.DateTimeField()
    forward_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    publish_due_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)
    forwarded_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    on_time = models.BooleanField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # code of the refusal
    measure = models.CharField(max_length=20, blank=True)  # code of what was done
    reopenings = models.PositiveSmallIntegerField(default=0)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    likes = models.PositiveIntegerField(default=0)
    dislikes = models.PositiveIntegerField(default=0)
    published_question = models.TextField(blank=True)
    published_answer = models.TextField(blank=True)
    warned_of = models.DateTimeField(
        null=True
    )  # the limit its officers were warned of; another limit warns anew
    escalated_of = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["province", "channel", "external_code"],
                condition=~Q(external_code=""),
                name="ticket_external_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, outcome="")
                | (Q(resolved_at__isnull=False) & ~Q(outcome="")),
                name="ticket_resolved_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "unit_path", "due_at", "id"], name="ticket_of_unit_open", condition=_OPEN),
            models.Index(fields=["province", "due_at", "id"], name="ticket_open_by_due", condition=_OPEN),
            models.Index(fields=["assignee", "due_at", "id"], name="ticket_of_person_open", condition=_OPEN),
            models.Index(fields=["province", "unit_path", "-received_at"], name="ticket_of_unit"),
            models.Index(fields=["province", "received_path", "-received_at"], name="ticket_received_by"),
            models.Index(fields=["dossier_uid"], name="ticket_of_dossier", condition=Q(dossier_uid__isnull=False)),
            models.Index(fields=["province", "phone_blind"], name="ticket_by_phone", condition=~Q(phone_blind=b"")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """How events and readings name this ticket."""
        return f"ticket:{self.uid}"


class Answer(Owned):
    """An answer as it was given; reopening keeps the earlier ones. `due_at`, `on_time`: how it stood then."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    text = SealedField(context="feedback.answer", max_length=20_000)
    measure = models.CharField(max_length=20)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField()
    on_time = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="answer_number_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} #{self.number}"


class Note(Owned):
    """What was written on the way: the reason of a refusal, a forwarding, a reopening; a question to the sender and
    what they said. Sealed, since people name people."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notes")
    operation = models.CharField(max_length=30)
    text = SealedField(context="feedback.note", max_length=4000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="note_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.operation}"


class RatingKind(models.TextChoices):
    RECEPTION = "reception", "Tiếp nhận hồ sơ"
    HANDLING = "handling", "Giải quyết hồ sơ"


class RatingChannel(models.TextChoices):
    TABLET = "tablet", "Máy tính bảng tại quầy"
    PORTAL = "portal", "Cổng, trang tra cứu"
    PHONE = "phone", "Điện thoại"
    PAPER = "paper", "Phiếu giấy"


class Rating(UnitOwned):
    """What the applicant of a dossier says of the desk (reception) or of the agency (handling): one each, changeable
    for some days. `unit_*` is the unit rated. `scores` holds points by criterion of the scale; `counts` is what the
    level means in satisfaction rates: liked, disliked or neither."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier_uid = models.UUIDField()
    dossier_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=RatingKind.choices)
    channel = models.CharField(max_length=10, choices=RatingChannel.choices)
    procedure_code = models.CharField(max_length=20)
    field_code = models.CharField(max_length=40)
    scale = models.CharField(max_length=30)
    level = models.CharField(max_length=20)
    counts = models.CharField(max_length=10)
    scores = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    comment = SealedField(context="feedback.rating_comment", max_length=2000)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier_uid", "kind"], name="rating_of_dossier_once")
        ]
        indexes = [
            models.Index(fields=["province", "unit_path", "-rated_at"], name="rating_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_code} {self.level}"

    @property
    def subject(self) -> str:
        """How events name this rating."""
        return f"rating:{self.uid}"


class Grievance(UnitOwned):
    """A dossier with which somebody is not content: petitions about it that stand, and ratings that dislike. `unit_*`
    is the agency that handled it when the first came. The row stays when nothing stands any more, with zeros."""

    dossier_uid = models.UUIDField()
    procedure_code = models.CharField(max_length=20)
    field_code = models.CharField(max_length=40)
    petitions = models.PositiveIntegerField(default=0)
    dislikes = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier_uid"], name="grievance_of_dossier_once")
        ]

    def __str__(self) -> str:
        return str(self.dossier_uid)
