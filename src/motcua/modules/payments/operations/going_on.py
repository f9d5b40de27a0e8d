"""The dossier that waits for money goes on when the money has come.

It goes on in the transaction of the payment, by the right of whoever confirmed it, through the dossiers' own operation:
there is no moment in which all is paid and nothing says so, and no job that acts for nobody. Money is never turned away
for it: where the actor may not (or the dossier cannot), the payment stands, the dossier's history says what is
missing, and `queries.paid_but_waiting` shows the dossier to those who may.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.money import Dong, total
from motcua.modules.dossiers.api import DossierRefused, Status, dossier_ref, resume_after_payment
from motcua.modules.payments import permissions as may
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.ledger import Ledger
from motcua.modules.payments.models import Charge, Duty

HANDLING = "handling"


def let_go_on(ledger: Ledger, closed: Sequence[Charge]) -> bool:
    """Whether the dossier goes on because these charges were the last its handling waited for."""
    viewer, duty = ledger.viewer, ledger.duty
    awaited = any(one.due_before == HANDLING and one.state != "due" for one in closed)
    if viewer is None or not awaited or owing(duty):
        return False
    found = dossier_ref(duty.province, uid=duty.dossier_uid, viewer=viewer)
    if found is None or found.status != Status.PAYMENT:
        return False
    try:
        with transaction.atomic():
            resume_after_payment(viewer, duty.dossier_uid)
    except NotPermitted:
        ledger.tell_resume_refused("payments.resume.right")
        return False
    except DossierRefused as refusal:
        ledger.tell_resume_refused(refusal.code)
        return False
    return True


def resume_paid_dossier(
    viewer: Viewer, province: Province, dossier: uuid.UUID, *, idempotency_key: str | None = None
) -> bool:
    """Lets a dossier go on for which all that its handling waited for has come, by the viewer's right over the dossier;
    False when it does not wait.

    Raises NotPermitted, DossierRefused, PaymentRefused payments.resume.owing, payments.resume.nothing.
    """
    found = dossier_ref(province, uid=dossier, viewer=viewer)
    duty = Duty.objects.filter(province=province, dossier_uid=dossier).first()
    if found is None or duty is None:
        raise NotPermitted(may.VIEW)
    with transaction.atomic():
        duty = Duty.objects.select_for_update().get(pk=duty.pk)
        if found.status != Status.PAYMENT:
            return False
        left = owing(duty)
        if left:
            raise PaymentRefused(
                "resume.owing",
                _("Hồ sơ còn phải nộp {left}; nộp đủ thì hồ sơ mới chạy tiếp.").format(
                    left=total(Dong(one.amount) for one in left)
                ),
            )
        if found.paused_at is None or not closed_since(duty, found.paused_at):
            raise PaymentRefused(
                "resume.nothing",
                _(
                    "Từ khi hồ sơ tạm dừng chưa có khoản nào được nộp ở đây; hãy xác nhận chứng từ tại trang hồ sơ."
                ),
            )
        resume_after_payment(viewer, dossier, idempotency_key=idempotency_key)
    return True


def owing(duty: Duty) -> list[Charge]:
    """What the handling of a dossier still waits for."""
    return list(Charge.objects.filter(duty=duty, due_before=HANDLING, state="due"))


def closed_since(duty: Duty, moment: dt.datetime) -> bool:
    """Whether something that the handling waited for was paid or exempt since."""
    rows = Charge.objects.filter(duty=duty, due_before=HANDLING, state__in=("paid", "exempt"))
    return rows.filter(closed_at__gte=moment).exists()
