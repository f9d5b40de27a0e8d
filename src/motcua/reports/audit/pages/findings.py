from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.audit.models import MarkKind
from motcua.reports.audit.operations import AuditRefused, mark_finding, unmark_finding
from motcua.reports.audit.outputs.marked import html_id
from motcua.reports.audit.pages.finding import find_audit
from motcua.reports.audit.permissions import USE


@page(USE, methods=("POST",))
def mark(request: ViewedRequest, uid: uuid.UUID, finding: str) -> HttpResponse:
    """Sets a finding aside with a reason, or takes the mark back (`kind` empty)."""
    audit = find_audit(request, uid)
    kind = request.POST.get("kind", "")
    try:
        if kind in MarkKind.values:
            mark_finding(request.viewer, audit, finding, MarkKind(kind), request.POST.get("reason", ""))
        else:
            unmark_finding(request.viewer, audit, finding)
    except AuditRefused as refusal:
        messages.error(request, refusal.message)
    target = reverse("audit:result", kwargs={"uid": uid})
    return HttpResponseRedirect(f"{target}#finding-{html_id(finding)}")
