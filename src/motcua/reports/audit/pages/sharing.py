from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.audit.operations import AuditRefused, delete_audit, share_audit, unshare_audit
from motcua.reports.audit.pages.finding import find_audit
from motcua.reports.audit.permissions import USE


@page(USE, methods=("POST",))
def share(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    audit = find_audit(request, uid)
    try:
        shared = share_audit(request.viewer, audit, request.POST.get("username", ""))
    except AuditRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã cho %(name)s xem.") % {"name": shared.user.display_name})
    return redirect("audit:result", uid=uid)


@page(USE, methods=("POST",))
def unshare(request: ViewedRequest, uid: uuid.UUID, user: int) -> HttpResponse:
    audit = find_audit(request, uid)
    try:
        unshare_audit(request.viewer, audit, user)
    except AuditRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Người này không còn xem được."))
    return redirect("audit:result", uid=uid)


@page(USE, methods=("POST",))
def delete(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    delete_audit(request.viewer, find_audit(request, uid))
    messages.success(request, _("Đã xoá lần kiểm tra và các tệp của nó."))
    return redirect("audit:list")
