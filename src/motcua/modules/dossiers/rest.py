"""The API of dossiers: the same operations and reads as the pages, for other programs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from motcua.engine.clients.api import ApiError, declare_scope, paginate, scope
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.text import search_key
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import Done, Filing, HandedPaper, Handover, ResultDraft
from motcua.modules.dossiers.models import Dossier
from motcua.modules.dossiers.queries import WorkFilter, find_dossier, history, in_units, may_open, work_list
from motcua.modules.dossiers.states import status_word
from motcua.modules.dossiers.units import unit_by_code
from motcua.reference.applicants.api import Applicant, ApplicantDraft, ApplicantRefused, register_applicant
from motcua.reference.people.api import UnitRef

READ = declare_scope("dossiers.read", "Đọc hồ sơ của các đơn vị được giao")
WRITE = declare_scope("dossiers.write", "Nộp, tiếp nhận và xử lý hồ sơ")
router = Router()


class PaperIn(Schema):
    name: str = Field(max_length=1000, description="Tên giấy tờ")
    code: str = Field("", max_length=60, description="Mã giấy tờ")
    originals: int = Field(1, ge=0, le=99, description="Số bản chính")
    copies: int = Field(0, ge=0, le=99, description="Số bản sao")
    source: str = Field("", max_length=200, description="Cơ sở dữ liệu dùng thay giấy tờ")


class PersonIn(Schema):
    kind: str = Field(
        "citizen", description="citizen, foreigner, household_business, enterprise, organisation"
    )
    display_name: str = Field(max_length=200, description="Họ tên hoặc tên tổ chức")
    identity_kind: str = Field(
        "", description="citizen_id, old_id, passport, tax_code, enterprise_number, other"
    )
    identity_number: str = Field("", max_length=40, description="Số giấy tờ")
    phone: str = Field("", max_length=30, description="Số điện thoại")
    email: str = Field("", max_length=200, description="Thư điện tử")
    address: str = Field("", max_length=500, description="Địa chỉ")


class FilingIn(Schema):
    procedure_code: str = Field(description="Mã thủ tục hành chính")
    receiving: str = Field(description="Mã đơn vị tiếp nhận")
    handling: str = Field("", description="Mã đơn vị giải quyết; rỗng: theo danh mục thủ tục")
    returning: str = Field("", description="Mã đơn vị trả kết quả; rỗng: nơi tiếp nhận")
    applicant_id: UUID | None = Field(None, description="Mã người nộp đã có")
    applicant: PersonIn | None = Field(None, description="Người nộp mới, khi chưa có mã")
    case: str = Field("", max_length=300, description="Trường hợp của thủ tục")
    channel: int = Field(2, ge=1, le=3, description="1 trực tiếp, 2 trực tuyến, 3 bưu chính công ích")
    subject: str = Field("", max_length=1000, description="Trích yếu")
    sets: int = Field(1, ge=1, le=99, description="Số bộ hồ sơ")
    papers: list[PaperIn] = Field(default_factory=list, max_length=200, description="Thành phần hồ sơ")
    receive: bool = Field(False, description="Tiếp nhận ngay; không: chờ đơn vị tiếp nhận kiểm tra")


class DoneOut(Schema):
    id: UUID = Field(description="Mã nội bộ, không đổi")
    code: str | None = Field(description="Mã hồ sơ; null khi chưa tiếp nhận")
    status: int = Field(description="Trạng thái theo mã quốc gia, 1-10")
    revision: int = Field(description="Số lần thay đổi")
    promised: dt.datetime | None = Field(description="Hẹn trả")


class DossierOut(Schema):
    id: UUID
    code: str | None
    status: int
    status_word: str
    procedure_code: str
    procedure_name: str
    receiving: str
    handling: str
    returning: str
    channel: int
    steps: str = Field(description="Các bước đang mở")
    received_at: dt.datetime | None
    promised: dt.datetime | None
    legal_due: dt.datetime | None
    index_due: dt.datetime | None
    ended_at: dt.datetime | None
    returned_at: dt.datetime | None
    supplements: int
    extensions: int
    paused_for: str
    revision: int


class DossiersOut(Schema):
    items: list[DossierOut]
    next: str = Field(description="Con trỏ trang sau; rỗng là hết")


class HappenedOut(Schema):
    at: dt.datetime
    type: str
    sentence: str


class WorkOut(Schema):
    dossier_id: UUID
    code: str | None
    step: str
    step_name: str
    kind: str
    unit: str
    due_at: dt.datetime | None


class StepIn(Schema):
    step: str = Field("", max_length=40, description="Khóa của bước, khi hồ sơ mở nhiều bước")
    note: str = Field("", max_length=1000, description="Ghi chú")


class ForwardIn(StepIn):
    outcome: str = Field("", max_length=40, description="Hướng xử lý khác hướng thường")


class ResultIn(StepIn):
    name: str = Field(max_length=500, description="Tên kết quả")
    favourable: bool = Field(True, description="Đồng ý với yêu cầu hay không")
    summary: str = Field("", max_length=2000, description="Tóm tắt cho người nộp")


class ReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=2000, description="Lý do")


class SupplementIn(ReasonIn):
    items: list[str] = Field(min_length=1, max_length=50, description="Giấy tờ, nội dung cần bổ sung")


class HandoverIn(Schema):
    how: str = Field("counter", pattern="^(counter|post|online)$", description="counter, post, online")
    to: str = Field("", max_length=200, description="Người nhận")
    authorised: bool = Field(False, description="Người được uỷ quyền nhận")


@router.post("", response=DoneOut, summary="Nộp hồ sơ", tags=["Hồ sơ"])
@scope(WRITE)
def file(request: HttpRequest, sent: FilingIn) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    filing = Filing(
        procedure_code=sent.procedure_code,
        applicant=_applicant(request, sent),
        receiving=sent.receiving,
        handling=sent.handling,
        returning=sent.returning,
        case=sent.case,
        channel=sent.channel,
        origin="system",
        subject=sent.subject,
        sets=sent.sets,
        papers=tuple(HandedPaper(**paper.dict()) for paper in sent.papers),
    )
    work = api.file_dossier if sent.receive else api.register_dossier
    return _done(work(viewer, province, filing))


def _applicant(request: HttpRequest, sent: FilingIn) -> UUID:
    if sent.applicant_id is not None:
        return sent.applicant_id
    if sent.applicant is None:
        raise ApiError(
            422, "dossiers.filing.applicant", "Cần applicant_id hoặc applicant.", where="body.applicant"
        )
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    code, path = unit_by_code(province.pk, sent.receiving)
    draft = ApplicantDraft(**sent.applicant.dict())
    try:
        return register_applicant(viewer, province, draft, unit=UnitRef(code, path)).uid
    except ApplicantRefused as refusal:
        if refusal.known is None:
            raise
        return _same_person(refusal.known, draft)


def _same_person(known: Applicant, draft: ApplicantDraft) -> UUID:
    """Whoever bears this number already, when the name is the same; with another name, nobody is told whose it is."""
    if search_key(known.display_name) == search_key(draft.display_name):
        return known.uid
    raise ApiError(
        409,
        "applicants.identity.known",
        _("Số giấy tờ này đã ghi nhận với họ tên khác; hãy kiểm tra lại họ tên và số giấy tờ."),
        where="body.applicant.identity_number",
    )


@router.get(
    "", response=DossiersOut, summary="Hồ sơ của các đơn vị được giao, mới nhất trước", tags=["Hồ sơ"]
)
@scope(READ)
def dossiers(
    request: HttpRequest,
    cursor: str = Query("", max_length=500, description="Con trỏ của trang"),
    limit: int = Query(50, description="Số dòng, 1-200"),
    status: int = Query(0, ge=0, le=10, description="Trạng thái; 0 là mọi trạng thái"),
) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    rows = in_units(viewer, Dossier.objects.filter(province=province))
    if status:
        rows = rows.filter(status=status)
    page = paginate(rows, cursor=cursor, limit=limit, descending=True, name=f"dossiers:{status}")
    return {"items": [_shown(one) for one in page.items], "next": page.next}


@router.get(
    "/work", response=list[WorkOut], summary="Bước đang mở mà kết nối được làm, theo hạn", tags=["Hồ sơ"]
)
@scope(READ)
def work(
    request: HttpRequest, limit: int = Query(50, ge=1, le=200, description="Số dòng")
) -> list[dict[str, Any]]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    return [
        {
            "dossier_id": task.dossier.uid,
            "code": task.dossier.code,
            "step": task.key,
            "step_name": task.name,
            "kind": task.kind,
            "unit": task.unit_code,
            "due_at": task.due_at,
        }
        for task in work_list(viewer, province, WorkFilter(whose="unit"))[:limit]
    ]


@router.get("/{uuid:uid}", response=DossierOut, summary="Một hồ sơ", tags=["Hồ sơ"])
@scope(READ)
def read_dossier(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _shown(_found(request, uid))


@router.get(
    "/{uuid:uid}/history", response=list[HappenedOut], summary="Lịch sử của hồ sơ, bằng lời", tags=["Hồ sơ"]
)
@scope(READ)
def read_history(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "type": one.type, "sentence": one.sentence} for one in history(_found(request, uid))
    ]


@router.post("/{uuid:uid}/receive", response=DoneOut, summary="Tiếp nhận hồ sơ đã đăng ký", tags=["Hồ sơ"])
@scope(WRITE)
def receive(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _done(api.receive_dossier(_seen(request, uid), uid))


@router.post("/{uuid:uid}/forward", response=DoneOut, summary="Xong bước, chuyển bước sau", tags=["Hồ sơ"])
@scope(WRITE)
def forward(request: HttpRequest, uid: UUID, sent: ForwardIn) -> dict[str, Any]:
    return _done(
        api.forward_dossier(_seen(request, uid), uid, step=sent.step, outcome=sent.outcome, note=sent.note)
    )


@router.post("/{uuid:uid}/submit", response=DoneOut, summary="Trình duyệt dự thảo kết quả", tags=["Hồ sơ"])
@scope(WRITE)
def submit(request: HttpRequest, uid: UUID, sent: ResultIn) -> dict[str, Any]:
    draft = ResultDraft(sent.name, sent.favourable, sent.summary)
    return _done(api.submit_dossier(_seen(request, uid), uid, draft, step=sent.step, note=sent.note))


@router.post("/{uuid:uid}/approve", response=DoneOut, summary="Duyệt", tags=["Hồ sơ"])
@scope(WRITE)
def approve(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return _done(api.approve_dossier(_seen(request, uid), uid, step=sent.step, note=sent.note))


@router.post("/{uuid:uid}/sign", response=DoneOut, summary="Ký", tags=["Hồ sơ"])
@scope(WRITE)
def sign(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return _done(api.sign_dossier(_seen(request, uid), uid, step=sent.step, note=sent.note))


@router.post("/{uuid:uid}/result", response=DoneOut, summary="Phát hành kết quả", tags=["Hồ sơ"])
@scope(WRITE)
def result(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return _done(api.record_result(_seen(request, uid), uid, step=sent.step))


@router.post("/{uuid:uid}/return", response=DoneOut, summary="Trả kết quả", tags=["Hồ sơ"])
@scope(WRITE)
def return_(request: HttpRequest, uid: UUID, sent: HandoverIn) -> dict[str, Any]:
    handover = Handover(sent.how, sent.to, sent.authorised)  # type: ignore[arg-type]
    return _done(api.return_result(_seen(request, uid), uid, handover))


@router.post("/{uuid:uid}/supplement", response=DoneOut, summary="Yêu cầu bổ sung", tags=["Hồ sơ"])
@scope(WRITE)
def supplement(request: HttpRequest, uid: UUID, sent: SupplementIn) -> dict[str, Any]:
    return _done(api.request_supplement(_seen(request, uid), uid, sent.items, sent.reason))


@router.post("/{uuid:uid}/supplement/answer", response=DoneOut, summary="Nộp bổ sung", tags=["Hồ sơ"])
@scope(WRITE)
def answer_supplement(request: HttpRequest, uid: UUID, sent: list[PaperIn]) -> dict[str, Any]:
    papers = [HandedPaper(**paper.dict()) for paper in sent]
    return _done(api.take_supplement(_seen(request, uid), uid, papers))


@router.post(
    "/{uuid:uid}/paid", response=DoneOut, summary="Đã có chứng từ nghĩa vụ tài chính", tags=["Hồ sơ"]
)
@scope(WRITE)
def paid(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _done(api.resume_after_payment(_seen(request, uid), uid))


@router.post("/{uuid:uid}/withdraw", response=DoneOut, summary="Rút hồ sơ", tags=["Hồ sơ"])
@scope(WRITE)
def withdraw(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return _done(api.withdraw_dossier(_seen(request, uid), uid, sent.reason))


def _found(request: HttpRequest, uid: UUID) -> Dossier:
    dossier = find_dossier(request.viewer, request.province, uid)  # type: ignore[attr-defined]
    if dossier is None:
        raise NotPermitted(may.VIEW)
    return dossier


def _seen(request: HttpRequest, uid: UUID) -> Any:
    """The viewer, once it is sure that the dossier is of the client's province and units."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if not may_open(viewer, request.province, uid):  # type: ignore[attr-defined]
        raise NotPermitted(may.VIEW)
    return viewer


def _done(done: Done) -> dict[str, Any]:
    return {
        "id": done.uid,
        "code": done.code,
        "status": done.status,
        "revision": done.revision,
        "promised": done.promised,
    }


def _shown(one: Dossier) -> dict[str, Any]:
    return {
        "id": one.uid,
        "code": one.code,
        "status": one.status,
        "status_word": status_word(one.status),
        "procedure_code": one.procedure_code,
        "procedure_name": one.procedure_name,
        "receiving": one.received_code,
        "handling": one.unit_code,
        "returning": one.return_code,
        "channel": one.channel,
        "steps": one.steps,
        "received_at": one.received_at,
        "promised": one.promised,
        "legal_due": one.legal_due,
        "index_due": one.index_due,
        "ended_at": one.ended_at,
        "returned_at": one.returned_at,
        "supplements": one.supplements,
        "extensions": one.extensions,
        "paused_for": one.paused_for,
        "revision": one.revision,
    }
