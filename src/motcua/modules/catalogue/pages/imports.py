"""A file of procedures: sent, compared, chosen, applied, reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from motcua.engine.files.api import FileRefused
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing.comparing import KINDS
from motcua.modules.catalogue.importing.files import MAX_BYTES
from motcua.modules.catalogue.importing.operations import (
    APPLIED,
    discard_import,
    flights_of,
    read_import,
    start_import,
)
from motcua.modules.catalogue.models import ImportBatch
from motcua.modules.catalogue.pages.exports import table
from motcua.modules.catalogue.permissions import ANNOUNCE, EDIT

PAGE_SIZE = 50
KIND_LABELS = {
    "missing": gettext_noop("Chưa có trong danh mục"),
    "changed": gettext_noop("Có thay đổi"),
    "same": gettext_noop("Giống nhau"),
    "extra": gettext_noop("Chỉ có trong danh mục"),
    "invalid": gettext_noop("Không nhận được"),
}
NOTE_LABELS = {
    "time.no-unit": gettext_noop("thời hạn không ghi đơn vị (ngày hay giờ)"),
    "time.text": gettext_noop("thời hạn ghi bằng lời, giữ nguyên văn"),
    "time.several": gettext_noop("nhiều thời hạn không rõ trường hợp"),
    "fee.text": gettext_noop("phí ghi bằng lời, giữ nguyên văn"),
    "fee.several": gettext_noop("nhiều mức phí không rõ trường hợp"),
    "field.none": gettext_noop("không ghi lĩnh vực"),
    "level.none": gettext_noop("không ghi cấp thực hiện"),
    "level.other": gettext_noop("có cơ quan ngoài ba cấp bộ, tỉnh, xã"),
    "online.unclear": gettext_noop("có kênh trực tuyến nhưng không ghi mức độ"),
    "location.unclear": gettext_noop("không rõ có phi địa giới hay không"),
    "channel.unknown": gettext_noop("cách nộp không nhận ra"),
    "paper.url": gettext_noop("địa chỉ mẫu đơn không phải trang web"),
}
STATE_LABELS = {
    "waiting": gettext_noop("đang chờ quyết định"),
    "applying": gettext_noop("đang áp dụng"),
    "applied": gettext_noop("đã áp dụng"),
    "discarded": gettext_noop("đã bỏ"),
}
HEADINGS = (
    gettext_lazy("Dòng"),
    gettext_lazy("Mã TTHC"),
    gettext_lazy("Tên thủ tục"),
    gettext_lazy("So sánh"),
    gettext_lazy("Khác nhau"),
    gettext_lazy("Lý do không nhận"),
    gettext_lazy("Chỗ chưa đọc chắc"),
)


@page(EDIT, methods=("GET", "POST"))
def upload(request: ViewedRequest) -> HttpResponse:
    """Takes a file in and compares it; nothing of the catalogue changes."""
    refusal = None
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                raise CatalogueError("import.none", _("Chưa chọn tệp."))
            content = sent.read(MAX_BYTES + 1)
            made = read_import(request.viewer, request.province, sent.name or "", content)
            return redirect("catalogue:batch", uid=made.uid)
        except (CatalogueError, FileRefused) as error:
            refusal = error
    batches = request.viewer.within(
        ImportBatch.objects.filter(province=request.province), EDIT, unit_path=None
    )
    context = {"refusal": refusal, "batches": batches.defer("rows").order_by("-pk")[:20]}
    return render(request, "catalogue/import.html", context, status=422 if refusal else 200)


@page(EDIT)
def batch(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Counts, notes, rows by kind; while it is being applied, how far it is."""
    found = _batch_or_404(request, uid)
    kind = request.GET.get("loai", "")
    kind = kind if kind in KINDS else next((one for one in KINDS if found.report["counts"][one]), "missing")
    numbered = [(at, row) for at, row in enumerate(found.rows) if row["kind"] == kind]
    shown = Paginator(numbered, PAGE_SIZE).get_page(request.GET.get("trang"))
    total = len(found.report.get("chosen", ()))
    context = {
        "batch": found,
        "state": _(STATE_LABELS[found.state]),
        "counts": [(one, _(KIND_LABELS[one]), found.report["counts"][one]) for one in KINDS],
        "notes": [(_(NOTE_LABELS.get(code, code)), n) for code, n in found.report["notes"].items()],
        "kind": kind,
        "page": shown,
        "rows": [{"at": at, **row, "noted": _notes(row)} for at, row in shown],
        "total": total,
        "waiting": found.state == "waiting",
        "appliable": sum(found.report["counts"][one] for one in APPLIED),
        "chooses": found.state == "waiting" and kind in APPLIED,
        "in_flight": flights_of(found) if found.state == "waiting" else 0,
        "may_announce": request.viewer.may(ANNOUNCE, province=request.province, unit_path="/"),
        "today": today(),
        "results": [(_(_RESULTS.get(code, code)), n) for code, n in found.report.get("results", {}).items()],
    }
    return render(request, "catalogue/batch.html", context)


_RESULTS = {
    "created": gettext_noop("thêm mới"),
    "changed": gettext_noop("thay đổi"),
    "same": gettext_noop("đã giống, không ghi"),
    "skipped": gettext_noop("bỏ qua"),
}


@page(ANNOUNCE, methods=("POST",))
def apply(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Queues the chosen rows: those ticked on the page, or all of the kinds named."""
    found = _batch_or_404(request, uid)
    post = request.POST
    kinds = {one for one in post.getlist("kind") if one in APPLIED}
    ticked = {int(one) for one in post.getlist("row") if one.isdigit() and len(one) < 7}
    chosen = [at for at, row in enumerate(found.rows) if at in ticked or row["kind"] in kinds]
    try:
        day = dt.date.fromisoformat(post.get("valid_from", ""))
        start_import(request.viewer, found, chosen, day, policy=post.get("policy", ""))
        messages.success(request, _("Đã bắt đầu áp dụng; tải lại trang để xem tiến độ."))
    except ValueError as refusal:
        messages.error(request, getattr(refusal, "message", _("Hãy ghi ngày áp dụng.")))
    return redirect("catalogue:batch", uid=found.uid)


@page(EDIT, methods=("POST",))
def discard(request: ViewedRequest, uid: UUID) -> HttpResponse:
    found = _batch_or_404(request, uid)
    try:
        discard_import(request.viewer, found)
        messages.success(request, _("Đã bỏ tệp, không áp dụng dòng nào."))
    except CatalogueError as refusal:
        messages.error(request, refusal.message)
    return redirect("catalogue:import")


@page(EDIT)
def report(request: ViewedRequest, uid: UUID, form: str) -> HttpResponse:
    """Every row of the comparison, with reasons and notes, to save."""
    found = _batch_or_404(request, uid)
    if form not in ("xlsx", "csv"):
        raise Http404
    return table(form, f"doi-chieu-{found.uid}", [str(one) for one in HEADINGS], _report(found))


def _report(found: ImportBatch) -> Iterator[list[str]]:
    for row in found.rows:
        yield [
            str(row["row"] or ""),
            row["code"],
            row["name"],
            _(KIND_LABELS[row["kind"]]),
            "; ".join(_difference(one) for one in row.get("differences", ())),
            " ".join(row.get("reasons", ())),
            "; ".join(_notes(row)),
        ]


def _difference(one: dict[str, Any]) -> str:
    changed = [f"{before} → {after}" for before, after in one["changed"]]
    parts = [*changed, *(f"+ {line}" for line in one["added"]), *(f"- {line}" for line in one["removed"])]
    return f"{one['label']}: {'; '.join(parts)}"


def _notes(row: dict[str, Any]) -> list[str]:
    return [_(NOTE_LABELS.get(code, code)) for code in row.get("notes", ())]


def _batch_or_404(request: ViewedRequest, uid: UUID) -> ImportBatch:
    rows = ImportBatch.objects.filter(province=request.province, uid=uid).select_related("province")
    found = request.viewer.within(rows, EDIT, unit_path=None).first()
    if found is None:
        raise Http404
    return found
