"""The API of payments: what a dossier owes, orders, what payment platforms tell, statements of their days."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from motcua.engine.clients.api import declare_scope, paginate, scope
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.money import Dong
from motcua.modules.payments import api
from motcua.modules.payments import permissions as may
from motcua.modules.payments.models import Charge, Order
from motcua.modules.payments.rules import MOST

READ = declare_scope("payments.read", "Đọc khoản phải nộp, giao dịch của các đơn vị được giao")
WRITE = declare_scope("payments.write", "Ghi khoản phải nộp, lập giao dịch nộp")
CONFIRM = declare_scope("payments.confirm", "Báo kết quả thanh toán, nộp sao kê đối soát")
TAGS = ["Thanh toán"]
router = Router()


class ChargeOut(Schema):
    id: UUID = Field(description="Mã nội bộ, không đổi")
    dossier_id: UUID
    dossier_code: str = Field(description="Mã hồ sơ; rỗng khi chưa tiếp nhận")
    unit: str = Field(description="Mã đơn vị giải quyết")
    kind: str = Field(description="charge phí, fee lệ phí, tax thuế, land nghĩa vụ về đất đai")
    name: str
    listed: int = Field(description="Mức thu trước miễn, giảm; đồng")
    amount: int = Field(description="Số phải nộp; đồng")
    state: str = Field(description="due, paid, exempt, cancelled")
    due_before: str = Field(description="receipt, handling, result")
    due_on: dt.date | None
    charged_at: dt.datetime
    paid_at: dt.datetime | None
    method: str
    refunded: int


class ChargesOut(Schema):
    items: list[ChargeOut]
    next: str = Field(description="Con trỏ trang sau; rỗng là hết")


class DutyOut(Schema):
    dossier_id: UUID
    owed: int = Field(description="Tổng phải nộp; đồng")
    paid: int = Field(description="Đã nộp; đồng")
    settled_at: dt.datetime | None = Field(description="Lúc nộp đủ; null khi còn phải nộp")
    charges: list[ChargeOut]


class ChoiceIn(Schema):
    name: str = Field(max_length=300, description="Tên mức thu trong danh mục")
    quantity: int = Field(1, ge=1, le=10_000, description="Số lượng tính phí")
    amount: int | None = Field(
        None, gt=0, le=MOST, description="Số tiền một đơn vị, khi danh mục ghi bằng chữ"
    )


class CatalogueIn(Schema):
    choices: list[ChoiceIn] = Field(default_factory=list, max_length=50)


class ChargeIn(Schema):
    kind: str = Field(pattern="^(charge|fee|tax|land)$", description="charge, fee, tax, land")
    name: str = Field(min_length=1, max_length=300, description="Tên khoản phải nộp")
    amount: int = Field(gt=0, le=MOST, description="Số tiền; đồng")
    basis: str = Field(min_length=1, max_length=500, description="Thông báo, văn bản làm căn cứ")
    due_before: str = Field(
        "handling", pattern="^(receipt|handling|result)$", description="Việc chờ khoản này"
    )
    due_on: dt.date | None = Field(None, description="Hạn nộp")


class OrderIn(Schema):
    charges: list[UUID] = Field(min_length=1, max_length=50, description="Các khoản nộp, của một hồ sơ")
    method: str = Field(pattern="^(national|provincial|transfer|pos|cash)$", description="Cách nộp")
    partner: str = Field("", max_length=40, description="Nền tảng thanh toán, ngân hàng")


class OrderOut(Schema):
    id: UUID
    code: str = Field(description="Mã giao dịch gửi sang bên thanh toán, 16 ký tự")
    dossier_id: UUID
    amount: int = Field(description="Đồng")
    method: str
    partner: str
    state: str = Field(description="created, sent, confirmed, failed, expired, cancelled")
    expires_at: dt.datetime | None
    paid_at: dt.datetime | None


class FailureIn(Schema):
    failure: str = Field("", max_length=60, description="Mã lỗi của bên thanh toán")


class NoticeIn(Schema):
    partner: str = Field(min_length=1, max_length=40, description="Bên thanh toán")
    reference: str = Field(min_length=1, max_length=100, description="Mã tham chiếu của bên thanh toán")
    order_code: str = Field(max_length=60, description="Mã giao dịch")
    amount: int = Field(gt=0, le=MOST, description="Số tiền đã nộp; đồng")
    paid_at: dt.datetime = Field(description="Thời điểm nộp, có múi giờ")


class TakenOut(Schema):
    id: UUID
    outcome: str = Field(
        description="confirmed đã xác nhận, repeated đã nhận trước đó, kept giữ lại để đối soát"
    )
    reason: str = Field(description="Vì sao giữ lại: unknown, amount, state, partner")
    message: str
    order_id: UUID | None
    resumed: bool = Field(description="Hồ sơ chờ khoản này đã chạy tiếp")


class LineIn(Schema):
    reference: str = Field(min_length=1, max_length=100)
    order_code: str = Field("", max_length=60)
    amount: int = Field(gt=0, le=MOST, description="Đồng")


class StatementIn(Schema):
    partner: str = Field(min_length=1, max_length=40, description="Bên thanh toán")
    day: dt.date = Field(description="Ngày đối soát")
    unit: str = Field("", max_length=35, description="Mã đơn vị; rỗng là toàn tỉnh")
    lines: list[LineIn] = Field(max_length=20_000)


class DayOut(Schema):
    id: UUID
    matched: int
    missing_here: int = Field(description="Bên thanh toán có, hệ thống này chưa ghi nhận")
    missing_there: int = Field(description="Hệ thống này có, bên thanh toán không có")
    differs: int = Field(description="Khác số tiền")


# -- what is owed -----------------------------------------------------------------------------------


@router.get("", response=ChargesOut, summary="Khoản phải nộp của các đơn vị được giao", tags=TAGS)
@scope(READ)
def list_charges(
    request: HttpRequest,
    cursor: str = Query("", max_length=500, description="Con trỏ của trang"),
    limit: int = Query(50, description="Số dòng, 1-200"),
    state: str = Query(
        "", pattern="^(|due|paid|exempt|cancelled)$", description="Trạng thái; rỗng là tất cả"
    ),
) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    rows = api.charges(viewer, province, state)
    page = paginate(rows, cursor=cursor, limit=limit, descending=True, name=f"payments:{state}")
    return {"items": [_charge(one) for one in page.items], "next": page.next}


@router.get("/dossiers/{uuid:uid}", response=DutyOut, summary="Nghĩa vụ tài chính của hồ sơ", tags=TAGS)
@scope(READ)
def read_duty(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _duty(request, uid)


@router.post(
    "/dossiers/{uuid:uid}/catalogue", response=DutyOut, summary="Ghi phí, lệ phí theo danh mục", tags=TAGS
)
@scope(WRITE)
def charge_fees(request: HttpRequest, uid: UUID, sent: CatalogueIn) -> dict[str, Any]:
    choices = {
        one.name: api.FeeChoice(one.quantity, Dong(one.amount) if one.amount else None)
        for one in sent.choices
    }
    api.charge_by_catalogue(*_who(request), uid, choices)
    return _duty(request, uid)


@router.post(
    "/dossiers/{uuid:uid}/charges", response=DutyOut, summary="Ghi khoản phải nộp theo thông báo", tags=TAGS
)
@scope(WRITE)
def charge_notice(request: HttpRequest, uid: UUID, sent: ChargeIn) -> dict[str, Any]:
    draft = api.ChargeDraft(
        sent.kind,  # type: ignore[arg-type]
        sent.name,
        Dong(sent.amount),
        sent.basis,
        sent.due_before,  # type: ignore[arg-type]
        sent.due_on,
    )
    api.raise_charge(*_who(request), uid, draft)
    return _duty(request, uid)


# -- orders -----------------------------------------------------------------------------------------


@router.post("/orders", response=OrderOut, summary="Lập giao dịch nộp", tags=TAGS)
@scope(WRITE)
def place_order(request: HttpRequest, sent: OrderIn) -> dict[str, Any]:
    viewer = _who(request)[0]
    done = api.place_order(viewer, sent.charges, sent.method, partner=sent.partner)  # type: ignore[arg-type]
    return _order(request, done.uid)


@router.get("/orders/{uuid:uid}", response=OrderOut, summary="Một giao dịch nộp", tags=TAGS)
@scope(READ)
def read_order(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _order(request, uid)


@router.post("/orders/{uuid:uid}/send", response=OrderOut, summary="Đã gửi sang bên thanh toán", tags=TAGS)
@scope(WRITE)
def send_order(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    _order(request, uid)
    api.send_order(_who(request)[0], uid)
    return _order(request, uid)


@router.post("/orders/{uuid:uid}/fail", response=OrderOut, summary="Thanh toán không thành công", tags=TAGS)
@scope(CONFIRM)
def fail_order(request: HttpRequest, uid: UUID, sent: FailureIn) -> dict[str, Any]:
    _order(request, uid)
    api.fail_order(_who(request)[0], uid, sent.failure)
    return _order(request, uid)


@router.post("/orders/{uuid:uid}/cancel", response=OrderOut, summary="Hủy giao dịch", tags=TAGS)
@scope(WRITE)
def cancel_order(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    _order(request, uid)
    api.cancel_order(_who(request)[0], uid)
    return _order(request, uid)


# -- partners ---------------------------------------------------------------------------------------


@router.post("/notices", response=TakenOut, summary="Báo có của bên thanh toán", tags=TAGS)
@scope(CONFIRM)
def take_notice(request: HttpRequest, sent: NoticeIn) -> dict[str, Any]:
    told = api.PartnerNotice(sent.partner, sent.reference, sent.order_code, Dong(sent.amount), sent.paid_at)
    taken = api.take_notice(*_who(request), told)
    return {
        "id": taken.uid,
        "outcome": taken.outcome,
        "reason": taken.reason,
        "message": taken.message,
        "order_id": taken.order,
        "resumed": taken.resumed,
    }


@router.post("/statements", response=DayOut, summary="Sao kê một ngày để đối soát", tags=TAGS)
@scope(CONFIRM)
def take_statement(request: HttpRequest, sent: StatementIn) -> dict[str, Any]:
    lines = [api.StatementLine(one.reference, Dong(one.amount), one.order_code) for one in sent.lines]
    done = api.reconcile_day(*_who(request), sent.partner, sent.day, lines, unit_code=sent.unit)
    return {
        "id": done.uid,
        "matched": done.matched,
        "missing_here": done.missing_here,
        "missing_there": done.missing_there,
        "differs": done.differs,
    }


# -- parts ------------------------------------------------------------------------------------------


def _who(request: HttpRequest) -> tuple[Any, Any]:
    return request.viewer, request.province  # type: ignore[attr-defined]


def _duty(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    duty = api.find_duty(*_who(request), uid)
    if duty is None:
        raise NotPermitted(may.VIEW)
    return {
        "dossier_id": uid,
        "owed": duty.owed,
        "paid": duty.paid,
        "settled_at": duty.settled_at,
        "charges": [_charge(one) for one in api.charges_of_dossier(*_who(request), uid)],
    }


def _order(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    order: Order | None = api.find_order(*_who(request), uid)
    if order is None:
        raise NotPermitted(may.VIEW)
    return {
        "id": order.uid,
        "code": order.code,
        "dossier_id": order.duty.dossier_uid,
        "amount": order.amount,
        "method": order.method,
        "partner": order.partner,
        "state": order.state,
        "expires_at": order.expires_at,
        "paid_at": order.paid_at,
    }


def _charge(one: Charge) -> dict[str, Any]:
    return {
        "id": one.uid,
        "dossier_id": one.duty.dossier_uid,
        "dossier_code": one.duty.dossier_code,
        "unit": one.unit_code,
        "kind": one.kind,
        "name": one.name,
        "listed": one.listed,
        "amount": one.amount,
        "state": one.state,
        "due_before": one.due_before,
        "due_on": one.due_on,
        "charged_at": one.charged_at,
        "paid_at": one.paid_at,
        "method": one.method,
        "refunded": one.refunded,
    }
