"""Money given back: asked by one person, approved by another, then paid."""

from __future__ import annotations

import uuid

from django.db.models import Sum
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.kernel.ids import uuid7
from motcua.kernel.money import Dong
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import Done
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.ledger import Ledger, at_work, operation, required
from motcua.modules.payments.models import Charge, Refund
from motcua.modules.payments.rules import refund_causes
from motcua.modules.payments.states import OPEN_REFUND


@operation
def ask_refund(
    viewer: Viewer,
    charge: uuid.UUID,
    amount: Dong,
    cause: str,
    reason: str,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Asks that money of a paid charge be given back; cause: of `rules.refund_causes`. All that is asked, approved and
    given back together is never more than was paid.

    Raises NotPermitted, PaymentRefused payments.refund.* (unpaid, amount, cause, reason).
    """
    text = required(reason, "refund.reason", _("Hãy ghi lý do hoàn trả."))
    if cause not in refund_causes():
        raise PaymentRefused("refund.cause", _("Hãy chọn một lý do hoàn trả trong danh sách."))
    with at_work(viewer, Charge, charge, "ask_refund", idempotency_key) as (ledger, row):
        ledger.require(may.ASK_REFUND)
        if row.state != "paid":
            raise PaymentRefused("refund.unpaid", _("Khoản này chưa nộp nên không có gì để hoàn trả."))
        left = row.amount - _claimed(row)
        if not 0 < amount.amount <= left:
            raise PaymentRefused(
                "refund.amount",
                _("Số tiền hoàn trả phải lớn hơn 0 và không quá {left} còn lại của khoản đã nộp.").format(
                    left=Dong(left)
                ),
            )
        refund = Refund(
            province_id=row.province_id,
            uid=uuid7(),
            charge=row,
            unit_code=row.unit_code,
            unit_path=row.unit_path,
            amount=amount.amount,
            cause=cause,
            reason=text,
            state="asked",
            asked_at=ledger.now,
            asked_by_id=viewer.user_id,
        )
        ledger.add("refund:asked", refund, amount=refund.amount)
        return _done(ledger, refund)


def _claimed(charge: Charge) -> int:
    """What was given back of a charge, and what somebody has asked to be."""
    rows = Refund.objects.filter(charge=charge, state__in=[*OPEN_REFUND, "paid"])
    return rows.aggregate(whole=Sum("amount"))["whole"] or 0


@operation
def decide_refund(
    viewer: Viewer,
    refund: uuid.UUID,
    *,
    grant: bool,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Another person than who asked approves, or refuses with a reason (four eyes).

    Raises NotPermitted, PaymentRefused payments.refund.* (state, four-eyes, reason).
    """
    with at_work(viewer, Refund, refund, "decide_refund", idempotency_key) as (ledger, row):
        name = "approve_refund" if grant else "refuse_refund"
        state = ledger.move(name, row)
        if row.asked_by_id == viewer.user_id:
            raise PaymentRefused(
                "refund.four-eyes",
                _("Người đề nghị hoàn trả không tự duyệt đề nghị của mình; phải do người khác duyệt."),
            )
        text = (
            reason if grant else required(reason, "refund.reason", _("Hãy ghi lý do không duyệt hoàn trả."))
        )
        values = {
            "state": state,
            "decided_at": ledger.now,
            "decided_by": ledger.actor,
            "decision": text.strip()[:500],
        }
        ledger.change("refund:approved" if grant else "refund:refused", row, values, amount=row.amount)
        return _done(ledger, row)


@operation
def pay_refund(
    viewer: Viewer, refund: uuid.UUID, voucher: str, *, idempotency_key: str | None = None
) -> Done:
    """The approved money was given back, by a payment `voucher`.

    Raises NotPermitted, PaymentRefused payments.refund.state, payments.refund.voucher.
    """
    known = required(voucher, "refund.voucher", _("Hãy ghi số chứng từ chi hoàn trả."), 100)
    with at_work(viewer, Refund, refund, "pay_refund", idempotency_key) as (ledger, row):
        state = ledger.move("pay_refund", row)
        values = {"state": state, "paid_at": ledger.now, "paid_by": ledger.actor, "voucher": known}
        ledger.change("refund:paid", row, values, amount=row.amount)
        charge = Charge.objects.get(pk=row.charge_id)
        ledger.change(
            "charge:refunded", charge, {"refunded": charge.refunded + row.amount}, amount=row.amount
        )
        return _done(ledger, row)


def _done(ledger: Ledger, row: Refund) -> Done:
    return Done(row.uid, row.state, ledger.duty.dossier_uid, (row.uid,))
