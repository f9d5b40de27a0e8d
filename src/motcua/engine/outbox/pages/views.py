"""The outbox as the administrator sees it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.outbox import operations, queries
from motcua.engine.outbox.errors import OutboxError
from motcua.engine.outbox.models import Message, State
from motcua.engine.outbox.permissions import MANAGE, VIEW
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.privacy.api import log_reading

TABS: dict[str, tuple[State, ...]] = {
    "cho": (State.WAITING, State.SENDING, State.FAILED),
    "khong-gui-duoc": (State.DEAD,),
    "da-gui": (State.SENT,),
    "da-huy": (State.CANCELLED,),
}
MARKS = {
    State.WAITING: "wait",
    State.SENDING: "wait",
    State.FAILED: "warn",
    State.SENT: "good",
    State.DEAD: "bad",
    State.CANCELLED: "none",
}


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """Backlog by lane with the breaker, and messages of one tab (`?xem=`), newest first."""
    tab = request.GET.get("xem", "cho")
    tab = tab if tab in TABS else "cho"
    lane = request.GET.get("kenh", "")
    before = request.GET.get("truoc", "")
    province = request.province or None
    shown, following = queries.lines(
        request.viewer,
        province,
        [str(state) for state in TABS[tab]],
        lane=lane,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    counts = queries.counts(request.viewer, province)
    context = {
        "lines": shown,
        "following": following,
        "tab": tab,
        "lane": lane,
        "tabs": [
            (name, word, sum(counts.get(state, 0) for state in TABS[name])) for name, word in _words().items()
        ],
        "lanes": queries.backlog(request.viewer, province),
        "marks": MARKS,
        "may_manage": request.viewer.may(MANAGE, province=province, unit_path="/"),
    }
    return render(request, "outbox/index.html", context)


@page(VIEW)
def message(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """One message without its content."""
    return _show(request, _found(request, uid), {})


@page(VIEW, methods=("POST",))
def content(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """The content as well; the reading is logged when it holds personal data."""
    found = _found(request, uid)
    if found.personal:
        log_reading(
            request.viewer,
            province=found.province_id,
            subject=found.person or f"message:{found.uid}",
            fields=("outbox.payload",),
            purpose="outbox.look",
            through=f"message:{found.uid}",
        )
    return _show(request, found, {"opened": True} | _parts(found))


@page(MANAGE, methods=("POST",))
def replay(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Sends a message again."""
    _found(request, uid)
    try:
        operations.replay_message(request.viewer, request.province, uid)
        messages.success(request, _("Tin sẽ được gửi lại trong vài giây."))
    except OutboxError as refusal:
        messages.error(request, refusal.message)
    return redirect("outbox:message", uid=uid)


@page(MANAGE, methods=("POST",))
def cancel(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Takes a message out of the queue."""
    _found(request, uid)
    try:
        operations.cancel_message(request.viewer, request.province, uid)
        messages.success(request, _("Đã hủy tin."))
    except OutboxError as refusal:
        messages.error(request, refusal.message)
    return redirect("outbox:message", uid=uid)


@page(MANAGE, methods=("POST",))
def replay_whole_lane(request: ViewedRequest) -> HttpResponse:
    """Closes a lane's breaker and sends its dead messages again."""
    lane = request.POST.get("kenh", "")[:80]
    if lane:
        count = operations.replay_lane(request.viewer, request.province, lane)
        messages.success(
            request,
            _("Đã nối lại kênh {lane}; {count} tin sẽ được gửi lại.").format(lane=lane, count=count),
        )
    return redirect("outbox:index")


def _found(request: ViewedRequest, uid: UUID) -> Message:
    found = queries.open_message(request.viewer, request.province or None, uid)
    if found is None:
        raise Http404
    return found


def _show(request: ViewedRequest, found: Message, more: dict[str, Any]) -> HttpResponse:
    context = {
        "message_": found,
        "mark": MARKS[State(found.state)],
        "may_replay": found.state in operations.REPLAYABLE and bool(found.payload),
        "may_cancel": found.state in operations.CANCELLABLE,
        "may_manage": request.viewer.may(MANAGE, province=found.province_id, unit_path="/"),
    }
    return render(request, "outbox/message.html", context | more)


def _parts(found: Message) -> dict[str, Any]:
    """To whom, about what and the text where the payload has them; all of it as JSON otherwise."""
    payload = found.content
    known = {
        "to": payload.get("to", ""),
        "title": payload.get("subject", ""),
        "text": payload.get("text", ""),
    }
    if not known["text"]:
        known["raw"] = json.dumps(payload, ensure_ascii=False, indent=2) if payload else ""
    return known


def _words() -> dict[str, str]:
    return {
        "cho": _("Chờ gửi"),
        "khong-gui-duoc": _("Không gửi được"),
        "da-gui": _("Đã gửi"),
        "da-huy": _("Đã hủy"),
    }
