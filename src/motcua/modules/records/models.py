from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from motcua.engine.permissions.api import UnitOwned
from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Dated, Owned
from motcua.kernel.ids import uuid7
from motcua.modules.records.states import Issued, Kept, Scan, Used
from motcua.reference.applicants.api import Applicant


class Source(models.TextChoices):
    """Where a paper came from."""

    SCANNED = "scanned", "Số hóa khi tiếp nhận"
    ONLINE = "online", "Gửi trực tuyến"
    ISSUED = "issued", "Kết quả do tỉnh cấp"
    REGISTER = "register", "Cơ sở dữ liệu, kho dữ liệu quốc gia"


class Scope(models.TextChoices):
    """Who may reuse a paper of the store."""

    CONSENT = "consent", "Cơ quan giải quyết hồ sơ, khi người giữ giấy tờ đồng ý"
    UNIT = "unit", "Chỉ đơn vị đã đưa vào kho"
    SHARED = "shared", "Mọi cơ quan, theo quy định chia sẻ dữ liệu"
    NOBODY = "nobody", "Không ai dùng lại"


class Signature(models.TextChoices):
    """What is known of the electronic signature in a file: see `signatures.inspect`."""

    NONE = "none", "Không có chữ ký số"
    INTACT = "intact", "Chữ ký khớp toàn bộ tệp"
    ALTERED = "altered", "Tệp thay đổi sau khi ký"
    UNREAD = "unread", "Có chữ ký, chưa đọc được"


class Paper(UnitOwned):
    """A paper in the electronic store of its holder (kho dữ liệu điện tử): a file known by its digest, or data of a
    national register known by their reference.

    Stories: a birth certificate scanned with one dossier stands in the place of the paper in the next; a licence the
    province issued is there the moment it is returned; residence data come from the population database and have no
    file. `unit_*` is who put it there. Number and reference are personal and sealed; `number_blind` finds them.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    holder = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="+")
    kind_code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=500)
    number = SealedField(context="records.number", max_length=100)
    number_blind = models.BinaryField(max_length=32, default=b"", editable=False)
    issued_by = models.CharField(max_length=300, blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    register_code = models.CharField(max_length=60, blank=True)
    reference = SealedField(context="records.reference", max_length=200)
    file_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=10, choices=Signature.choices, default=Signature.NONE)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.CONSENT)
    state = models.CharField(max_length=10, default=Kept.VALID.value)
    dossier_uid = models.UUIDField(null=True)
    component = models.PositiveSmallIntegerField(null=True)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            # the same content of the same kind is one paper of its holder for as long as it is valid
            models.UniqueConstraint(
                fields=["province", "holder", "kind_code", "digest"],
                condition=Q(state=Kept.VALID.value) & ~Q(digest=""),
                name="paper_content_once",
            ),
            models.CheckConstraint(
                condition=(Q(file_id__isnull=False) & ~Q(digest="")) | (Q(source=Source.REGISTER) & ~Q(register_code="")),
                name="paper_has_file_or_register",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["holder", "-id"], name="paper_of_holder"),
            models.Index(fields=["province", "digest"], name="paper_by_digest", condition=~Q(digest="")),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Digitisation(Owned):
    """What was done to digitise one component of a dossier; one row a component, none while it is due.

    `round` counts scans; a refused scan is scanned again. `ground`: why a component is not scanned, a code of
    `grounds.yaml`. `pages` as scanned, which must be those of the paper (Circular 01/2023/TT-VPCP, Art. 8.2).
    """

    dossier_uid = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=Scan.DUE.value)
    ground = models.CharField(max_length=20, blank=True)
    file_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    legible = models.BooleanField(null=True)
    complete = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    certified_at = models.DateTimeField(null=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    authority_text = models.CharField(max_length=400, blank=True)
    signature = models.CharField(max_length=10, choices=Signature.choices, default=Signature.NONE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier_uid", "number"], name="digitisation_once"),
            models.CheckConstraint(
                condition=~Q(state__in=(Scan.SCANNED.value, Scan.ACCEPTED.value, Scan.CERTIFIED.value)) | Q(file_id__isnull=False),
                name="digitisation_scanned_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=Scan.EXEMPT.value) | ~Q(ground=""), name="digitisation_exempt_has_ground"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.dossier_uid} #{self.number}"


class Reuse(Owned):
    """A paper of the store used in a dossier in the place of a component asked for, with its holder's consent."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier_uid = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="reuses")
    register_code = models.CharField(max_length=60, blank=True)
    consent = models.CharField(max_length=10)  # account, form or law
    consented_on = models.DateField()
    used_at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=Used.USED.value)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_uid", "number"],
                condition=Q(state=Used.USED.value),
                name="reuse_of_component_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_uid} #{self.number}"


class ElectronicResult(UnitOwned):
    """The electronic result of a dossier: a signed file with its number and day. `unit_*` is who issued it.

    One stands at a time; what was replaced points to its successor, and what was withdrawn says why. `delivered_at`:
    when it came into the holder's store, as `paper`.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    dossier_uid = models.UUIDField()
    name = models.CharField(max_length=500)
    kind_code = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=60)
    issued_on = models.DateField()
    file_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=10, choices=Signature.choices)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_unit = models.CharField(max_length=35, blank=True)
    signed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default=Issued.ISSUED.value)
    issued_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=1000, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier_uid"], condition=Q(state=Issued.ISSUED.value), name="electronic_result_once"
            ),
        ]
        indexes = [models.Index(fields=["dossier_uid", "id"], name="electronic_result_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_uid} {self.number}"


class Requirement(Owned, Dated):
    """A line of the province's list of papers that must be digitised (Circular 01/2023/TT-VPCP): a kind of paper, the
    papers of a procedure, or both. While no line is in force, every paper handed in must be."""

    procedure_code = models.CharField(max_length=20, blank=True)
    paper_code = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["province", "procedure_code"], name="requirement_of_procedure")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(procedure_code="") | ~Q(paper_code=""), name="requirement_names_something"
            ),
        ]

    def __str__(self) -> str:
        return self.basis


class Cursor(models.Model):
    """Up to which position of a province's sealed log dossiers have been followed."""

    province = models.OneToOneField(
        "provinces.Province", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.province_id}: {self.position}"
