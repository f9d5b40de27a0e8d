from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.registers.data import Number
from motcua.engine.registers.errors import RegisterRefused
from motcua.engine.registers.events import WITHDRAWN
from motcua.engine.registers.models import RegisteredNumber
from motcua.engine.registers.permissions import WITHDRAW
from motcua.engine.registers.queries import numbers_of
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze

SHORTEST_REASON, LONGEST_REASON = 5, 500


def withdraw_number(
    viewer: Viewer, number: Number, reason: str, *, idempotency_key: str | None = None
) -> RegisteredNumber:
    """Says that a number given no longer stands, and why. The number stays in the register and is never given again.

    reason: Vietnamese, 5-500 letters; kept in the register, not in the event. Raises NotPermitted,
    RegisterRefused (registers.number.unknown, registers.number.withdrawn, registers.reason.length).
    """
    with transaction.atomic():
        row = numbers_of(number.series).select_for_update().filter(number=number.number).first()
        if row is None:
            viewer.require(WITHDRAW, province=number.series.province_id, unit_path="/")
            raise _unknown(number)
        viewer.require(WITHDRAW, province=row.province_id, unit_path=row.unit_path)
        words = _checked(row, reason)
        actor = viewer.user if isinstance(viewer.user, User) else None
        row.withdrawn_at, row.withdrawn_reason, row.withdrawn_by = now(), words, actor
        row.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_by"])
        record(
            WITHDRAWN,
            province=row.province,
            subject=row.subject,
            payload={"kind": row.kind, "unit": row.unit_code, "period": row.period, "number": row.number},
            actor=actor,
            unit_code=row.unit_code,
            unit_path=row.unit_path,
            idempotency_key=idempotency_key,
        )
    return row


def _checked(row: RegisteredNumber, reason: str) -> str:
    words = squeeze(reason)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise RegisterRefused(
            "registers.reason.length",
            _(
                "Lý do hủy số phải có từ {least} đến {most} ký tự; hãy ghi rõ vì sao số không còn dùng."
            ).format(least=SHORTEST_REASON, most=LONGEST_REASON),
        )
    if row.withdrawn_at is not None:
        raise RegisterRefused(
            "registers.number.withdrawn",
            _("Số {number} đã được hủy từ trước; một số chỉ hủy một lần.").format(number=row.number),
        )
    return words


def _unknown(number: Number) -> RegisterRefused:
    return RegisterRefused(
        "registers.number.unknown",
        _("Sổ này chưa cấp số {number}; hãy xem lại số và kỳ của sổ.").format(number=number.number),
    )
