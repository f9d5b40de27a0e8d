"""Reads: lists, one dossier, what happened to it, what was asked of its applicant."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query

from motcua.engine.clients.api import paginate, scope
from motcua.modules.dossiers.models import Dossier, Supplement
from motcua.modules.dossiers.queries import WorkFilter, history, in_units, work_list
from motcua.modules.dossiers.rest.schemas import (
    UNIT,
    CauseOut,
    DossierOut,
    DossiersOut,
    HappenedOut,
    SupplementOut,
    WorkOut,
)
from motcua.modules.dossiers.rest.shared import READ, TAGS, caller, found, router
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.states import status_word


@router.get("", response=DossiersOut, summary="Hồ sơ của các đơn vị được giao, mới nhất trước", tags=TAGS)
@scope(READ)
def dossiers(
    request: HttpRequest,
    cursor: str = Query("", max_length=500, description="Con trỏ của trang"),
    limit: int = Query(50, description="Số dòng, 1-200"),
    status: int = Query(0, ge=0, le=10, description="Trạng thái; 0 là mọi trạng thái"),
) -> dict[str, Any]:
    viewer, province = caller(request)
    rows = in_units(viewer, Dossier.objects.filter(province=province))
    if status:
        rows = rows.filter(status=status)
    page = paginate(rows, cursor=cursor, limit=limit, descending=True, name=f"dossiers:{status}")
    return {"items": [_shown(one) for one in page.items], "next": page.next}


@router.get("/work", response=list[WorkOut], summary="Bước đang mở mà kết nối được làm, theo hạn", tags=TAGS)
@scope(READ)
def work(
    request: HttpRequest,
    limit: int = Query(50, ge=1, le=200, description="Số dòng"),
    whose: Literal["mine", "unit", "free"] = Query(
        "unit", description="unit: cả đơn vị; mine: giao cho kết nối; free: chưa giao ai"
    ),
    kind: str = Query(
        "", max_length=100, description="Loại bước, cách nhau bằng dấu phẩy, như process,consult"
    ),
    due: Literal["", "late", "today", "week"] = Query(
        "", description="late: đã quá hạn; today: đến hạn hôm nay; week: 7 ngày tới và quá hạn"
    ),
    field: str = Query("", max_length=40, description="Mã lĩnh vực"),
    procedure: str = Query("", max_length=20, description="Mã thủ tục hành chính"),
    unit: str = Query("", max_length=UNIT, description="Mã đơn vị của bước"),
    words: str = Query("", max_length=100, description="Các chữ đầu trong tên người nộp, có dấu hay không"),
    waiting: Literal["", "only", "all"] = Query(
        "", description="Rỗng: làm được ngay; only: đang chờ người nộp, tiền, hệ thống; all: cả hai"
    ),
) -> list[dict[str, Any]]:
    wanted = WorkFilter(whose, kind, due, field, procedure, unit, words, waiting)
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
        for task in work_list(*caller(request), wanted)[:limit]
    ]


@router.get("/late-causes", response=list[CauseOut], summary="Danh sách nguyên nhân quá hạn", tags=TAGS)
@scope(READ)
def list_late_causes(request: HttpRequest) -> list[dict[str, str]]:
    return [{"code": code, "label": _(label)} for code, label in late_causes().items()]


@router.get("/{uuid:uid}", response=DossierOut, summary="Một hồ sơ", tags=TAGS)
@scope(READ)
def read_dossier(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    return _shown(found(request, uid))


@router.get(
    "/{uuid:uid}/history", response=list[HappenedOut], summary="Lịch sử của hồ sơ, bằng lời", tags=TAGS
)
@scope(READ)
def read_history(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "type": one.type, "sentence": one.sentence} for one in history(found(request, uid))
    ]


@router.get(
    "/{uuid:uid}/supplements", response=list[SupplementOut], summary="Các lần yêu cầu bổ sung", tags=TAGS
)
@scope(READ)
def list_supplements(request: HttpRequest, uid: UUID) -> list[dict[str, Any]]:
    names = ("number", "items", "reason", "asked_at", "answered_at")
    rows = Supplement.objects.filter(dossier=found(request, uid)).order_by("number")
    return list(rows.values(*names))


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
