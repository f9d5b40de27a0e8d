"""Processes from and to files: a table of many, a BPMN drawing of one."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing.files import MAX_BYTES
from motcua.modules.catalogue.pages.exports import table as saved_table
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes.bpmn import to_bpmn
from motcua.modules.catalogue.processes.importing import TableImported, import_bpmn, import_process_table
from motcua.modules.catalogue.processes.pages.editing import _here
from motcua.modules.catalogue.processes.pages.finding import (
    drafter_of,
    in_force,
    variant_asked,
    versions_of,
)
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.table import WHY

HEADINGS = (
    gettext_lazy("Dòng"),
    gettext_lazy("Mã TTHC"),
    gettext_lazy("Mã lý do"),
    gettext_lazy("Lý do"),
    gettext_lazy("Nội dung ô"),
)


@page(PROCESS_EDIT, methods=("GET", "POST"))
def table(request: ViewedRequest) -> HttpResponse:
    """Takes a table in; every process becomes a draft, every row not read whole is told, on the page or as a file."""
    if not request.viewer.may(PROCESS_EDIT, province=request.province, unit_path="/"):
        message = _("Nhập bảng của cả tỉnh cần quyền soạn quy trình trên toàn tỉnh.")
        return render(request, "catalogue/processes/table.html", {"closed": message})
    refusal, done = None, None
    if request.method == "POST":
        try:
            done = import_process_table(request.viewer, request.province, _sent(request))
        except CatalogueError as error:
            refusal = error
    if done is not None and request.POST.get("report") in ("csv", "xlsx"):
        return _report(request.POST["report"], done)
    counts = Counter(one.code for one in done.read.unread) if done else Counter()
    context = {
        "done": done,
        "refusal": refusal,
        "counts": [(_(WHY[code]), number) for code, number in counts.most_common()],
        "limit": MAX_BYTES // 2**20,
    }
    return render(request, "catalogue/processes/table.html", context, status=422 if refusal else 200)


def _sent(request: ViewedRequest) -> bytes:
    sent = request.FILES.get("file")
    if sent is None:
        raise CatalogueError("import.none", _("Chưa chọn tệp."))
    return bytes(sent.read(MAX_BYTES + 1))


def _report(form: str, done: TableImported) -> HttpResponse:
    rows = ([str(one.line), one.procedure, one.code, one.message, one.text] for one in done.read.unread)
    return saved_table(form, "bao-cao-nhap-quy-trinh", [str(one) for one in HEADINGS], rows)


@page(PUBLIC)
def bpmn(request: ViewedRequest, code: str) -> HttpResponse:
    """The process in force as a BPMN 2.0 file."""
    found, variant = procedure_or_404(request, code), variant_asked(request)
    versions = versions_of(found, variant)
    shown = in_force(versions) or (versions[0] if versions else None)
    if shown is None:
        raise Http404
    name = f"quy-trinh-{found.code}{'-' + variant if variant else ''}.bpmn"
    return HttpResponse(
        to_bpmn(plan_of(shown)),
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page(PROCESS_EDIT, methods=("GET", "POST"))
def take_bpmn(request: ViewedRequest, code: str) -> HttpResponse:
    """A drawing becomes the draft, to be looked over in the editor."""
    found, variant = drafter_of(request, code), variant_asked(request)
    refusal = None
    if request.method == "POST":
        try:
            import_bpmn(request.viewer, found, _sent(request), variant=variant)
            messages.success(
                request, _("Đã đọc tệp BPMN thành bản soạn. Hãy xem lại trước khi trình phê duyệt.")
            )
            return redirect(_here("edit-process", found, variant))
        except CatalogueError as error:
            refusal = error
    context = {"procedure": found, "variant": variant, "refusal": refusal}
    return render(request, "catalogue/processes/bpmn.html", context, status=422 if refusal else 200)
