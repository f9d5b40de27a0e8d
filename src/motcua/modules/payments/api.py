"""The door of payments: what is due, paying it, receipts, refunds, reconciliation, and reads within the viewer's scope."""

from motcua.modules.payments.data import (
    ChargeDraft,
    DayResult,
    Done,
    FeeChoice,
    PartnerNotice,
    Relief,
    StatementLine,
    Taken,
)
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.operations.charging import (
    cancel_charge,
    charge_by_catalogue,
    raise_charge,
    relieve_charge,
)
from motcua.modules.payments.operations.collecting import (
    cancel_order,
    collect_order,
    expire_orders,
    fail_order,
    place_order,
    send_order,
    take_notice,
)
from motcua.modules.payments.operations.going_on import resume_paid_dossier
from motcua.modules.payments.operations.integrating import (
    enable_online_payment,
    end_online_payment,
    follow_catalogue,
)
from motcua.modules.payments.operations.receipts import cancel_receipt, issue_receipt
from motcua.modules.payments.operations.reconciling import reconcile_day, resolve_difference
from motcua.modules.payments.operations.refunding import ask_refund, decide_refund, pay_refund
from motcua.modules.payments.queries import (
    charges,
    charges_of_dossier,
    differences,
    duties,
    fee_procedures,
    find_charge,
    find_duty,
    find_order,
    kept_notices,
    online_procedures,
    orders,
    paid_but_waiting,
    receipts_of,
    reconciliations,
    refunds,
)

__all__ = [
    "ChargeDraft",
    "DayResult",
    "Done",
    "FeeChoice",
    "PartnerNotice",
    "PaymentRefused",
    "Relief",
    "StatementLine",
    "Taken",
    "ask_refund",
    "cancel_charge",
    "cancel_order",
    "cancel_receipt",
    "charge_by_catalogue",
    "charges",
    "charges_of_dossier",
    "collect_order",
    "decide_refund",
    "differences",
    "duties",
    "enable_online_payment",
    "end_online_payment",
    "expire_orders",
    "fail_order",
    "fee_procedures",
    "find_charge",
    "find_duty",
    "find_order",
    "follow_catalogue",
    "issue_receipt",
    "kept_notices",
    "online_procedures",
    "orders",
    "paid_but_waiting",
    "pay_refund",
    "place_order",
    "raise_charge",
    "receipts_of",
    "reconcile_day",
    "reconciliations",
    "refunds",
    "relieve_charge",
    "resolve_difference",
    "resume_paid_dossier",
    "send_order",
    "take_notice",
]
