"""Clients as the administrator opens, watches and shuts them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.clients import operations, queries, subscribing
from motcua.engine.clients.errors import ClientsError
from motcua.engine.clients.models import ApiClient, Subscription
from motcua.engine.clients.permissions import MANAGE
from motcua.engine.clients.scopes import EVENTS_READ, declared_scopes
from motcua.engine.events.api import event_types
from motcua.engine.permissions.api import Role, ViewedRequest, page
from motcua.kernel.clock import VIETNAM

BOTH = ("GET", "POST")
MARKS = {"active": "good", "expired": "warn", "revoked": "none"}
HOOK_MARKS = {
    Subscription.State.ACTIVE: "good",
    Subscription.State.PAUSED: "warn",
    Subscription.State.DISABLED: "bad",
}


@page(MANAGE)
def index(request: ViewedRequest) -> HttpResponse:
    """Every client of the province."""
    rows = list(queries.visible(request.viewer, request.province or None))
    return render(request, "clients/index.html", {"clients": rows, "marks": MARKS, "states": _states()})


@page(MANAGE, methods=BOTH)
def new(request: ViewedRequest) -> HttpResponse:
    """The form for a new client; its answer shows the token, once."""
    request.viewer.require(MANAGE, province=request.province, unit_path="/")
    if request.method == "POST":
        try:
            made, token = operations.create_client(request.viewer, request.province, _draft(request))
        except ClientsError as refusal:
            messages.error(request, refusal.message)
        else:
            return render(request, "clients/token.html", {"client": made, "token": token})
    context = {
        "roles": Role.objects.order_by("label"),
        "scopes": declared_scopes(),
        "posted": request.POST,
        "chosen": request.POST.getlist("pham-vi"),
    }
    return render(request, "clients/new.html", context)


@page(MANAGE)
def client(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """One client: what it may do, its latest calls, its webhooks."""
    found = _found(request, uid)
    context = {
        "client": found,
        "mark": MARKS[found.state],
        "state": _states()[found.state],
        "grant": queries.grant_of(found),
        "scopes": declared_scopes(),
        "last_day": _last_day(found),
        "hooks": queries.hooks_of(found),
        "hook_marks": HOOK_MARKS,
        "calls": queries.calls_of(found),
        "types": [kind.code for kind in event_types()],
        "may_hook": EVENTS_READ in found.scopes and found.state == "active",
    }
    return render(request, "clients/client.html", context)


@page(MANAGE, methods=("POST",))
def change(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Other scopes, rate, networks or end."""
    _found(request, uid)

    def work() -> None:
        draft = _draft(request)
        operations.change_client(
            request.viewer,
            request.province,
            uid,
            scopes=draft.scopes,
            per_minute=draft.per_minute,
            networks=draft.networks,
            expires_at=draft.expires_at,
        )

    return _done(request, uid, work, _("Đã sửa kết nối."))


@page(MANAGE, methods=("POST",))
def rotate(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """A new token, shown once."""
    _found(request, uid)
    keep = request.POST.get("giu") == "1"
    try:
        found, token = operations.rotate_client(request.viewer, request.province, uid, keep_former=keep)
    except ClientsError as refusal:
        messages.error(request, refusal.message)
        return redirect("clients:client", uid=uid)
    return render(request, "clients/token.html", {"client": found, "token": token, "former": keep})


@page(MANAGE, methods=("POST",))
def revoke(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Shuts a client for good."""
    _found(request, uid)
    return _done(
        request,
        uid,
        lambda: operations.revoke_client(request.viewer, request.province, uid),
        _("Đã khóa kết nối; mã truy cập không còn dùng được."),
    )


@page(MANAGE, methods=("POST",))
def add_hook(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """A new webhook; its secret is shown once."""
    found = _found(request, uid)
    try:
        row, secret = subscribing.add_subscription(
            request.viewer,
            request.province,
            uid,
            url=request.POST.get("dia-chi", ""),
            types=request.POST.get("loai", "").replace(",", " ").split(),
        )
    except ClientsError as refusal:
        messages.error(request, refusal.message)
        return redirect("clients:client", uid=uid)
    return render(request, "clients/token.html", {"client": found, "hook": row, "secret": secret})


@page(MANAGE, methods=("POST",))
def act_on_hook(request: ViewedRequest, uid: UUID, hook: UUID) -> HttpResponse:
    """Pauses, resumes, sets back or removes a webhook."""
    _found(request, uid)
    viewer, province = request.viewer, request.province
    actions: dict[str, tuple[Callable[[], Any], str]] = {
        "dung": (lambda: subscribing.pause_subscription(viewer, province, hook), _("Đã tạm dừng webhook.")),
        "tiep": (lambda: subscribing.resume_subscription(viewer, province, hook), _("Webhook sẽ gửi tiếp.")),
        "go": (lambda: subscribing.remove_subscription(viewer, province, hook), _("Đã gỡ webhook.")),
        "lui": (lambda: _rewind(request, hook), _("Webhook sẽ gửi lại từ vị trí đã chọn.")),
    }
    action = actions.get(request.POST.get("viec", ""))
    if action is None:
        return redirect("clients:client", uid=uid)
    return _done(request, uid, *action)


def _rewind(request: ViewedRequest, hook: UUID) -> None:
    text = request.POST.get("vi-tri", "")
    position = int(text) if text.isdecimal() and len(text) < 16 else -1
    subscribing.rewind_subscription(request.viewer, request.province, hook, position=position)


def _found(request: ViewedRequest, uid: UUID) -> ApiClient:
    found = queries.find(request.viewer, request.province or None, uid)
    if found is None:
        raise Http404
    return found


def _done(request: ViewedRequest, uid: UUID, work: Callable[[], Any], said: str) -> HttpResponse:
    try:
        work()
        messages.success(request, said)
    except ClientsError as refusal:
        messages.error(request, refusal.message)
    return redirect("clients:client", uid=uid)


def _draft(request: ViewedRequest) -> operations.Draft:
    rate = request.POST.get("moi-phut", "600")
    return operations.Draft(
        name=request.POST.get("ten", ""),
        role=request.POST.get("vai-tro", ""),
        scopes=tuple(request.POST.getlist("pham-vi")),
        unit_code=request.POST.get("don-vi", "").strip(),
        per_minute=int(rate) if rate.isdecimal() and len(rate) < 8 else 0,
        networks=tuple(request.POST.get("mang", "").replace(",", " ").split()),
        expires_at=_end_of(request.POST.get("het-han", "")),
    )


def _end_of(text: str) -> dt.datetime | None:
    """Midnight after a day; None for an empty one. Raises ClientsError clients.day."""
    if not text.strip():
        return None
    try:
        day = dt.date.fromisoformat(text.strip())
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), VIETNAM)
    except (ValueError, OverflowError) as error:
        raise ClientsError("clients.day", _("Ngày hết hạn không đọc được.")) from error


def _last_day(client: ApiClient) -> dt.date | None:
    """The last whole day on which the token works."""
    if client.expires_at is None:
        return None
    return (client.expires_at - dt.timedelta(seconds=1)).astimezone(VIETNAM).date()


def _states() -> dict[str, str]:
    return {"active": _("đang dùng"), "expired": _("hết hạn"), "revoked": _("đã khóa")}
