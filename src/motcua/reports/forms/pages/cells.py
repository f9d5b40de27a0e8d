from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.files.api import FileRefused, StoredFile, store
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.explorer.api import VIEW as FIGURES
from motcua.reports.forms import operations, queries
from motcua.reports.forms.cells import show
from motcua.reports.forms.counting import count_row
from motcua.reports.forms.definitions import FormRow
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.gathering import gather
from motcua.reports.forms.models import FormSheet, FormValue
from motcua.reports.forms.pages.shapes import counted, definition, desk, gathered
from motcua.reports.forms.pages.sheets import sheet_or_404
from motcua.reports.forms.permissions import EDIT, VIEW
from motcua.reports.forms.words import SOURCES


@page(VIEW)
def cell(request: ViewedRequest, uid: UUID, form: str, code: str) -> HttpResponse:
    """What stands behind one cell: definition, relations, source, history. A panel for htmx, else a page."""
    sheet = sheet_or_404(request, uid)
    row = _row_or_404(sheet, form, code)
    template = "forms/cell_panel.html" if request.htmx else "forms/cell.html"
    return _answer(request, template, sheet, row)


@page(EDIT, methods=("GET", "POST"))
def edit(request: ViewedRequest, uid: UUID, form: str, code: str) -> HttpResponse:
    """Declares what stands in a cell, with a reason where something stood there."""
    sheet = sheet_or_404(request, uid)
    row = _row_or_404(sheet, form, code)
    request.viewer.require(EDIT, province=sheet.province_id, unit_path=sheet.unit_path)
    if request.method == "GET":
        return _answer(request, "forms/cell.html", sheet, row)
    sent = request.POST
    try:
        operations.record_value(
            request.viewer,
            sheet,
            row.key,
            sent.get("state") or sent.get("value", ""),
            note=sent.get("note", ""),
            reason=sent.get("reason", ""),
            base_revision=_base(sent.get("base", "")),
            idempotency_key=_once(request, sheet, row),
            evidence=evidence_of(request, sheet),
        )
    except FileRefused as refusal:
        return _answer(request, "forms/cell.html", sheet, row, FormsError(refusal.code, refusal.message))
    except FormsError as refusal:
        return _answer(request, "forms/cell.html", sheet, row, refusal)
    messages.success(request, _("Đã ghi dòng %(code)s.") % {"code": row.code})
    return _back(sheet, row)


@page(EDIT, methods=("POST",))
def recompute(request: ViewedRequest, uid: UUID, form: str, code: str) -> HttpResponse:
    """Sets a percentage to what its parts give."""
    return _taken(request, uid, form, code, operations.recompute_value, _("Đã tính lại dòng %(code)s."))


@page(EDIT, methods=("POST",))
def collect(request: ViewedRequest, uid: UUID, form: str, code: str) -> HttpResponse:
    """Sets a row to what the units below have."""
    return _taken(request, uid, form, code, operations.gather_value, _("Đã tổng hợp dòng %(code)s."))


@page(EDIT, methods=("POST",))
def count(request: ViewedRequest, uid: UUID, form: str, code: str) -> HttpResponse:
    """Sets a row to what the records count to."""
    said = _("Đã lấy số đếm từ hồ sơ cho dòng %(code)s.")
    return _taken(request, uid, form, code, operations.count_value, said)


def _taken(
    request: ViewedRequest, uid: UUID, form: str, code: str, work: Callable[..., FormValue], said: str
) -> HttpResponse:
    """Does what gives a row its value, upon the revision the person saw; refused, the cell says why."""
    sheet = sheet_or_404(request, uid)
    row = _row_or_404(sheet, form, code)
    try:
        work(request.viewer, sheet, row.key, base_revision=_base(request.POST.get("base", "")))
    except FormsError as refusal:
        return _answer(request, "forms/cell.html", sheet, row, refusal)
    messages.success(request, said % {"code": row.code})
    return _back(sheet, row)


MOST_EVIDENCE = 20 * 1024 * 1024


def evidence_of(request: ViewedRequest, sheet: FormSheet) -> StoredFile | None:
    """The file sent beside a value, taken in. Raises FileRefused."""
    sent = request.FILES.get("evidence")
    if sent is None:
        return None
    name = sent.name or "minh-chung"
    return store(sent, name=name, province=sheet.province, viewer=request.viewer, limit=MOST_EVIDENCE)


def _once(request: ViewedRequest, sheet: FormSheet, row: FormRow) -> str | None:
    """What the browser calls this sending, kept apart from anybody else's and from any other cell's."""
    given = request.POST.get("once", "")[:64]
    return f"{request.viewer.user_id}:{sheet.pk}:{row.key}:{given}" if given else None


def _base(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _row_or_404(sheet: FormSheet, form: str, code: str) -> FormRow:
    try:
        row = queries.forms_of(sheet).row(f"{form}!{code}")
    except (KeyError, ValueError):
        raise Http404 from None
    if row.is_heading:
        raise Http404
    return row


def _back(sheet: FormSheet, row: FormRow) -> HttpResponse:
    return redirect(reverse("forms:form", args=[sheet.uid, row.form]) + f"#r-{row.code}")


def _answer(
    request: ViewedRequest, template: str, sheet: FormSheet, row: FormRow, refusal: FormsError | None = None
) -> HttpResponse:
    work = desk(request.viewer, sheet)
    revisions = list(queries.history(sheet, row.key))
    latest = revisions[0] if revisions else None
    context = {
        "head": work.head,
        "form": work.forms.forms[row.form],
        "shown": work.shown_row(row),
        "checks": work.of_row(row.key),
        "definition": definition(work.forms, row),
        "gathered": gathered(gather(request.viewer, sheet, row)),
        "counted": counted(sheet, count_row(sheet, row), latest),
        "may_open_figures": request.viewer.may(FIGURES, province=sheet.province_id),
        "latest": latest,
        "revisions": [_revision(value) for value in revisions],
        "refusal": refusal,
        "entered": request.POST if refusal else _as_entered(latest),
    }
    return render(request, template, context, status=422 if refusal else 200)


def _revision(value: FormValue) -> dict[str, object]:
    return {"value": value, "text": _(show(queries.cell_of(value))), "source": SOURCES[value.source]}


def _as_entered(value: FormValue | None) -> dict[str, str]:
    """The form as it stands before anybody types."""
    stored = queries.cell_of(value)
    absent = stored.value is None
    state = show(stored) if absent and value is not None and value.status != "blank" else ""
    return {"value": "" if absent else show(stored), "state": state, "note": stored.note, "reason": ""}
