"""Receipts of what was paid: numbered without gaps, issued once, cancelled with a reason."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.engine.registers.api import Number, Series, take_number, withdraw_number
from motcua.kernel.clock import local
from motcua.kernel.ids import uuid7
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import Done
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.ledger import Ledger, at_work, operation, required
from motcua.modules.payments.models import Charge, Receipt


@operation
def issue_receipt(
    viewer: Viewer, charge: uuid.UUID, payer: str, *, idempotency_key: str | None = None
) -> Done:
    """The receipt of a paid charge, once: the next number of the collecting unit, the kind of charge and the year.

    payer: whose name is printed; kept sealed. Raises NotPermitted, PaymentRefused payments.receipt.* (unpaid, once,
    payer).
    """
    name = required(payer, "receipt.payer", _("Hãy ghi tên người nộp tiền trên biên lai."), 200)
    with at_work(viewer, Charge, charge, "issue_receipt", idempotency_key) as (ledger, row):
        ledger.require(may.COLLECT)
        if row.state != "paid" or row.order is None:
            raise PaymentRefused("receipt.unpaid", _("Khoản này chưa nộp nên chưa cấp biên lai được."))
        standing = Receipt.objects.filter(charge=row, state="issued").first()
        if standing is not None:
            raise PaymentRefused(
                "receipt.once",
                _("Khoản này đã có biên lai số {number}; hủy biên lai đó thì mới cấp lại được.").format(
                    number=standing.text
                ),
            )
        receipt = _numbered(ledger, row, name)
        ledger.add("receipt:issued", receipt, number=receipt.text)
        return _done(ledger, receipt)


def _numbered(ledger: Ledger, charge: Charge, payer: str) -> Receipt:
    order = charge.order
    assert order is not None
    uid, year = uuid7(), local(ledger.now).year
    number = take_number(_series(charge, year), subject=f"receipt:{uid}")
    return Receipt(
        province_id=charge.province_id,
        uid=uid,
        charge=charge,
        unit_code=order.unit_code,
        unit_path=order.unit_path,
        kind=charge.kind,
        year=year,
        number=number.number,
        amount=charge.amount,
        payer=payer,
        state="issued",
        issued_at=ledger.now,
        issued_by=ledger.actor,
    )


def _series(charge: Charge, year: int) -> Series:
    order = charge.order
    assert order is not None
    return Series(charge.province_id, register_of(charge.kind), order.unit_code, str(year), order.unit_path)


def register_of(kind: str) -> str:
    """The register of receipts of a kind of charge."""
    return f"receipt:{kind}"


@operation
def cancel_receipt(
    viewer: Viewer, receipt: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Cancels a receipt written in error; its number stays in the register, withdrawn with the reason, and another may be
    issued for the charge. The money stays where it is: giving it back is a refund.

    Raises NotPermitted (also without the right to withdraw numbers of the unit), PaymentRefused payments.receipt.state,
    RegisterRefused registers.reason.length.
    """
    text = required(reason, "receipt.reason", _("Hãy ghi lý do hủy biên lai."))
    with at_work(viewer, Receipt, receipt, "cancel_receipt", idempotency_key) as (ledger, row):
        state = ledger.move("cancel_receipt", row)
        series = replace(_series(row.charge, row.year), unit_code=row.unit_code, unit_path=row.unit_path)
        withdraw_number(viewer, Number(series, row.number), text)
        values = {
            "state": state,
            "cancelled_at": ledger.now,
            "cancelled_by": ledger.actor,
            "cancel_reason": text,
        }
        ledger.change("receipt:cancelled", row, values, number=row.text)
        return _done(ledger, row)


def _done(ledger: Ledger, row: Receipt) -> Done:
    return Done(row.uid, row.state, ledger.duty.dossier_uid, (row.uid,), row.text)
