"""The queue as the administrator sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.jobs import queries
from motcua.engine.jobs.beats import declared_beats
from motcua.engine.jobs.errors import JobsError
from motcua.engine.jobs.operations import retry_job
from motcua.engine.jobs.permissions import RETRY, VIEW
from motcua.engine.jobs.worker import worker_silence
from motcua.engine.permissions.api import ViewedRequest, page

TABS = {"loi": "failed", "cho": "todo", "chay": "doing", "xong": "succeeded"}


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """Jobs of one state (`?xem=`), newest first, with counts of all and what runs beside them."""
    tab = request.GET.get("xem", "loi")
    state = TABS.get(tab, "failed")
    before = request.GET.get("truoc", "")
    shown, following = queries.lines(
        request.viewer, state, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    silence = worker_silence()
    context = {
        "lines": shown,
        "following": following,
        "tab": tab if tab in TABS else "loi",
        "counts": queries.count_jobs(queries.visible(request.viewer)),
        "tabs": _tabs(),
        "silence": None if silence is None else round(silence.total_seconds()),
        "beats": queries.beats(),
        "beat_labels": {beat.name: _(beat.label) for beat in declared_beats()},
        "may_retry": request.viewer.may(RETRY),
    }
    return render(request, "jobs/index.html", context)


@page(RETRY, methods=("POST",))
def run_again(request: ViewedRequest, job_id: int) -> HttpResponse:
    """Puts a failed job back in the queue."""
    try:
        retry_job(request.viewer, job_id)
        messages.success(request, _("Đã đưa công việc số %(id)s vào hàng đợi.") % {"id": job_id})
    except JobsError as refusal:
        messages.error(request, refusal.message)
    return redirect("jobs:index")


def _tabs() -> list[tuple[str, str, str]]:
    """(name in the address, state, word)."""
    words = {"failed": _("Bị lỗi"), "todo": _("Đang chờ"), "doing": _("Đang chạy"), "succeeded": _("Đã xong")}
    return [(tab, state, words[state]) for tab, state in TABS.items()]
