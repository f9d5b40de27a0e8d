"""The first operations: who am I, and the sealed log by position."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from motcua.engine.clients.api import (
    ANY,
    EVENTS_READ,
    EVENTS_VIEW,
    describe,
    head_position,
    of_types,
    scope,
    visible_events,
)

router = Router()


class GrantOut(Schema):
    role: str = Field(description="Mã vai trò")
    unit_code: str = Field(description="Mã đơn vị; rỗng là toàn tỉnh")
    permissions: list[str] = Field(description="Mã quyền")


class MeOut(Schema):
    id: UUID = Field(description="Mã của kết nối")
    name: str = Field(description="Tên của kết nối")
    province: str = Field(description="Mã định danh cấp 1 của tỉnh, như H05")
    scopes: list[str] = Field(description="Phạm vi của mã truy cập")
    grants: list[GrantOut] = Field(description="Vai trò của tài khoản dịch vụ")
    per_minute: int = Field(description="Số lần gọi nhiều nhất một phút")
    expires_at: dt.datetime | None = Field(description="Lúc mã hết hạn; null là không hạn")


class EventOut(Schema):
    id: UUID = Field(description="Mã của sự kiện, không đổi")
    position: int = Field(description="Vị trí trong chuỗi đã niêm phong của tỉnh, liền nhau từ 1")
    type: str = Field(description="Loại sự kiện")
    subject: str = Field(description="Đối tượng")
    unit_code: str = Field(description="Mã đơn vị lúc ấy; rỗng là của cả tỉnh")
    occurred_at: dt.datetime = Field(description="Lúc xảy ra")
    recorded_at: dt.datetime = Field(description="Lúc ghi")
    payload: dict[str, Any] = Field(description="Nội dung: chỉ mã, không có dữ liệu cá nhân")


class EventsOut(Schema):
    items: list[EventOut]
    next: int = Field(description="Vị trí để đọc tiếp: gửi lại ở tham số after")
    head: int = Field(description="Vị trí mới nhất đã niêm phong")


@router.get("/me", response=MeOut, summary="Kết nối này là ai, được làm gì", tags=["Chung"])
@scope(ANY)
def me(request: HttpRequest) -> dict[str, Any]:
    client = request.client  # type: ignore[attr-defined]
    return {
        "id": client.uid,
        "name": client.name,
        "province": client.province.agency_code,
        "scopes": client.scopes,
        "grants": [
            {"role": held.role, "unit_code": held.unit_code, "permissions": sorted(held.permissions)}
            for held in request.viewer.grants  # type: ignore[attr-defined]
        ],
        "per_minute": client.per_minute,
        "expires_at": client.expires_at,
    }


@router.get("/events", response=EventsOut, summary="Sự kiện đã niêm phong, theo vị trí", tags=["Sự kiện"])
@scope(EVENTS_READ)
def events(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=2**62, description="Đọc các sự kiện đứng sau vị trí này"),
    limit: int = Query(100, ge=1, le=500, description="Số sự kiện nhiều nhất"),
    type: str = Query("", max_length=100, description="Loại, hoặc phần đầu của loại kèm dấu *"),
) -> dict[str, Any]:
    """Chuỗi không đứt quãng và không đổi: đọc lần lượt theo `next` thì không sót sự kiện nào của phạm vi mình."""
    viewer, province = request.viewer, request.province  # type: ignore[attr-defined]
    viewer.require(EVENTS_VIEW, province=province)
    head = head_position(province.pk)
    rows = visible_events(viewer, province).filter(seal__position__gt=after, seal__position__lte=head)
    found = list(of_types(rows, [type] if type else []).order_by("seal__position")[: limit + 1])
    more = len(found) > limit
    items = found[:limit]
    following = items[-1].position if more else max(head, after)
    return {"items": [describe(event) for event in items], "next": following, "head": head}
