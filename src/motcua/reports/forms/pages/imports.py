from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.files.api import FileRefused
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.forms import operations, queries
from motcua.reports.forms.cells import Cell, show
from motcua.reports.forms.differences import Difference, Kind
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.models import ImportBatch
from motcua.reports.forms.pages.cells import evidence_of
from motcua.reports.forms.pages.shapes import sheet_head
from motcua.reports.forms.pages.sheets import sheet_or_404
from motcua.reports.forms.permissions import IMPORT
from motcua.reports.forms.workbook import MAX_BYTES

CHOICE, SEEN = "choice-", "seen-"


@page(IMPORT, methods=("GET", "POST"))
def upload(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Takes in a workbook; what differs is decided on the next page."""
    sheet = sheet_or_404(request, uid)
    request.viewer.require(IMPORT, province=sheet.province_id, unit_path=sheet.unit_path)
    refusal = None
    if request.method == "POST":
        try:
            name, content = _sent_file(request)
            batch = operations.import_workbook(request.viewer, sheet, name, content)
            return redirect("forms:decide", uid=batch.uid)
        except FormsError as error:
            refusal = error
    waiting = (
        sheet.batches.filter(stage=ImportBatch.Stage.PENDING).select_related("imported_by").order_by("-pk")
    )
    context = {"head": sheet_head(request.viewer, sheet), "refusal": refusal, "waiting": waiting}
    return render(request, "forms/import.html", context, status=422 if refusal else 200)


def _sent_file(request: ViewedRequest) -> tuple[str, bytes]:
    sent = request.FILES.get("file")
    if sent is None:
        raise FormsError("forms.workbook.none", _("Chưa chọn tệp. Hãy chọn tệp .xlsx đã xuất từ trang này."))
    return sent.name or "", sent.read(MAX_BYTES + 1)


@page(IMPORT, methods=("GET", "POST"))
def decide(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """The three-way view of a waiting workbook; one choice a cell, written all together or not at all."""
    batch = _batch_or_404(request, uid)
    refusal = None
    if request.method == "POST":
        try:
            written = operations.resolve_difference(
                request.viewer,
                batch,
                _named(request, CHOICE),
                seen={key: int(text) for key, text in _named(request, SEEN).items() if _is_revision(text)},
                reason=request.POST.get("reason", ""),
                evidence=evidence_of(request, batch.sheet),
            )
            messages.success(request, _("Đã ghi %(count)d ô từ tệp.") % {"count": written})
            return redirect("forms:form", uid=batch.sheet.uid, form="1")
        except FormsError as error:
            refusal = error
        except FileRefused as error:
            refusal = FormsError(error.code, error.message)
    return _decision(request, batch, refusal)


def _is_revision(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _decision(request: ViewedRequest, batch: ImportBatch, refusal: FormsError | None) -> HttpResponse:
    current = queries.current_values(batch.sheet)
    chosen = _named(request, CHOICE)
    pending = batch.stage == ImportBatch.Stage.PENDING
    rows = operations.differences_of(batch, current) if pending else ()
    context = {
        "head": sheet_head(request.viewer, batch.sheet),
        "batch": batch,
        "pending": pending,
        "rows": [
            _row(
                each,
                current[each.row.key].revision if each.row.key in current else 0,
                chosen.get(each.row.key),
            )
            for each in rows
        ],
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "forms/decide.html", context, status=422 if refusal else 200)


def _row(difference: Difference, seen: int, chosen: str | None) -> dict[str, object]:
    default = operations.YOURS if difference.kind is Kind.MINE else ""
    return {
        "row": difference.row,
        "kind": difference.kind.value,
        "seen": seen,
        "chosen": chosen or default,
        "base": _words(difference.base),
        "yours": _words(difference.yours),
        "current": _words(difference.current),
    }


def _words(cell: Cell) -> dict[str, str]:
    return {"text": _(show(cell)), "note": cell.note}


@page(IMPORT, methods=("POST",))
def discard(request: ViewedRequest, uid: UUID) -> HttpResponse:
    """Leaves a waiting workbook aside."""
    batch = _batch_or_404(request, uid)
    try:
        operations.discard_import(request.viewer, batch)
    except FormsError as refusal:
        return _decision(request, batch, refusal)
    messages.success(request, _("Đã bỏ tệp, không ghi ô nào."))
    return redirect("forms:form", uid=batch.sheet.uid, form="1")


def _batch_or_404(request: ViewedRequest, uid: UUID) -> ImportBatch:
    try:
        return queries.import_batch(request.viewer, uid)
    except ImportBatch.DoesNotExist:
        raise Http404 from None


def _named(request: ViewedRequest, prefix: str) -> dict[str, str]:
    """Fields of the sent form whose name begins with `prefix`, by the row key that follows it."""
    return {
        name.removeprefix(prefix): str(text) for name, text in request.POST.items() if name.startswith(prefix)
    }
