"""Procedures with a financial duty, and those whose fees can be paid online: spans of days, of which reports count.

Which procedures have a duty follows from the catalogue; that one can be paid on a gateway is said by a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import keyed, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.ids import uuid7
from motcua.modules.catalogue.api import procedure_on, versions_in_force
from motcua.modules.catalogue.data import ProcedureContent, ProcedureInfo, from_json
from motcua.modules.payments import permissions as may
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.events import CODES
from motcua.modules.payments.ledger import Repeated, refuse_used, required, universal
from motcua.modules.payments.models import FeeProcedure, OnlineProcedure
from motcua.modules.payments.rules import ONLINE, has_fee

_DAY = dt.timedelta(days=1)


def follow_catalogue(province: Province, day: dt.date | None = None) -> int:
    """Begins and ends the spans in which procedures have a financial duty, as the catalogue stands on a day (today) and
    from the days it says; returns how many it changed. A beat calls it; done twice it changes nothing.
    """
    day = day or today()
    fees = {
        row.procedure.code: (row.field.code, row.valid_from)
        for row in versions_in_force(province, day)
        if has_fee(from_json(ProcedureContent, row.content))
    }
    changed = 0
    with transaction.atomic():
        Province.objects.select_for_update(no_key=True).get(pk=province.pk)
        open_ = {
            row.procedure_code: row for row in FeeProcedure.objects.filter(province=province, valid_to=None)
        }
        for code in sorted(open_.keys() - fees.keys()):
            _end_duty(province, open_[code], _lost_on(province, open_[code], day))
            changed += 1
        for code in sorted(fees.keys() - open_.keys()):
            field, _since = fees[code]
            _begin_duty(province, code, field, day)
            changed += 1
    return changed


def _begin_duty(province: Province, code: str, field: str, day: dt.date) -> None:
    last = FeeProcedure.objects.filter(province=province, procedure_code=code).order_by("-valid_to").first()
    since = _had_since(province, code, day)
    if last is not None and last.valid_to is not None:
        since = max(since, last.valid_to)
    row = FeeProcedure(
        province=province, uid=uuid7(), procedure_code=code, field_code=field, valid_from=since
    )
    row.save(force_insert=True)
    _tell("procedure:charged", row, None, day=row.valid_from)


def _had_since(province: Province, code: str, day: dt.date) -> dt.date:
    """The first day from which the procedure has had a fee without a break."""
    info = procedure_on(province, code, day)
    assert info is not None
    while True:
        before = procedure_on(province, code, info.valid_from - _DAY)
        if before is None or not has_fee(before.content):
            return info.valid_from
        info = before


def _lost_on(province: Province, row: FeeProcedure, day: dt.date) -> dt.date:
    """The first day on which the procedure has no fee any more."""
    lost, info = day, procedure_on(province, row.procedure_code, day)
    while lost > row.valid_from + _DAY:
        start = info.valid_from if info is not None else lost
        before = procedure_on(province, row.procedure_code, start - _DAY)
        if before is not None and has_fee(before.content):
            return max(start, row.valid_from + _DAY)
        lost, info = start - _DAY, before
    return row.valid_from + _DAY


def _end_duty(province: Province, row: FeeProcedure, day: dt.date) -> None:
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    _tell("procedure:uncharged", row, None, changed=("valid_to",), day=day)
    online = OnlineProcedure.objects.filter(
        province=province, procedure_code=row.procedure_code, valid_to=None
    ).first()
    if online is not None:
        _end_online(online, max(day, online.valid_from + _DAY), None)


def enable_online_payment(
    viewer: Viewer,
    province: Province,
    procedure_code: str,
    gateways: Sequence[str],
    basis: str,
    valid_from: dt.date | None = None,
    *,
    idempotency_key: str | None = None,
) -> uuid.UUID:
    """Says that from a day (today) the fees of a procedure can be paid on gateways ("national", "provincial"), by what
    `basis`. Only of a procedure that has a financial duty then; one span at a time.

    Raises NotPermitted, PaymentRefused payments.online.* (gateways, basis, no-duty, already).
    """
    viewer.require(may.INTEGRATE, province=province, unit_path="/")
    text = required(basis, "online.basis", _("Hãy ghi căn cứ tích hợp thanh toán trực tuyến."), 300)
    chosen = [name for name in ONLINE if name in gateways]
    if not chosen or len(chosen) != len(set(gateways)):
        raise PaymentRefused("online.gateways", _("Hãy chọn cổng thanh toán trong danh sách."))
    day = valid_from or today()
    key = keyed("enable_online_payment", procedure_code, idempotency_key)
    with transaction.atomic():
        info = _with_duty(province, procedure_code, day)
        try:
            if key:
                refuse_used(province.pk, key)
        except Repeated as repeated:
            return uuid.UUID(repeated.event.subject.partition(":")[2])
        rows = OnlineProcedure.objects.filter(province=province, procedure_code=info.code)
        if rows.filter(valid_to=None).exists() or rows.filter(valid_to__gt=day).exists():
            raise PaymentRefused(
                "online.already",
                _(
                    "Thủ tục {code} đã khai thanh toán trực tuyến vào ngày này; hãy kết thúc lần trước đã."
                ).format(code=info.code),
            )
        row = OnlineProcedure(
            province=province,
            uid=uuid7(),
            procedure_code=info.code,
            field_code=info.field_code,
            gateways=",".join(chosen),
            basis=text,
            valid_from=day,
        )
        row.save(force_insert=True)
        _tell("online:began", row, viewer, key=key, day=day)
    return row.uid


def _with_duty(province: Province, code: str, day: dt.date) -> ProcedureInfo:
    """The procedure on a day, its span of duty locked. Raises PaymentRefused payments.online.no-duty."""
    info = procedure_on(province, code, day)
    found = info and (
        FeeProcedure.objects.select_for_update()
        .filter(FeeProcedure.on(day), province=province, procedure_code=info.code)
        .first()
    )
    if info is None or found is None:
        raise PaymentRefused(
            "online.no-duty",
            _(
                "Thủ tục {code} không có nghĩa vụ tài chính vào ngày {day}, nên không khai thanh toán trực tuyến."
            ).format(code=code, day=f"{day:%d/%m/%Y}"),
        )
    return info


def end_online_payment(
    viewer: Viewer,
    province: Province,
    procedure_code: str,
    valid_to: dt.date | None = None,
    *,
    idempotency_key: str | None = None,
) -> uuid.UUID:
    """Says that from a day (today) a procedure can no longer be paid online; orders already placed may still be paid.

    Raises NotPermitted, PaymentRefused payments.online.none.
    """
    viewer.require(may.INTEGRATE, province=province, unit_path="/")
    day = valid_to or today()
    key = keyed("end_online_payment", procedure_code, idempotency_key)
    with transaction.atomic():
        rows = OnlineProcedure.objects.select_for_update().filter(
            province=province, procedure_code=procedure_code
        )
        row = rows.filter(valid_to=None, valid_from__lt=day).first()
        try:
            if key:
                refuse_used(province.pk, key)
        except Repeated as repeated:
            return uuid.UUID(repeated.event.subject.partition(":")[2])
        if row is None:
            raise PaymentRefused(
                "online.none",
                _("Thủ tục {code} không thanh toán trực tuyến được trước ngày {day}.").format(
                    code=procedure_code, day=f"{day:%d/%m/%Y}"
                ),
            )
        _end_online(row, day, viewer, key)
    return row.uid


def _end_online(row: OnlineProcedure, day: dt.date, viewer: Viewer | None, key: str | None = None) -> None:
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    _tell("online:ended", row, viewer, key=key, changed=("valid_to",), day=day)


def _tell(
    verb: str,
    row: FeeProcedure | OnlineProcedure,
    viewer: Viewer | None,
    *,
    key: str | None = None,
    changed: Sequence[str] = (),
    day: dt.date,
) -> None:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname != "basis" and (not changed or field.attname in changed)
    }
    user = viewer.user if viewer else None
    record(
        CODES[verb],
        province=row.province,
        subject=f"{type(row).__name__.lower()}:{row.uid}",
        payload={
            "set" if changed else "new": universal(values),
            "words": {"procedure": row.procedure_code, "day": f"{day:%d/%m/%Y}"},
        },
        actor=user if isinstance(user, User) else None,
        unit_code=row.province.agency_code,
        unit_path="/",
        idempotency_key=key,
    )
