"""Addresses of an API with a few operations of its own, for the tests of the shell."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.urls import include, path
from ninja import Field, File, Form, Router, Schema, Status, UploadedFile

from motcua.config.urls import handler400, handler404, handler500
from motcua.config.urls import urlpatterns as whole
from motcua.engine.clients.api import EVENTS_READ, ApiError, Mounted, declare_scope, scope
from motcua.engine.events.api import declare_event, record
from motcua.engine.permissions.api import NotPermitted
from motcua.web.api.api import build, patterns

WRITE = declare_scope("test.write", "Test: write")
WRITTEN = declare_event("test:api:written", "Ghi {n}")

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

router = Router()


class ThingIn(Schema, extra="forbid"):
    n: int = Field(ge=0, le=100)
    name: str = Field("", max_length=10)


class ThingOut(Schema):
    n: int
    echo: str


@router.post("/things", response={201: ThingOut}, summary="Ghi một vật")
@scope(WRITE)
def write_thing(request: HttpRequest, body: ThingIn):
    with transaction.atomic():
        record(WRITTEN, province=request.province, payload={"n": body.n})
        if body.n == 13:
            raise ApiError(409, "test.thirteen", "Số 13 bị từ chối.")
        if body.n == 14:
            raise RuntimeError("Lê Thị Bí Mật")
        if body.n == 15:
            time.sleep(1.0)
    return Status(201, {"n": body.n, "echo": body.name})


@router.post("/forms", response={201: ThingOut}, summary="Gửi một tệp")
@scope(WRITE)
def send_form(request: HttpRequest, n: Form[int], file: File[UploadedFile]):
    record(WRITTEN, province=request.province, payload={"n": n})
    return Status(201, {"n": len(file.read()), "echo": file.name or ""})


@router.get("/things/{uid}", response=ThingOut, summary="Đọc một vật")
@scope(EVENTS_READ)
def read_thing(request: HttpRequest, uid: UUID):
    if uid.int == 1:
        raise NotPermitted("events.log.view")
    if uid.int == 2:
        raise NotPermitted("jobs.queue.retry")
    raise Http404


@router.get("/sleepless", response=ThingOut)
@scope(EVENTS_READ)
def in_transaction(request: HttpRequest):
    return {"n": int(connection.in_atomic_block), "echo": request.viewer.user.username}


test_api = build([Mounted("test", lambda: router, "Thử")])
others = [pattern for pattern in whole if str(pattern.pattern) != "api/v1/"]
urlpatterns = [*others, path("api/v1/", include((patterns(test_api), "api")))]
