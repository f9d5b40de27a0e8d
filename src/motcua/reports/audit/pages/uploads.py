from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from motcua.engine.files.api import FileRefused
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.audit.api import UnreadableReport
from motcua.reports.audit.examples import examples
from motcua.reports.audit.operations import (
    MAX_FILES,
    MAX_UPLOAD_BYTES,
    AuditRefused,
    Submission,
    Upload,
    run_stored_audit,
    too_large_message,
    visible_audits,
)
from motcua.reports.audit.permissions import USE

PAGE_SIZE = 30
ACCEPTED = ".md,.txt,.docx,.xlsx,.pdf"


@page(USE)
def list_audits(request: ViewedRequest) -> HttpResponse:
    """The form to hand a report in, the examples, and the audits this person may see."""
    return _front(request)


def _front(request: ViewedRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = visible_audits(request.viewer).defer("result", "blocks")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang")),
        "subjects": sorted({row.subject for row in rows[:PAGE_SIZE] if row.subject}),
        "examples": examples(),
        "refusal": refusal,
        "accepted": ACCEPTED,
        "max_megabytes": MAX_UPLOAD_BYTES // (1024 * 1024),
        "max_files": MAX_FILES,
    }
    return render(request, "audit/list.html", context, status=status)


@page(USE, methods=("POST",))
def upload(request: ViewedRequest) -> HttpResponse:
    """Audits the files handed in and goes to what was found."""
    files, previous = request.FILES.getlist("files"), request.FILES.getlist("previous")
    if sum(item.size or 0 for item in [*files, *previous]) > MAX_UPLOAD_BYTES:
        return _front(request, too_large_message(), 413)
    submission = Submission(_read(files), _read(previous), request.POST.get("subject", ""))
    return _run(request, submission)


@page(USE, methods=("POST",))
def example(request: ViewedRequest, slug: str) -> HttpResponse:
    """Audits a report that ships with the project."""
    chosen = next((item for item in examples() if item.slug == slug), None)
    if chosen is None:
        raise Http404
    previous = chosen.previous
    return _run(
        request,
        Submission(
            [(chosen.path.name, chosen.path.read_bytes())],
            [(previous.name, previous.read_bytes())] if previous else [],
        ),
    )


def _run(request: ViewedRequest, submission: Submission) -> HttpResponse:
    try:
        audit = run_stored_audit(request.viewer, request.province, submission)
    except (AuditRefused, UnreadableReport, FileRefused) as refusal:
        return _front(request, str(refusal), 400)
    messages.success(
        request, _("Đã kiểm tra xong trong {seconds} giây.").format(seconds=number_format(audit.seconds))
    )
    return redirect("audit:result", uid=audit.uid)


def _read(files: Iterable[UploadedFile]) -> list[Upload]:
    return [(item.name or "", item.read()) for item in files]
