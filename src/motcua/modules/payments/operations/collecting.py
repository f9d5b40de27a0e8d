"""Orders: an attempt to pay, online or at the counter; what partners tell of it; the dossier that goes on."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.events.api import record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now
from motcua.kernel.ids import uuid7
from motcua.kernel.money import Dong
from motcua.kernel.text import squeeze
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import Done, Method, PartnerNotice, Taken
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.events import CODES
from motcua.modules.payments.ledger import Ledger, at_work, opened, operation, plain, required
from motcua.modules.payments.models import METHODS, Charge, Notice, OnlineProcedure, Order, OrderLine
from motcua.modules.payments.operations.going_on import let_go_on
from motcua.modules.payments.rules import COUNTER, MOST, ONLINE, order_minutes
from motcua.modules.payments.states import OPEN_ORDER, TABLE

_CODE_BITS = 80
_BATCH = 200
_SKEW = dt.timedelta(minutes=10)  # how far a partner's clock may be ahead
KEPT_WORDS = {
    "unknown": gettext_noop("Không có giao dịch mang mã này."),
    "amount": gettext_noop("Số tiền báo có khác số tiền của giao dịch."),
    "state": gettext_noop("Giao dịch đã xong hoặc khoản nộp đã được trả bằng giao dịch khác."),
    "partner": gettext_noop("Giao dịch không nộp qua bên thanh toán này."),
}


@operation
def place_order(
    viewer: Viewer,
    charges: Sequence[uuid.UUID],
    method: Method,
    *,
    partner: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """An order to pay charges of one dossier in one sum. Online ("national", "provincial") the procedure must be
    integrated that day, and `partner` names the platform; a transfer or card may name its bank. Of the
    dossier's units over which the viewer holds the right, the desk collects at the counter, the handling unit online.

    Raises NotPermitted, PaymentRefused payments.order.* (charges, method, partner, not-integrated), payments.charge.*.
    """
    rows = {row.uid: row for row in Charge.objects.filter(uid__in=list(charges))}
    if not charges or len(rows) != len(set(charges)):
        raise NotPermitted(may.VIEW)
    first = rows[charges[0]]
    with opened(viewer, first.duty_id, "place_order", first.uid, idempotency_key) as ledger:
        seats = ledger.require(may.COLLECT)
        wanted = [one for one in ledger.charges() if one.uid in rows]
        _check_order(ledger, wanted, len(rows), method, squeeze(partner))
        code, path = seats[0] if method in ONLINE else seats[-1]
        minutes = order_minutes(method, local(ledger.now).date())
        uid = uuid7()
        order = Order(
            province_id=ledger.duty.province_id,
            uid=uid,
            code=order_code(uid),
            duty=ledger.duty,
            unit_code=code,
            unit_path=path,
            method=method,
            amount=sum(one.amount for one in wanted),
            state="created",
            partner=squeeze(partner),
            created_at=ledger.now,
            created_by=ledger.actor,
            expires_at=ledger.now + dt.timedelta(minutes=minutes) if minutes else None,
        )
        order.save(force_insert=True)
        OrderLine.objects.bulk_create(OrderLine(order=order, charge=one, amount=one.amount) for one in wanted)
        also = {}
        for one in wanted:
            ledger.set(one, {"order": order})
            also[f"charge:{one.uid}"] = {"set": {"order_id": order.pk}}
        words = {"order": order.code, "amount": order.amount}
        ledger.tell("order:placed", order, {"new": plain(order)}, also, words)
        return _done(ledger, order)


def _check_order(ledger: Ledger, wanted: list[Charge], count: int, method: str, partner: str) -> None:
    if len(wanted) != count:
        raise PaymentRefused("order.charges", _("Một giao dịch chỉ nộp các khoản của cùng một hồ sơ."))
    if method not in METHODS:
        raise PaymentRefused("order.method", _("Hãy chọn cách nộp trong danh sách."))
    if (method in ONLINE and not partner) or (method == "cash" and partner) or len(partner) > 40:
        raise PaymentRefused(
            "order.partner",
            _(
                "Nộp trực tuyến phải nêu nền tảng thanh toán (không quá 40 ký tự); nộp tiền mặt thì không nêu."
            ),
        )
    for one in wanted:
        if one.state != "due":
            raise PaymentRefused(
                "charge.state",
                _("Khoản “{name}” không còn chờ nộp; hãy tải lại trang.").format(name=one.name),
            )
        if one.order_id is not None:
            raise PaymentRefused(
                "charge.ordered",
                _(
                    "Khoản “{name}” đang nằm trong một giao dịch chưa xong; hãy hủy giao dịch đó trước."
                ).format(name=one.name),
            )
    if method in ONLINE and not _is_integrated(ledger, method):
        raise PaymentRefused(
            "order.not-integrated",
            _("Thủ tục {code} chưa khai tích hợp thanh toán trực tuyến trên cổng này.").format(
                code=ledger.duty.procedure_code
            ),
        )


def _is_integrated(ledger: Ledger, method: str) -> bool:
    found = OnlineProcedure.objects.filter(
        OnlineProcedure.on(local(ledger.now).date()),
        province_id=ledger.duty.province_id,
        procedure_code=ledger.duty.procedure_code,
    ).first()
    return found is not None and method in found.gateways.split(",")


def order_code(uid: uuid.UUID) -> str:
    """What partners know an order by: sixteen letters and digits out of an order's identifier: 74 of its bits are random."""
    return base64.b32encode((uid.int % (1 << _CODE_BITS)).to_bytes(_CODE_BITS // 8)).decode()


@operation
def send_order(viewer: Viewer, order: uuid.UUID, *, idempotency_key: str | None = None) -> Done:
    """The order was handed to its platform: the payer may pay there now."""
    with at_work(viewer, Order, order, "send_order", idempotency_key) as (ledger, row):
        state = ledger.move("send", row)
        if row.method not in ONLINE:
            raise PaymentRefused("order.method", _("Chỉ giao dịch trực tuyến được gửi sang bên thanh toán."))
        values = {"state": state, "sent_at": ledger.now}
        ledger.change("order:sent", row, values, order=row.code, partner=row.partner)
        return _done(ledger, row)


@operation
def collect_order(
    viewer: Viewer,
    order: uuid.UUID,
    amount: Dong,
    *,
    reference: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Money was taken at the counter: in cash, by card, or a transfer seen on the account, with its `reference`.

    Raises NotPermitted, PaymentRefused payments.order.* (state, method, amount, reference).
    """
    with at_work(viewer, Order, order, "collect_order", idempotency_key) as (ledger, row):
        ledger.move("collect", row)
        if row.method not in COUNTER:
            raise PaymentRefused(
                "order.method", _("Giao dịch trực tuyến do bên thanh toán xác nhận, không thu tại quầy.")
            )
        if amount.amount != row.amount:
            raise PaymentRefused(
                "order.amount",
                _("Giao dịch này phải nộp {wanted}, không phải {given}.").format(
                    wanted=Dong(row.amount), given=amount
                ),
            )
        slip = squeeze(reference)
        if row.method != "cash":
            slip = required(
                reference, "order.reference", _("Hãy ghi số chứng từ của ngân hàng, máy thẻ."), 100
            )
        # without a bank named, numbers of slips are unique within the unit and the way they came
        partner = row.partner or (f"{row.method}:{row.unit_code}"[:40] if slip else "")
        try:
            with transaction.atomic():
                resumed = _confirm(ledger, row, ledger.now, partner, slip)
        except IntegrityError as error:
            raise _reference_used(error) from error
        return _done(ledger, row, resumed=resumed)


def _reference_used(error: IntegrityError) -> Exception:
    if "order_reference_once" not in str(error):
        return error
    return PaymentRefused(
        "order.reference", _("Số chứng từ này đã ghi cho một giao dịch khác; hãy kiểm tra lại.")
    )


def take_notice(viewer: Viewer, province: Province, notice: PartnerNotice) -> Taken:
    """Takes what a platform or bank tells. The same notice twice is once; what does not fit an order of ours is kept for
    reconciliation and confirms nothing, and the answer says so: a sender need not, and should not, send it again.

    Raises NotPermitted when the viewer confirms for nobody in the province, PaymentRefused payments.notice.form.
    """
    viewer.require(may.CONFIRM, province=province)
    clean = _checked(notice)
    try:
        return _take(viewer, province, clean)
    except IntegrityError:  # the same notice, or another with its reference, was taken at this very moment
        return _take(viewer, province, clean)


@transaction.atomic
def _take(viewer: Viewer, province: Province, notice: PartnerNotice) -> Taken:
    order = Order.objects.filter(province=province, code=notice.order_code).select_related("duty").first()
    if order is None or not _may_confirm(viewer, order):
        return _keep(viewer, province, notice, None, "unknown")
    with opened(viewer, order.duty_id, "take_notice", order.uid) as ledger:
        order.refresh_from_db()
        known = _known(province, notice)
        if known is not None:
            return _told(known, repeated=True)
        reason = _reason_to_keep(order, notice)
        if reason:
            return _keep(viewer, province, notice, order, reason)
        resumed = _confirm(ledger, order, notice.paid_at, notice.partner, notice.reference)
        return _told(_noted(viewer, province, notice, order, "confirmed", ""), resumed=resumed)


def _may_confirm(viewer: Viewer, order: Order) -> bool:
    """Over the unit that collects, or one of the dossier's."""
    paths = {order.unit_path, order.duty.unit_path, order.duty.received_path}
    return any(viewer.may(may.CONFIRM, province=order.province_id, unit_path=path) for path in paths)


def _checked(notice: PartnerNotice) -> PartnerNotice:
    reference, code, partner = map(squeeze, (notice.reference, notice.order_code, notice.partner))
    if (
        not 0 < len(reference) <= 100
        or not 0 < len(partner) <= 40
        or len(code) > 60
        or not 0 < notice.amount.amount <= MOST
        or notice.paid_at.tzinfo is None
        or notice.paid_at > now() + _SKEW
    ):
        raise PaymentRefused(
            "notice.form",
            _("Báo có phải nêu bên thanh toán, mã tham chiếu, số tiền lớn hơn 0 và thời điểm nộp đã qua."),
        )
    return PartnerNotice(partner, reference, code.upper(), notice.amount, notice.paid_at)


def _known(province: Province, notice: PartnerNotice) -> Notice | None:
    return Notice.objects.filter(
        province=province,
        partner=notice.partner,
        reference=notice.reference,
        order_code=notice.order_code,
        amount=notice.amount.amount,
    ).first()


def _reason_to_keep(order: Order, notice: PartnerNotice) -> str:
    """Why a notice does not confirm its order; "" when it does."""
    if order.partner != notice.partner:
        return "partner"
    if order.amount != notice.amount.amount:
        return "amount"
    if order.state not in TABLE["confirm"].sources:
        return "state"
    lines = OrderLine.objects.filter(order=order).select_related("charge")
    free = all(
        line.charge.state == "due"
        and line.charge.amount == line.amount
        and line.charge.order_id in (None, order.pk)
        for line in lines
    )
    taken = Order.objects.filter(
        province_id=order.province_id, partner=notice.partner, partner_reference=notice.reference
    )
    return "" if free and not taken.exclude(pk=order.pk).exists() else "state"


def _keep(
    viewer: Viewer, province: Province, notice: PartnerNotice, order: Order | None, reason: str
) -> Taken:
    known = _known(province, notice)
    if known is not None:
        return _told(known, repeated=True)
    return _told(_noted(viewer, province, notice, order, "kept", reason))


def _noted(
    viewer: Viewer, province: Province, notice: PartnerNotice, order: Order | None, outcome: str, reason: str
) -> Notice:
    row = Notice(
        province=province,
        unit_code=order.unit_code if order else "",
        unit_path=order.unit_path if order else "/",
        partner=notice.partner,
        reference=notice.reference,
        order_code=notice.order_code,
        amount=notice.amount.amount,
        paid_at=notice.paid_at,
        received_at=now(),
        outcome=outcome,
        reason=reason,
        order=order,
    )
    row.save(force_insert=True)
    words = {"amount": row.amount, "partner": row.partner, "order": row.order_code, "reason": reason}
    record(
        CODES["notice:kept" if outcome == "kept" else "notice:taken"],
        province=province,
        subject=f"notice:{row.uid}",
        payload={"new": plain(row) | {"reason": reason}, "words": words},
        actor=viewer.user if viewer.signed_in else None,
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )
    return row


def _told(row: Notice, *, repeated: bool = False, resumed: bool = False) -> Taken:
    message = _(KEPT_WORDS[row.reason]) if row.reason else ""
    outcome = "repeated" if repeated else row.outcome
    order = row.order.uid if row.order_id and row.order else None
    return Taken(outcome, row.uid, row.reason, message, order, resumed)  # type: ignore[arg-type]


@operation
def fail_order(
    viewer: Viewer, order: uuid.UUID, failure: str = "", *, idempotency_key: str | None = None
) -> Done:
    """The platform says that nothing was paid (`failure`: its code); the charges may be paid otherwise."""
    with at_work(viewer, Order, order, "fail_order", idempotency_key) as (ledger, row):
        state = ledger.move("fail", row)
        _end(ledger, row, state, "order:failed", failure=squeeze(failure)[:60])
        return _done(ledger, row)


@operation
def cancel_order(viewer: Viewer, order: uuid.UUID, *, idempotency_key: str | None = None) -> Done:
    """Gives an order up; should its money come after all, the notice is kept for reconciliation."""
    with at_work(viewer, Order, order, "cancel_order", idempotency_key) as (ledger, row):
        state = ledger.move("cancel_order", row)
        _end(ledger, row, state, "order:cancelled")
        return _done(ledger, row)


def expire_orders() -> int:
    """Ends open orders past their time; returns how many. A beat calls it; two at once are safe."""
    rows = Order.objects.filter(state__in=OPEN_ORDER, expires_at__lte=now()).order_by("expires_at")
    ended = 0
    for pk, duty_id, uid in list(rows.values_list("pk", "duty_id", "uid")[:_BATCH]):
        with opened(None, duty_id, "expire_order", uid) as ledger:
            row = Order.objects.get(pk=pk)
            if row.state in TABLE["expire"].sources:
                _end(ledger, row, TABLE["expire"].to, "order:expired")
                ended += 1
    return ended


def _end(ledger: Ledger, row: Order, state: str, verb: str, **values: Any) -> None:
    """An order that came to nothing: its charges wait for another."""
    also = {}
    for one in Charge.objects.filter(order=row):
        ledger.set(one, {"order": None})
        also[f"charge:{one.uid}"] = {"set": {"order_id": None}}
    ledger.change(verb, row, {"state": state, "ended_at": ledger.now} | values, also=also, order=row.code)


def _confirm(ledger: Ledger, order: Order, paid_at: dt.datetime, partner: str, reference: str) -> bool:
    """The money has come: the order and its charges are paid. Returns whether the dossier goes on by it."""
    ended = {"state": "confirmed", "paid_at": paid_at, "ended_at": ledger.now}
    known = {"partner": partner, "partner_reference": reference} if reference else {}
    ledger.change("order:confirmed", order, ended | known, order=order.code, amount=order.amount)
    paid: list[Charge] = []
    for line in OrderLine.objects.filter(order=order).select_related("charge").order_by("pk"):
        values = {
            "state": "paid",
            "order": order,
            "paid_at": paid_at,
            "method": order.method,
            "closed_at": ledger.now,
        }
        ledger.change("charge:paid", line.charge, values, order=order.code, amount=line.amount)
        paid.append(line.charge)
    ledger.reckon()
    return let_go_on(ledger, paid)


def _done(ledger: Ledger, row: Order, *, resumed: bool = False) -> Done:
    return Done(row.uid, row.state, ledger.duty.dossier_uid, (row.uid,), row.code, resumed=resumed)
