"""What waits for a leader's approval or signature: many at once, each with its own outcome."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.kernel.clock import now
from motcua.modules.catalogue.api import process_plan
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import DossierResult, Task
from motcua.modules.dossiers.pages.shell import show
from motcua.modules.dossiers.pages.worklist import lines_of
from motcua.modules.dossiers.queries import open_tasks, running

KINDS = ("approve", "review", "sign")
SHOWN = 100
_KEPT = "dossiers.outcomes"  # of the session: what the last bulk decision did, shown once


@page(may.APPROVE, methods=("GET", "POST"))
def approvals(request: ViewedRequest) -> HttpResponse:
    """The steps that wait for the visitor to approve or sign, by deadline, with the draft in view."""
    if request.province is None:
        raise Http404
    if request.method == "POST":
        request.session[_KEPT] = _decide(request)
        return redirect("dossiers:approvals")
    tasks = list(_waiting(request)[: SHOWN + 1])
    more, tasks = len(tasks) > SHOWN, tasks[:SHOWN]
    results = DossierResult.objects.in_bulk([task.dossier_id for task in tasks], field_name="dossier_id")
    lines = [
        {"line": line, "result": results.get(line.task.dossier_id)}
        for line in lines_of(tasks, request.path, now())
    ]
    context = {
        "lines": lines,
        "more": more,
        "signing": sum(task.kind == "sign" for task in tasks),
        "outcomes": request.session.pop(_KEPT, []),
    }
    return show(request, "dossiers/approvals.html", context)


def _waiting(request: ViewedRequest) -> QuerySet[Task]:
    rows = running(open_tasks(request.viewer, request.province), request.province).filter(kind__in=KINDS)
    return rows.select_related("dossier", "assignee").order_by(F("due_at").asc(nulls_last=True), "pk")


def _decide(request: ViewedRequest) -> list[dict[str, str]]:
    """Approves, signs or sends back the steps ticked, one after another; what came of each."""
    what, note = request.POST.get("lam", ""), request.POST.get("note", "")[:1000].strip()
    keys = [int(text) for text in request.POST.getlist("viec")[:SHOWN] if text.isdecimal() and len(text) < 19]
    tasks = list(_waiting(request).filter(pk__in=keys)) if keys else []
    if not tasks:
        messages.warning(request, _("Hãy đánh dấu ít nhất một hồ sơ còn chờ duyệt, ký."))
        return []
    if what == "send-back" and not note:
        messages.error(request, _("Hãy ghi lý do trả lại vào ô Ý kiến."))
        return []
    if what not in ("decide", "send-back"):
        return []
    key = request.POST.get("key", "")[:60] or uuid.uuid4().hex
    return [_outcome(request, task, what, note, key) for task in tasks]


def _outcome(request: ViewedRequest, task: Task, what: str, note: str, key: str) -> dict[str, str]:
    told = {
        "code": task.dossier.code or "–",
        "uid": str(task.dossier.uid),
        "name": task.dossier.applicant_name,
    }
    try:
        done = _one(request, task, what, note, f"{key}:{task.pk}")
    except DossierRefused as refusal:
        return told | {"css": "bad", "word": _("chưa làm được"), "why": refusal.message}
    except NotPermitted:
        return told | {"css": "bad", "word": _("chưa làm được"), "why": _("Không có quyền ở đơn vị này.")}
    if what == "send-back":
        return told | {"css": "warn", "word": _("đã trả lại"), "why": ""}
    word = _("đã ký") if task.kind == "sign" else _("đã duyệt")
    return told | {"css": "good", "word": word, "why": _("đã làm trước đó") if done.repeated else ""}


def _one(request: ViewedRequest, task: Task, what: str, note: str, key: str) -> Done:
    viewer, uid = request.viewer, task.dossier.uid
    if what == "send-back":
        return api.return_step(viewer, uid, _earlier(task), note, step=task.key, idempotency_key=key)
    if task.kind == "sign":
        return api.sign_dossier(viewer, uid, step=task.key, note=note, idempotency_key=key)
    return api.approve_dossier(viewer, uid, step=task.key, note=note, idempotency_key=key)


def _earlier(task: Task) -> str:
    """The step of handling nearest before this one in the process. Raises DossierRefused."""
    if task.dossier.process_id is not None:
        plan = process_plan(task.dossier.process_id)
        try:
            order = plan.step(task.key).order
        except KeyError:
            order = 0
        before = [step for step in plan.steps if step.order < order and step.kind in ("process", "review")]
        if before:
            return max(before, key=lambda step: step.order).key
    raise DossierRefused("return.step", _("Quy trình không có bước xử lý trước bước này để trả lại."))
