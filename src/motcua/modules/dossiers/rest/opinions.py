"""Opinions of other units: asked, answered, listed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from motcua.engine.clients.api import scope
from motcua.kernel.clock import now
from motcua.modules.dossiers import api
from motcua.modules.dossiers.models import Consultation
from motcua.modules.dossiers.queries import closing_of
from motcua.modules.dossiers.rest.schemas import ConsultationOut, DoneOut, OpinionIn, QuestionIn
from motcua.modules.dossiers.rest.shared import (
    READ,
    TAGS,
    WRITE,
    caller,
    done_out,
    found,
    router,
    seen,
)


@router.get(
    "/{uuid:uid}/consultations", response=list[ConsultationOut], summary="Các lần lấy ý kiến", tags=TAGS
)
@scope(READ)
def list_consultations(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    moment = now()
    return [
        {
            "step": one.task_key,
            "unit": one.unit_code,
            "question": one.question,
            "asked_at": one.asked_at,
            "due_at": one.due_at,
            "answered_at": one.answered_at,
            "answer": one.answer,
            "agrees": one.agrees,
            "late": (one.answered_at or moment) > one.due_at,
        }
        for one in Consultation.objects.filter(dossier=found(request, uid)).order_by("pk")
    ]


@router.post("/{uuid:uid}/consult", response=DoneOut, summary="Lấy ý kiến đơn vị khác", tags=TAGS)
@scope(WRITE)
def consult(request: HttpRequest, uid: UUID, sent: QuestionIn) -> dict[str, Any]:
    viewer, dossier = caller(request)[0], found(request, uid)
    due = closing_of(dossier.province_id, dossier.unit_path, sent.due)
    return done_out(api.consult_units(viewer, uid, sent.units, sent.question, due, step=sent.step))


@router.post("/{uuid:uid}/consult/answer", response=DoneOut, summary="Trả lời lấy ý kiến", tags=TAGS)
@scope(WRITE)
def answer_consultation(request: HttpRequest, uid: UUID, sent: OpinionIn) -> dict[str, Any]:
    viewer = seen(request, uid)
    return done_out(api.answer_consultation(viewer, uid, sent.step, sent.answer, agrees=sent.agrees))
