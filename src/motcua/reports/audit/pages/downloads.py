from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse

from motcua.engine.files.api import open_file
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import local
from motcua.reports.audit.api import Report, read_report
from motcua.reports.audit.models import ReportAudit
from motcua.reports.audit.outputs.as_csv import render_csv
from motcua.reports.audit.outputs.as_json import render_json
from motcua.reports.audit.outputs.html import render_html
from motcua.reports.audit.pages.finding import find_audit
from motcua.reports.audit.permissions import USE
from motcua.reports.audit.stored import result_from

TYPES = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


@page(USE)
def download(request: ViewedRequest, uid: uuid.UUID, form: str) -> HttpResponse:
    """The audit as JSON, CSV, or one HTML file that needs nothing else. Always saved, never shown inline."""
    if form not in TYPES:
        raise Http404
    audit = find_audit(request, uid)
    result = result_from(audit.result)
    if form == "html":
        text = render_html(_report(audit), result)
    else:
        text = render_json(result) if form == "json" else render_csv(result)
    response = HttpResponse(text, content_type=TYPES[form])
    name = f"kiem-tra-bao-cao-{local(audit.created_at):%Y%m%d-%H%M}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _report(audit: ReportAudit) -> Report:
    uploads = []
    for item in audit.files.filter(previous=False).select_related("stored").order_by("pk"):
        with open_file(item.stored) as stream:
            uploads.append((item.name, stream.read()))
    return read_report(uploads)
