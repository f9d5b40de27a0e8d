"""What moves or explains the clock: supplements, waiting, new dates, apologies, causes of lateness."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from motcua.engine.clients.api import scope
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import HandedPaper
from motcua.modules.dossiers.queries import closing_of
from motcua.modules.dossiers.rest.schemas import (
    ApologyIn,
    CauseIn,
    DoneOut,
    ExtensionIn,
    PaperIn,
    ReasonIn,
    SupplementIn,
    SystemIn,
)
from motcua.modules.dossiers.rest.shared import TAGS, WRITE, caller, done_out, found, router, seen

# -- supplements ------------------------------------------------------------------------------------


@router.post("/{uuid:uid}/supplement", response=DoneOut, summary="Yêu cầu bổ sung", tags=TAGS)
@scope(WRITE)
def supplement(request: HttpRequest, uid: UUID, sent: SupplementIn) -> dict[str, Any]:
    return done_out(api.request_supplement(seen(request, uid), uid, sent.items, sent.reason))


@router.post("/{uuid:uid}/supplement/answer", response=DoneOut, summary="Nộp bổ sung", tags=TAGS)
@scope(WRITE)
def answer_supplement(request: HttpRequest, uid: UUID, sent: list[PaperIn]) -> dict[str, Any]:
    papers = [HandedPaper(**paper.dict()) for paper in sent]
    return done_out(api.take_supplement(seen(request, uid), uid, papers))


@router.post(
    "/{uuid:uid}/supplement/consent",
    response=DoneOut,
    summary="Lãnh đạo đồng ý yêu cầu bổ sung thêm, theo ngoại lệ của tỉnh",
    tags=TAGS,
)
@scope(WRITE)
def consent_to_supplement(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return done_out(api.consent_to_supplement(seen(request, uid), uid, sent.reason))


# -- waiting ----------------------------------------------------------------------------------------


@router.post(
    "/{uuid:uid}/pause-for-payment",
    response=DoneOut,
    summary="Tạm dừng chờ nghĩa vụ tài chính",
    tags=TAGS,
)
@scope(WRITE)
def pause_for_payment(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return done_out(api.pause_for_payment(seen(request, uid), uid))


@router.post("/{uuid:uid}/paid", response=DoneOut, summary="Đã có chứng từ nghĩa vụ tài chính", tags=TAGS)
@scope(WRITE)
def paid(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return done_out(api.resume_after_payment(seen(request, uid), uid))


@router.post("/{uuid:uid}/wait-for-system", response=DoneOut, summary="Chờ hệ thống quốc gia", tags=TAGS)
@scope(WRITE)
def wait_for_system(request: HttpRequest, uid: UUID, sent: SystemIn) -> dict[str, Any]:
    return done_out(api.wait_for_system(seen(request, uid), uid, sent.system))


@router.post(
    "/{uuid:uid}/resume-from-system",
    response=DoneOut,
    summary="Hệ thống quốc gia đã trả lời",
    tags=TAGS,
)
@scope(WRITE)
def resume_from_system(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return done_out(api.resume_from_system(seen(request, uid), uid))


# -- lateness ---------------------------------------------------------------------------------------


@router.post("/{uuid:uid}/extend", response=DoneOut, summary="Xin lỗi và gia hạn", tags=TAGS)
@scope(WRITE)
def extend(request: HttpRequest, uid: UUID, sent: ExtensionIn) -> dict[str, Any]:
    viewer, dossier = caller(request)[0], found(request, uid)
    moment = closing_of(dossier.province_id, dossier.unit_path, sent.new_date)
    return done_out(api.extend_dossier(viewer, uid, moment, sent.reason, cause=sent.cause))


@router.post("/{uuid:uid}/apologise", response=DoneOut, summary="Gửi thư xin lỗi vì quá hạn", tags=TAGS)
@scope(WRITE)
def apologise(request: HttpRequest, uid: UUID, sent: ApologyIn) -> dict[str, Any]:
    return done_out(api.apologise(seen(request, uid), uid, sent.reason, cause=sent.cause))


@router.post("/{uuid:uid}/late-reason", response=DoneOut, summary="Ghi nguyên nhân quá hạn", tags=TAGS)
@scope(WRITE)
def late_reason(request: HttpRequest, uid: UUID, sent: CauseIn) -> dict[str, Any]:
    return done_out(api.record_late_reason(seen(request, uid), uid, sent.cause))
