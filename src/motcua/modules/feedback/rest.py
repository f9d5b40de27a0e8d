"""The API of feedback: the same operations and reads as the pages, for other programs. Senders are taken, never given."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from motcua.engine.clients.api import declare_scope, paginate, scope
from motcua.engine.permissions.api import NotPermitted
from motcua.modules.feedback import api
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.data import Petition, RatingDone, RatingDraft, Sender, TicketDone
from motcua.modules.feedback.models import Rating, Ticket
from motcua.modules.feedback.queries import history_of, visible_tickets
from motcua.modules.feedback.states import state_word

READ = declare_scope("feedback.read", "Đọc phản ánh, kiến nghị và đánh giá của các đơn vị được giao")
WRITE = declare_scope("feedback.write", "Chuyển vào phản ánh, kiến nghị và đánh giá")
router = Router()
TAGS = ["Phản ánh, kiến nghị"]


class SenderIn(Schema):
    name: str = Field("", max_length=200, description="Họ tên hoặc tên tổ chức; rỗng: không nêu tên")
    phone: str = Field("", max_length=30, description="Số điện thoại")
    email: str = Field("", max_length=254, description="Thư điện tử")
    address: str = Field("", max_length=500, description="Địa chỉ")


class PetitionIn(Schema):
    kind: str = Field(description="regulation, conduct, service")
    channel: str = Field("portal", description="portal, app, phone, email, post, direct, form, transferred")
    content: str = Field(min_length=1, max_length=20_000, description="Nội dung")
    receiving: str = Field(description="Mã đơn vị tiếp nhận")
    handling: str = Field("", description="Mã đơn vị xử lý; rỗng: đơn vị tiếp nhận")
    sender: SenderIn = Field(default_factory=SenderIn, description="Người gửi")
    summary: str = Field("", max_length=500, description="Trích yếu, không có dữ liệu cá nhân")
    topic: str = Field("", max_length=30, description="Mã chủ đề")
    procedure_code: str = Field("", max_length=20, description="Mã thủ tục hành chính")
    dossier_code: str = Field("", max_length=60, description="Mã hồ sơ")
    external_code: str = Field("", max_length=80, description="Mã ở hệ thống gửi đến; một mã một phản ánh")
    arrived_at: dt.datetime | None = Field(None, description="Thời điểm nhận, nếu trước hiện tại")


class TicketDoneOut(Schema):
    id: UUID = Field(description="Mã nội bộ, không đổi")
    number: str = Field(description="Số trong sổ")
    state: str
    due_at: dt.datetime | None = Field(description="Hạn")
    revision: int = Field(description="Số lần thay đổi")


class TicketOut(Schema):
    id: UUID
    number: str
    external_code: str
    kind: str
    topic: str
    channel: str
    state: str
    state_word: str
    outcome: str
    receiving: str
    handling: str
    procedure_code: str
    dossier_code: str
    summary: str
    received_at: dt.datetime
    due_at: dt.datetime
    answered_at: dt.datetime | None
    resolved_at: dt.datetime | None
    published_at: dt.datetime | None
    on_time: bool | None
    reopenings: int
    likes: int
    dislikes: int
    published_question: str
    published_answer: str
    revision: int


class TicketsOut(Schema):
    items: list[TicketOut]
    next: str = Field(description="Con trỏ trang sau; rỗng là hết")


class HappenedOut(Schema):
    at: dt.datetime
    type: str
    sentence: str


class TextIn(Schema):
    text: str = Field(min_length=1, max_length=4000, description="Nội dung")


class ReactionsIn(Schema):
    likes: int = Field(ge=0, description="Lượt hài lòng đến nay")
    dislikes: int = Field(ge=0, description="Lượt không hài lòng đến nay")


class RatingIn(Schema):
    dossier_code: str = Field(max_length=60, description="Mã hồ sơ")
    kind: str = Field("handling", description="reception, handling")
    level: str = Field(description="Mức hài lòng, theo thang đang áp dụng")
    scores: dict[str, int] = Field(default_factory=dict, description="Điểm từng tiêu chí")
    reasons: list[str] = Field(default_factory=list, max_length=20, description="Mã lý do")
    comment: str = Field("", max_length=2000, description="Ý kiến")
    channel: str = Field("portal", description="tablet, portal, phone, paper")


class RatingDoneOut(Schema):
    id: UUID
    level: str
    changed: bool = Field(description="Thay đánh giá trước")
    revision: int


class RatingOut(Schema):
    id: UUID
    dossier_code: str
    kind: str
    unit: str
    procedure_code: str
    channel: str
    scale: str
    level: str
    counts: str = Field(description="liked, disliked, neither")
    scores: dict[str, int]
    reasons: list[str]
    rated_at: dt.datetime
    changed_at: dt.datetime | None


class RatingsOut(Schema):
    items: list[RatingOut]
    next: str = Field(description="Con trỏ trang sau; rỗng là hết")


@router.post("/tickets", response=TicketDoneOut, summary="Tiếp nhận phản ánh, kiến nghị", tags=TAGS)
@scope(WRITE)
def receive_petition(request: HttpRequest, sent: PetitionIn) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    values = sent.dict() | {"sender": Sender(**sent.sender.dict())}
    return _done(api.receive_ticket(viewer, province, Petition(**values)))


@router.get("/tickets", response=TicketsOut, summary="Phản ánh, kiến nghị, mới nhất trước", tags=TAGS)
@scope(READ)
def petitions(
    request: HttpRequest,
    cursor: str = Query("", max_length=500, description="Con trỏ của trang"),
    limit: int = Query(50, description="Số dòng, 1-200"),
    state: str = Query("", max_length=12, description="Trạng thái; rỗng là mọi trạng thái"),
) -> dict[str, Any]:
    rows = visible_tickets(request.viewer, request.province)  # type: ignore[attr-defined]
    if state:
        rows = rows.filter(state=state)
    page = paginate(rows, cursor=cursor, limit=limit, descending=True, name=f"feedback.tickets:{state}")
    return {"items": [_shown(one) for one in page.items], "next": page.next}


@router.get("/tickets/{uuid:uid}", response=TicketOut, summary="Một phản ánh, kiến nghị", tags=TAGS)
@scope(READ)
def read_petition(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _shown(_found(request, uid))


@router.get(
    "/tickets/{uuid:uid}/history", response=list[HappenedOut], summary="Lịch sử xử lý, bằng lời", tags=TAGS
)
@scope(READ)
def petition_history(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "type": one.type, "sentence": one.sentence}
        for one in history_of(_found(request, uid))
    ]  # fmt: skip


@router.post(
    "/tickets/{uuid:uid}/withdraw", response=TicketDoneOut, summary="Người gửi rút phản ánh", tags=TAGS
)
@scope(WRITE)
def withdraw_petition(request: HttpRequest, uid: UUID, sent: TextIn) -> dict[str, Any]:
    return _done(api.withdraw_ticket(request.viewer, request.province, uid, sent.text))  # type: ignore[attr-defined]


@router.post(
    "/tickets/{uuid:uid}/reactions", response=TicketDoneOut, summary="Lượt hài lòng về câu trả lời", tags=TAGS
)
@scope(WRITE)
def petition_reactions(request: HttpRequest, uid: UUID, sent: ReactionsIn) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    return _done(api.record_reactions(viewer, province, uid, sent.likes, sent.dislikes))


@router.post("/ratings", response=RatingDoneOut, summary="Ghi đánh giá của người nộp hồ sơ", tags=TAGS)
@scope(WRITE)
def rate(request: HttpRequest, sent: RatingIn) -> dict[str, Any]:
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    draft = RatingDraft(
        sent.kind,  # type: ignore[arg-type]
        sent.level,
        sent.scores,
        tuple(sent.reasons),
        sent.comment,
        sent.channel,  # type: ignore[arg-type]
    )
    done: RatingDone = api.record_rating(viewer, province, sent.dossier_code, draft)
    return {"id": done.uid, "level": done.level, "changed": done.changed, "revision": done.revision}


@router.get("/ratings", response=RatingsOut, summary="Đánh giá của các đơn vị, mới nhất trước", tags=TAGS)
@scope(READ)
def ratings(
    request: HttpRequest,
    cursor: str = Query("", max_length=500, description="Con trỏ của trang"),
    limit: int = Query(50, description="Số dòng, 1-200"),
) -> dict[str, Any]:
    rows = api.visible_ratings(request.viewer, request.province)  # type: ignore[attr-defined]
    page = paginate(rows, cursor=cursor, limit=limit, descending=True, name="feedback.ratings")
    return {"items": [_said(one) for one in page.items], "next": page.next}


def _found(request: HttpRequest, uid: UUID) -> Ticket:
    row = api.find_ticket(request.viewer, request.province, uid)  # type: ignore[attr-defined]
    if row is None:
        raise NotPermitted(may.VIEW)
    return row


def _done(done: TicketDone) -> dict[str, Any]:
    return {
        "id": done.uid,
        "number": done.number,
        "state": done.state,
        "due_at": done.due_at,
        "revision": done.revision,
    }


_PLAIN = (
    "number", "external_code", "kind", "topic", "channel", "state", "outcome", "procedure_code", "dossier_code",
    "summary", "received_at", "due_at", "answered_at", "resolved_at", "published_at", "on_time", "reopenings",
    "likes", "dislikes", "published_question", "published_answer", "revision",
)  # fmt: skip


def _shown(row: Ticket) -> dict[str, Any]:
    """Without what is sealed."""
    return {name: getattr(row, name) for name in _PLAIN} | {
        "id": row.uid,
        "state_word": state_word(row.state),
        "receiving": row.received_code,
        "handling": row.unit_code,
    }


def _said(row: Rating) -> dict[str, Any]:
    """Without the comment, which is sealed."""
    return {
        "id": row.uid,
        "dossier_code": row.dossier_code,
        "kind": row.kind,
        "unit": row.unit_code,
        "procedure_code": row.procedure_code,
        "channel": row.channel,
        "scale": row.scale,
        "level": row.level,
        "counts": row.counts,
        "scores": row.scores,
        "reasons": row.reasons,
        "rated_at": row.rated_at,
        "changed_at": row.changed_at,
    }
