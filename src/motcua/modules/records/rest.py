"""The API of records: the state of a dossier's papers, the store of its applicant, and what is done to them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from motcua.engine.clients.api import declare_scope, scope
from motcua.engine.permissions.api import NotPermitted
from motcua.modules.records import api
from motcua.modules.records import permissions as may
from motcua.modules.records.data import Checks, Consent, Done
from motcua.modules.records.models import ElectronicResult, Paper
from motcua.modules.records.queries import ComponentState, seen_dossier, states_of
from motcua.modules.records.states import WORDS

READ = declare_scope("records.read", "Đọc tình trạng số hóa, kho giấy tờ và kết quả điện tử của hồ sơ")
WRITE = declare_scope(
    "records.write", "Kiểm tra bản số hóa, dùng lại giấy tờ, chuyển kết quả điện tử vào kho"
)
TAGS = ["Giấy tờ, số hóa"]
router = Router()


class ComponentOut(Schema):
    number: int = Field(description="Số thứ tự thành phần hồ sơ")
    code: str = Field(description="Mã giấy tờ")
    name: str = Field(description="Tên giấy tờ")
    state: str = Field(description="due, scanned, accepted, refused, certified, exempt")
    state_word: str = Field(description="Tình trạng số hóa, bằng lời")
    required: bool = Field(description="Phải số hóa")
    digitised: bool = Field(description="Đã số hóa, là bản điện tử, hoặc dùng lại dữ liệu")
    ground: str = Field(description="Lý do không phải số hóa")
    digest: str = Field(description="SHA-256 của bản số hóa")
    reused_paper: UUID | None = Field(description="Giấy tờ trong kho đang dùng lại")


class PaperOut(Schema):
    id: UUID
    kind_code: str = Field(description="Mã loại giấy tờ")
    name: str
    source: str = Field(description="scanned, online, issued, register")
    register_code: str = Field(description="Mã cơ sở dữ liệu nguồn")
    issued_on: dt.date | None
    valid_until: dt.date | None
    state: str = Field(description="valid, replaced, withdrawn")
    scope: str = Field(description="consent, unit, shared, nobody")
    signature: str = Field(description="none, intact, altered, unread")
    digest: str = Field(description="SHA-256 của tệp; rỗng khi là dữ liệu của cơ sở dữ liệu")


class ElectronicResultOut(Schema):
    id: UUID
    number: str = Field(description="Số văn bản kết quả")
    issued_on: dt.date
    kind_code: str = Field(description="Mã kết quả")
    state: str = Field(description="issued, replaced, withdrawn")
    signature: str = Field(description="intact, unread")
    digest: str = Field(description="SHA-256 của tệp")
    delivered_at: dt.datetime | None = Field(description="Chuyển vào kho của người nộp lúc")


class ChecksIn(Schema):
    legible: bool = Field(description="Đọc được")
    complete: bool = Field(description="Đủ trang, đúng thứ tự, không bị cắt")


class ExemptIn(Schema):
    ground: str = Field(max_length=20, description="electronic, shown, opinion, secret, not-listed")


class ReuseIn(Schema):
    paper_id: UUID = Field(description="Giấy tờ trong kho của người nộp")
    consent: str = Field(pattern="^(account|form|law)$", description="account, form, law")
    consented_on: dt.date = Field(description="Ngày người giữ giấy tờ đồng ý")


class RecordDoneOut(Schema):
    id: UUID = Field(description="Mã của hồ sơ, lượt dùng lại hoặc kết quả")
    state: str = Field(description="Trạng thái sau việc này")
    repeated: bool = Field(description="Đã có từ trước, không làm lại")


@router.get("/dossiers/{uuid:uid}/papers", response=list[ComponentOut], summary="Thành phần hồ sơ và tình trạng số hóa", tags=TAGS)  # fmt: skip
@scope(READ)
def papers(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    return [_component(one) for one in states_of(_seen(request, uid))]


@router.get("/dossiers/{uuid:uid}/store", response=list[PaperOut], summary="Giấy tờ trong kho của người nộp còn dùng lại được", tags=TAGS)  # fmt: skip
@scope(READ)
def store(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    _seen(request, uid)
    return [_paper(one) for one in api.usable(api.store_of(request.viewer, uid))[:200]]  # type: ignore[attr-defined]


@router.get("/dossiers/{uuid:uid}/results", response=list[ElectronicResultOut], summary="Kết quả điện tử của hồ sơ, mới nhất trước", tags=TAGS)  # fmt: skip
@scope(READ)
def results(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    _seen(request, uid)
    return [_result(one) for one in api.results_of(request.viewer, uid)[:200]]  # type: ignore[attr-defined]


@router.post("/dossiers/{uuid:uid}/papers/{int:number}/accept", response=RecordDoneOut, summary="Bản số hóa đạt yêu cầu", tags=TAGS)  # fmt: skip
@scope(WRITE)
def accept_scan(request: HttpRequest, uid: UUID, number: int) -> dict[str, Any]:
    return _done(api.accept_scans(_viewer(request, uid), uid, [number]))


@router.post("/dossiers/{uuid:uid}/papers/{int:number}/refuse", response=RecordDoneOut, summary="Yêu cầu quét lại", tags=TAGS)  # fmt: skip
@scope(WRITE)
def refuse_scan(request: HttpRequest, uid: UUID, number: int, sent: ChecksIn) -> dict[str, Any]:
    return _done(api.refuse_scan(_viewer(request, uid), uid, number, Checks(sent.legible, sent.complete)))


@router.post("/dossiers/{uuid:uid}/papers/{int:number}/exempt", response=RecordDoneOut, summary="Ghi không phải số hóa", tags=TAGS)  # fmt: skip
@scope(WRITE)
def exempt(request: HttpRequest, uid: UUID, number: int, sent: ExemptIn) -> dict[str, Any]:
    return _done(api.exempt_papers(_viewer(request, uid), uid, [number], sent.ground))


@router.post("/dossiers/{uuid:uid}/papers/{int:number}/reuse", response=RecordDoneOut, summary="Dùng lại giấy tờ trong kho", tags=TAGS)  # fmt: skip
@scope(WRITE)
def reuse(request: HttpRequest, uid: UUID, number: int, sent: ReuseIn) -> dict[str, Any]:
    consent = Consent(sent.consent, sent.consented_on)  # type: ignore[arg-type]
    return _done(api.reuse_paper(_viewer(request, uid), uid, number, sent.paper_id, consent))


@router.post("/dossiers/{uuid:uid}/deliver", response=RecordDoneOut, summary="Chuyển kết quả điện tử vào kho của người nộp", tags=TAGS)  # fmt: skip
@scope(WRITE)
def deliver(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _done(api.deliver_result(_viewer(request, uid), uid))


def _seen(request: HttpRequest, uid: UUID) -> Any:
    """The dossier, once it is sure that it is of the client's province and units."""
    dossier = seen_dossier(request.viewer, uid)  # type: ignore[attr-defined]
    if dossier.province_id != request.province.pk:  # type: ignore[attr-defined]
        raise NotPermitted(may.VIEW)
    return dossier


def _viewer(request: HttpRequest, uid: UUID) -> Any:
    _seen(request, uid)
    return request.viewer  # type: ignore[attr-defined]


def _component(one: ComponentState) -> dict[str, Any]:
    return {
        "number": one.paper.number,
        "code": one.paper.code,
        "name": one.paper.name,
        "state": str(one.state),
        "state_word": _(WORDS[one.state]),
        "required": one.required,
        "digitised": one.digitised,
        "ground": one.scan.ground if one.scan else "",
        "digest": one.scan.digest if one.scan else "",
        "reused_paper": one.reuse.paper.uid if one.reuse else None,
    }


def _paper(one: Paper) -> dict[str, Any]:
    """Without its number: that is personal, and reading it is noted elsewhere."""
    names = ("kind_code", "name", "source", "register_code", "issued_on", "valid_until", "state", "scope", "signature", "digest")  # fmt: skip
    return {"id": one.uid} | {name: getattr(one, name) for name in names}


def _result(one: ElectronicResult) -> dict[str, Any]:
    names = ("number", "issued_on", "kind_code", "state", "signature", "digest", "delivered_at")
    return {"id": one.uid} | {name: getattr(one, name) for name in names}


def _done(done: Done) -> dict[str, Any]:
    return {"id": done.uid, "state": done.state, "repeated": done.repeated}
