from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from motcua.engine.permissions.api import UnitOwned
from motcua.engine.privacy.api import SealedField
from motcua.engine.provinces.api import Dated, Owned
from motcua.kernel.ids import uuid7
from motcua.modules.payments.states import CHARGE_WORDS, ORDER_WORDS, RECEIPT_WORDS, REFUND_WORDS

CHARGE_KINDS = {
    "charge": "Phí",
    "fee": "Lệ phí",
    "tax": "Thuế",
    "land": "Nghĩa vụ tài chính về đất đai",
}
METHODS = {
    "national": "Trực tuyến trên Cổng Dịch vụ công quốc gia",
    "provincial": "Trực tuyến trên cổng của bộ, tỉnh",
    "transfer": "Chuyển khoản",
    "pos": "Thẻ tại quầy",
    "cash": "Tiền mặt",
}
DUE_BEFORE = {
    "receipt": "Trước khi tiếp nhận",
    "handling": "Trước khi giải quyết tiếp",
    "result": "Trước khi trả kết quả",
}
OUTCOMES = {
    "matched": "Khớp",
    "missing_here": "Hệ thống này chưa ghi nhận",
    "missing_there": "Bên thanh toán không có",
    "differs": "Khác số tiền",
}
User = settings.AUTH_USER_MODEL


class Duty(UnitOwned):
    """What one dossier owes in all (nghĩa vụ tài chính của hồ sơ); its row is the lock of all its money.

    `unit_*` is the handling unit, `received_*` the desk. Sums are of the charges, kept by every operation: `owed` (not
    cancelled, after relief), `paid`, `paid_online`, `refunded`. `owed_at`: when the first charge above nothing was
    raised; `settled_at`: when the last of them was paid, null while something is due; `online_at`: the first payment
    on a gateway. The dossier is known by uid and code: its room keeps the rest.
    """

    dossier_uid = models.UUIDField()
    dossier_code = models.CharField(max_length=60, blank=True)
    procedure_code = models.CharField(max_length=20)
    field_code = models.CharField(max_length=40)
    received_code = models.CharField(max_length=35)
    received_path = models.CharField(max_length=300)
    owed = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    paid_online = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    relieved = models.BigIntegerField(default=0)
    owed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    online_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier_uid"], name="duty_once"),
            models.CheckConstraint(
                condition=Q(paid__lte=F("owed")) & Q(paid_online__lte=F("paid")) & Q(refunded__lte=F("paid")),
                name="duty_sums",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "unit_path", "-id"], name="duty_of_unit"),
            models.Index(fields=["province", "received_path", "-id"], name="duty_of_desk"),
            models.Index(
                fields=["province", "procedure_code", "online_at", "id"],
                name="duty_online",
                condition=Q(online_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.dossier_code or str(self.dossier_uid)


class Charge(UnitOwned):
    """One thing to pay: a charge (phí), a fee (lệ phí), a tax or land obligation; `amount` after relief, in đồng.

    `basis`: the catalogue's fee of the dossier's version ("catalogue"), or a notice or text ("notice").
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(max_length=10, choices=list(CHARGE_KINDS.items()))
    name = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField(default=1)
    listed = models.BigIntegerField()
    amount = models.BigIntegerField()
    basis_kind = models.CharField(max_length=10)
    basis = models.CharField(max_length=500)
    version_id = models.BigIntegerField(null=True)
    relief = models.CharField(max_length=10, blank=True)
    relief_reason = models.CharField(max_length=500, blank=True)
    relief_clause = models.CharField(max_length=300, blank=True)
    due_before = models.CharField(max_length=10, choices=list(DUE_BEFORE.items()))
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=list(CHARGE_WORDS.items()))
    charged_at = models.DateTimeField()
    charged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    order = models.ForeignKey("Order", on_delete=models.PROTECT, null=True, related_name="charges")
    paid_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=10, blank=True)
    refunded = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)  # paid, exempt or cancelled: nothing more is to be paid
    cancel_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(listed__gte=F("amount")) & Q(quantity__gte=1),
                name="charge_amounts",
            ),
            models.CheckConstraint(
                condition=(Q(relief="") & Q(amount=F("listed")))
                | (Q(relief="exempt") & Q(amount=0))
                | (Q(relief="reduced") & Q(amount__gt=0) & Q(amount__lt=F("listed"))),
                name="charge_relief",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False, order__isnull=False)
                | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="charge_paid",
            ),
            models.CheckConstraint(
                condition=Q(state="due", closed_at__isnull=True)
                | (~Q(state="due") & Q(closed_at__isnull=False)),
                name="charge_closed",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")), name="charge_refunded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "unit_path", "charged_at", "id"],
                name="charge_due_of_unit",
                condition=Q(state="due"),
            ),
            models.Index(fields=["province", "unit_path", "-id"], name="charge_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"


class Order(UnitOwned):
    """An attempt to pay one or more charges of a dossier, in one sum; `unit_*` is the unit that collects.

    `code` (16 signs) is what partners know it by. `partner` and `partner_reference` say who confirmed it; at the counter
    they are empty, but for a transfer or a card slip.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=20)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="orders")
    method = models.CharField(max_length=10, choices=list(METHODS.items()))
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=list(ORDER_WORDS.items()))
    partner = models.CharField(max_length=40, blank=True)
    partner_reference = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="order_code_once"),
            models.UniqueConstraint(
                fields=["province", "partner", "partner_reference"],
                condition=~Q(partner_reference=""),
                name="order_reference_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_amount"),
            models.CheckConstraint(
                condition=Q(state="confirmed", paid_at__isnull=False)
                | (~Q(state="confirmed") & Q(paid_at__isnull=True)),
                name="order_paid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="order_to_expire", condition=Q(state__in=("created", "sent"))
            ),
            models.Index(
                fields=["province", "partner", "paid_at"],
                name="order_of_partner",
                condition=Q(state="confirmed"),
            ),
            models.Index(fields=["province", "unit_path", "-id"], name="order_of_unit"),
        ]

    def __str__(self) -> str:
        return self.code


class OrderLine(models.Model):
    """A charge in an order, with the amount it then had."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "charge"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.charge_id}"


class Notice(UnitOwned):
    """What a partner told, word for word, and what became of it; append-only but for its settlement by reconciliation.

    The same notice twice is one row. `outcome`: confirmed, or kept with its `reason` (unknown, amount, state, partner).
    `unit_path` is that of the order, "/" of the whole province when no order of ours is meant.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    partner = models.CharField(max_length=40)
    reference = models.CharField(max_length=100)
    order_code = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=10, blank=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "partner", "reference", "order_code", "amount"], name="notice_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["province", "unit_path", "-id"], name="notice_kept", condition=Q(outcome="kept")
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.reference}"


class Receipt(UnitOwned):
    """A receipt (biên lai) for one paid charge, numbered without gaps per unit, kind and year."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    payer = SealedField(context="payments.payer", max_length=200)
    state = models.CharField(max_length=10, choices=list(RECEIPT_WORDS.items()))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(max_length=500, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit_code", "kind", "year", "number"], name="receipt_number_once"
            ),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(state="issued"), name="receipt_of_charge_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The number as printed: "0000012/2026"."""
        return f"{self.number:07d}/{self.year}"


class Refund(UnitOwned):
    """Money to be given back of a paid charge: asked by one person, approved by another (four eyes), then paid."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    cause = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=list(REFUND_WORDS.items()))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=500, blank=True)
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    voucher = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="refund_four_eyes"
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "unit_path", "asked_at"],
                name="refund_open",
                condition=Q(state__in=("asked", "approved")),
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)


class FeeProcedure(Owned, Dated):
    """A span of days in which a procedure has a financial duty by the catalogue (form 7, row 6.5.1)."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    procedure_code = models.CharField(max_length=20)
    field_code = models.CharField(max_length=40)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "procedure_code"],
                condition=Q(valid_to__isnull=True),
                name="fee_procedure_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.procedure_code


class OnlineProcedure(Owned, Dated):
    """A span of days in which a procedure's fees can be paid on a gateway (form 7, row 6.5.2), with what it rests on.

    One procedure is integrated once, however many gateways it has: `gateways` names them ("national,provincial").
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    procedure_code = models.CharField(max_length=20)
    field_code = models.CharField(max_length=40)
    gateways = models.CharField(max_length=40)
    basis = models.CharField(max_length=300)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["province", "procedure_code"],
                condition=Q(valid_to__isnull=True),
                name="online_procedure_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.procedure_code


class Reconciliation(UnitOwned):
    """A partner's statement of a day held against our confirmed payments; run again, it is the same row.

    `unit_path`: whose payments ("/" all of the province). `digest` of the statement's lines.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    partner = models.CharField(max_length=40)
    day = models.DateField()
    digest = models.CharField(max_length=64)
    run_at = models.DateTimeField()
    run_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lines = models.PositiveIntegerField(default=0)
    stated = models.BigIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    missing_here = models.PositiveIntegerField(default=0)
    missing_there = models.PositiveIntegerField(default=0)
    differs = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit_path", "partner", "day"], name="reconciliation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.day:%d/%m/%Y}"


class StatedPayment(models.Model):
    """A line of the statement, as the partner sent it last."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="stated_lines")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=100)
    order_code = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "number"], name="stated_payment_once")
        ]
        indexes = [models.Index(fields=["reference"], name="stated_payment_reference")]

    def __str__(self) -> str:
        return self.reference


class Comparison(models.Model):
    """One payment as both sides tell it, and what somebody said of a difference."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="comparisons")
    key = models.CharField(max_length=100)
    outcome = models.CharField(max_length=15, choices=list(OUTCOMES.items()))
    order_code = models.CharField(max_length=60, blank=True)
    ours = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reconciliation", "key"], name="comparison_once")]
        indexes = [
            models.Index(
                fields=["reconciliation", "outcome"],
                name="comparison_open",
                condition=~Q(outcome="matched") & Q(resolution=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.outcome}"
