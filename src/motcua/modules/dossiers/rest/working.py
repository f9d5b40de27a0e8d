"""Filing a dossier, and the steps it goes through until it ends, or is opened again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.clients.api import ApiError, scope
from motcua.kernel.text import search_key
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import Filing, HandedPaper, Handover, ResultDraft
from motcua.modules.dossiers.rest.schemas import (
    AssignIn,
    DecisionIn,
    DoneOut,
    FilingIn,
    ForwardIn,
    HandoverIn,
    OnStepIn,
    ReasonIn,
    ResultIn,
    SendBackIn,
    StepIn,
    TransferIn,
)
from motcua.modules.dossiers.rest.shared import TAGS, WRITE, caller, done_out, router, seen
from motcua.modules.dossiers.units import unit_by_code
from motcua.reference.applicants.api import Applicant, ApplicantDraft, ApplicantRefused, register_applicant
from motcua.reference.people.api import UnitRef

NOBODY = 0  # no account's key

# -- filing -----------------------------------------------------------------------------------------


@router.post("", response=DoneOut, summary="Nộp hồ sơ", tags=TAGS)
@scope(WRITE)
def file(request: HttpRequest, sent: FilingIn) -> dict[str, Any]:
    viewer, province = caller(request)
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
    return done_out(work(viewer, province, filing))


def _applicant(request: HttpRequest, sent: FilingIn) -> UUID:
    if sent.applicant_id is not None:
        return sent.applicant_id
    if sent.applicant is None:
        raise ApiError(
            422, "dossiers.filing.applicant", "Cần applicant_id hoặc applicant.", where="body.applicant"
        )
    viewer, province = caller(request)
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


# -- steps ------------------------------------------------------------------------------------------


@router.post("/{uuid:uid}/receive", response=DoneOut, summary="Tiếp nhận hồ sơ đã đăng ký", tags=TAGS)
@scope(WRITE)
def receive(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return done_out(api.receive_dossier(seen(request, uid), uid))


@router.post("/{uuid:uid}/refuse", response=DoneOut, summary="Từ chối tiếp nhận, giải quyết", tags=TAGS)
@scope(WRITE)
def refuse(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return done_out(api.refuse_dossier(seen(request, uid), uid, sent.reason))


@router.post("/{uuid:uid}/transfer", response=DoneOut, summary="Chuyển cơ quan có thẩm quyền", tags=TAGS)
@scope(WRITE)
def transfer(request: HttpRequest, uid: UUID, sent: TransferIn) -> dict[str, Any]:
    return done_out(api.transfer_dossier(seen(request, uid), uid, sent.target, sent.reason))


@router.post("/{uuid:uid}/claim", response=DoneOut, summary="Nhận việc", tags=TAGS)
@scope(WRITE)
def claim(request: HttpRequest, uid: UUID, sent: OnStepIn) -> dict[str, Any]:
    return done_out(api.claim_step(seen(request, uid), uid, step=sent.step))


@router.post("/{uuid:uid}/assign", response=DoneOut, summary="Phân công bước cho cán bộ", tags=TAGS)
@scope(WRITE)
def assign(request: HttpRequest, uid: UUID, sent: AssignIn) -> dict[str, Any]:
    viewer = seen(request, uid)
    return done_out(api.assign_step(viewer, uid, _account(sent.assignee), step=sent.step))


def _account(name: str) -> int:
    """The key of an account; NOBODY for a name that is none, which the operation refuses as it does any stranger's."""
    return User.objects.filter(username=name).values_list("pk", flat=True).first() or NOBODY


@router.post("/{uuid:uid}/send-back", response=DoneOut, summary="Trả lại bước trước", tags=TAGS)
@scope(WRITE)
def send_back(request: HttpRequest, uid: UUID, sent: SendBackIn) -> dict[str, Any]:
    return done_out(api.return_step(seen(request, uid), uid, sent.to, sent.reason, step=sent.step))


@router.post("/{uuid:uid}/forward", response=DoneOut, summary="Xong bước, chuyển bước sau", tags=TAGS)
@scope(WRITE)
def forward(request: HttpRequest, uid: UUID, sent: ForwardIn) -> dict[str, Any]:
    return done_out(
        api.forward_dossier(
            seen(request, uid),
            uid,
            step=sent.step,
            outcome=sent.outcome,
            note=sent.note,
            units=sent.units,
            without_answers=sent.without_answers,
        )
    )


@router.post("/{uuid:uid}/submit", response=DoneOut, summary="Trình duyệt dự thảo kết quả", tags=TAGS)
@scope(WRITE)
def submit(request: HttpRequest, uid: UUID, sent: ResultIn) -> dict[str, Any]:
    draft = ResultDraft(sent.name, sent.favourable, sent.summary)
    return done_out(
        api.submit_dossier(
            seen(request, uid),
            uid,
            draft,
            step=sent.step,
            note=sent.note,
            without_answers=sent.without_answers,
        )
    )


@router.post("/{uuid:uid}/approve", response=DoneOut, summary="Duyệt", tags=TAGS)
@scope(WRITE)
def approve(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return done_out(api.approve_dossier(seen(request, uid), uid, step=sent.step, note=sent.note))


@router.post("/{uuid:uid}/sign", response=DoneOut, summary="Ký", tags=TAGS)
@scope(WRITE)
def sign(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return done_out(api.sign_dossier(seen(request, uid), uid, step=sent.step, note=sent.note))


@router.post("/{uuid:uid}/result", response=DoneOut, summary="Phát hành kết quả", tags=TAGS)
@scope(WRITE)
def result(request: HttpRequest, uid: UUID, sent: StepIn) -> dict[str, Any]:
    return done_out(api.record_result(seen(request, uid), uid, step=sent.step))


@router.post("/{uuid:uid}/return", response=DoneOut, summary="Trả kết quả", tags=TAGS)
@scope(WRITE)
def return_(request: HttpRequest, uid: UUID, sent: HandoverIn) -> dict[str, Any]:
    handover = Handover(sent.how, sent.to, sent.authorised)  # type: ignore[arg-type]
    return done_out(api.return_result(seen(request, uid), uid, handover))


@router.post("/{uuid:uid}/withdraw", response=DoneOut, summary="Rút hồ sơ", tags=TAGS)
@scope(WRITE)
def withdraw(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return done_out(api.withdraw_dossier(seen(request, uid), uid, sent.reason))


@router.post("/{uuid:uid}/stop", response=DoneOut, summary="Dừng giải quyết", tags=TAGS)
@scope(WRITE)
def stop(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return done_out(api.stop_dossier(seen(request, uid), uid, sent.reason))


@router.post("/{uuid:uid}/reopening", response=DoneOut, summary="Đề nghị mở lại hồ sơ đã kết thúc", tags=TAGS)
@scope(WRITE)
def ask_reopening(request: HttpRequest, uid: UUID, sent: ReasonIn) -> dict[str, Any]:
    return done_out(api.ask_reopening(seen(request, uid), uid, sent.reason))


@router.post(
    "/{uuid:uid}/reopening/decide",
    response=DoneOut,
    summary="Quyết định đề nghị mở lại; không phải người đã đề nghị",
    tags=TAGS,
)
@scope(WRITE)
def decide_reopening(request: HttpRequest, uid: UUID, sent: DecisionIn) -> dict[str, Any]:
    return done_out(api.decide_reopening(seen(request, uid), uid, grant=sent.grant))
