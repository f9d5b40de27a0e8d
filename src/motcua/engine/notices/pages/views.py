"""The inbox of whoever is signed in, and the hours in which SMS stay silent."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from motcua.engine.notices import inbox as box
from motcua.engine.notices.errors import NoticesError
from motcua.engine.notices.models import QuietHours
from motcua.engine.notices.permissions import MANAGE
from motcua.engine.notices.quiet import quiet_hours, set_quiet_hours
from motcua.engine.permissions.api import SIGNED_IN, ViewedRequest, page
from motcua.kernel.clock import today


@page(SIGNED_IN)
def inbox(request: ViewedRequest) -> HttpResponse:
    """One's own notices, newest first."""
    before = request.GET.get("truoc", "")
    shown, following = box.page_of(
        request.viewer, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    context = {"notices": shown, "following": following, "unread": box.unread_count(request.viewer)}
    return render(
        request, "notices/inbox.html", context | {"may_manage": request.viewer.may(MANAGE, unit_path="/")}
    )


@page(SIGNED_IN, methods=("POST",))
def open_notice(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Marks a notice read and goes where it leads."""
    notice = box.mark_read(request.viewer, uid)
    if notice is None:
        raise Http404
    safe = notice.link.startswith("/") and url_has_allowed_host_and_scheme(notice.link, None)
    return HttpResponseRedirect(notice.link) if safe else redirect("notices:inbox")


@page(SIGNED_IN, methods=("POST",))
def read_all(request: ViewedRequest) -> HttpResponse:
    """Marks everything read."""
    box.mark_all_read(request.viewer)
    return redirect("notices:inbox")


@page(MANAGE, methods=("GET", "POST"))
def quiet(request: ViewedRequest) -> HttpResponse:
    """The quiet hours of SMS in force, those to come, and a form for new ones."""
    province = request.province
    request.viewer.require(MANAGE, province=province, unit_path="/")
    if request.method == "POST" and _set(request):
        return redirect("notices:quiet")
    starts, ends = quiet_hours(province.pk, today())
    rows = QuietHours.objects.filter(province=province).order_by("-valid_from")
    context = {"starts": starts, "ends": ends, "rows": rows, "today": today(), "posted": request.POST}
    return render(request, "notices/quiet.html", context)


def _set(request: ViewedRequest) -> bool:
    try:
        valid_from = dt.date.fromisoformat(request.POST.get("tu-ngay", ""))
        starts, ends = (dt.time.fromisoformat(request.POST.get(name, "")) for name in ("bat-dau", "ket-thuc"))
    except ValueError:
        messages.error(request, _("Hãy nhập ngày áp dụng, giờ bắt đầu và giờ kết thúc."))
        return False
    try:
        set_quiet_hours(request.viewer, request.province, valid_from=valid_from, starts=starts, ends=ends)
    except NoticesError as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, _("Đã đặt giờ yên lặng của tin nhắn SMS."))
    return True
