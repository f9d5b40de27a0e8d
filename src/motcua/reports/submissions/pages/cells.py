"""One cell of a submission: which units make it, what it is compared with, what is said of it; evidence files."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.figures.api import format_number
from motcua.engine.files.api import FileRefused, StoredFile, download, store
from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.reports.forms.api import (
    EDIT,
    PROVINCE,
    FormRow,
    FormsError,
    FormValue,
    added,
    cell_of,
    contributions,
    current_values,
    forms_of,
    history,
    parts_of,
    read_cell,
    record_value,
    show,
    stored_values,
)
from motcua.reports.submissions import operations, queries
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.judging import findings_of, overrides_of, peer_values, rows_of
from motcua.reports.submissions.models import Remark, Submission
from motcua.reports.submissions.pages.shapes import buttons, finding, head_of, line_of
from motcua.reports.submissions.pages.submissions import submission_or_404
from motcua.reports.submissions.permissions import VIEW
from motcua.reports.submissions.planning import below_of, unit_submissions
from motcua.reports.submissions.rules import oddness
from motcua.reports.submissions.states import EDITABLE

MOST_EVIDENCE = 20 * 1024 * 1024


@page(VIEW, methods=("GET", "POST"))
def cell(request: ViewedRequest, uid: uuid.UUID, form: str, code: str) -> HttpResponse:
    """What stands behind the cell; posting declares it, with a file that proves it."""
    found = submission_or_404(request, uid)
    row = _row_or_404(found, form, code)
    if request.method == "GET":
        return _show(request, found, row)
    request.viewer.require(EDIT, province=found.province_id, unit_path=found.unit_path)
    sent = request.POST
    base = sent.get("base", "")
    try:
        record_value(
            request.viewer,
            found.sheet,
            row.key,
            sent.get("state") or sent.get("value", ""),
            note=sent.get("note", ""),
            reason=sent.get("reason", ""),
            base_revision=int(base) if base.isdecimal() and len(base) < 9 else None,
            evidence=_evidence(request, found),
        )
    except (FormsError, FileRefused) as refusal:
        return _show(request, found, row, refusal.message)
    if found.state in EDITABLE:
        operations.derive_submission(None, found, anew=False)
    messages.success(request, _("Đã ghi dòng {code}.").format(code=row.code))
    return redirect("submissions:submission", uid=uid)


def _evidence(request: ViewedRequest, found: Submission) -> StoredFile | None:
    sent = request.FILES.get("evidence")
    if sent is None:
        return None
    return store(
        sent,
        name=sent.name or "minh-chung",
        province=found.province,
        viewer=request.viewer,
        limit=MOST_EVIDENCE,
    )


def _show(
    request: ViewedRequest, found: Submission, row: FormRow, refusal: str = "", status: int = 0
) -> HttpResponse:
    values = current_values(found.sheet)
    names = queries.people(values.values())
    said = [finding(each) for each in findings_of(found, values, names=names) if _speaks_of(each, row)]
    line = line_of(
        found, row, values.get(row.key), overrides_of(found, values, names), queries.targets_of(found), said
    )
    revisions = list(history(found.sheet, row.key))
    context = {
        "head": head_of(found),
        "submission": found,
        "row": row,
        "line": line,
        "parts": _parts(found, row),
        "peers": _peers(found, row, line.cell.value),
        "findings": said,
        "remarks": [each for each in queries.remarks_of(found) if each.row_key == row.key],
        "history": [
            {"value": each, "text": _(show(cell_of(each))), "evidence": each.evidence} for each in revisions
        ],
        "may": buttons(request.viewer, found),
        "refusal": refusal,
        "entered": request.POST
        if refusal
        else {"value": line.entered, "state": line.state, "note": line.cell.note},
    }
    return render(request, "submissions/cell.html", context, status=status or (422 if refusal else 200))


def _speaks_of(each: Any, row: FormRow) -> bool:
    return row.key == each.row or row.key in each.rows


def _parts(found: Submission, row: FormRow) -> dict[str, Any] | None:
    """Which units' cells make the province's: each by itself, their sum, and whether the sum is the cell."""
    if found.level != PROVINCE or row.climb == "none":
        return None
    keys = [key for key in parts_of(found.campaign.form_version, row.key) or () if "!" in key]
    units = unit_submissions(found.campaign)
    below = below_of(units)
    forms = forms_of(found.sheet)
    rows = [row] if row.climb == "sum" else [forms.row(key) for key in keys]
    stored = stored_values([each.sheet for each in below if each.sheet], rows)
    by_code = {each.unit_code: each for each in units}
    columns = [contributions(forms, each, below, stored) for each in rows]
    if not columns or not columns[0]:
        return None
    totals = [added(one, column) for one, column in zip(rows, columns, strict=True)]
    lines = [
        {
            "unit": cells[0].unit.name,
            "submission": by_code[cells[0].unit.code],
            "head": head_of(_with(by_code[cells[0].unit.code], found)),
            "texts": [_(show(each.cell)) if cells[0].unit.sheet else _("chưa nộp") for each in cells],
            "waiting": cells[0].unit.sheet is None,
            "people": any(each.value is not None and each.value.source == "declared" for each in cells),
            "number": cells[0].cell.value if cells[0].cell.value is not None else Decimal(-1),
        }
        for cells in zip(*columns, strict=True)
    ]
    return {
        "rows": rows,
        "lines": sorted(lines, key=lambda one: (-one["number"], one["unit"])),
        "totals": [_total(each) for each in totals],
        "complete": all(each.complete for each in totals),
        "waiting": sum(line["waiting"] for line in lines),
    }


def _with(submission: Submission, found: Submission) -> Submission:
    submission.campaign, submission.province = found.campaign, found.province
    submission.moved_by = None
    return submission


def _total(one: Any) -> str:
    number = one.value.numerator
    return "–" if number is None else format_number(Decimal(number.numerator) / number.denominator, trim=True)


def _peers(found: Submission, row: FormRow, value: Decimal | None) -> dict[str, Any] | None:
    """How the value stands among the units of the same level."""
    if found.level == PROVINCE or found.level not in row.levels:
        return None
    peers = peer_values(found, (row,)).get(row.key, [])
    judged = oddness(value, peers) if value is not None else None
    if judged is None:
        return {"count": len(peers)} if peers else None
    return {
        "count": len(peers),
        "middle": format_number(judged[0], trim=True),
        "low": format_number(min(peers), trim=True),
        "high": format_number(max(peers), trim=True),
        "odd": format_number(round(judged[1], 1), trim=True),
    }


@page(EDIT, methods=("POST",))
def judge_typed(request: ViewedRequest, uid: uuid.UUID, form: str, code: str) -> HttpResponse:
    """What the rules would say of the cell if what is being typed stood in it; nothing is written."""
    found = submission_or_404(request, uid)
    row = _row_or_404(found, form, code)
    request.viewer.require(EDIT, province=found.province_id, unit_path=found.unit_path)
    sent = request.POST
    text = sent.get(f"s-{row.key}") or sent.get(f"v-{row.key}") or sent.get("state") or sent.get("value", "")
    note = sent.get(f"n-{row.key}", sent.get("note", ""))
    wrong, said = "", []
    try:
        typed = read_cell(row, text, note)
    except FormsError as refusal:
        wrong = refusal.message
    else:
        said = [finding(each) for each in findings_of(found, cells={row.key: typed}) if _speaks_of(each, row)]
    return render(request, "submissions/typed.html", {"wrong": wrong, "findings": said})


@page(VIEW, methods=("POST",))
def say(request: ViewedRequest, uid: uuid.UUID, form: str, code: str) -> HttpResponse:
    """Leaves a remark at the cell."""
    found = submission_or_404(request, uid)
    row = _row_or_404(found, form, code)
    try:
        operations.remark(request.viewer, found, row.key, request.POST.get("text", ""))
    except SubmissionRefused as refusal:
        return _show(request, found, row, refusal.message)
    except NotPermitted as refusal:
        return _show(request, found, row, str(refusal))
    messages.success(request, _("Đã ghi góp ý."))
    return redirect("submissions:cell", uid=uid, form=form, code=code)


@page(VIEW, methods=("POST",))
def resolve(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Settles a remark."""
    try:
        remark = queries.remark_of(request.viewer, uid)
    except Remark.DoesNotExist:
        raise Http404 from None
    try:
        operations.resolve_remark(request.viewer, remark)
        messages.success(request, _("Đã đánh dấu góp ý là đã giải quyết."))
    except (SubmissionRefused, NotPermitted) as refusal:
        messages.error(request, str(refusal))
    return redirect(
        reverse("submissions:submission", args=[remark.submission.uid]) + ("#gop-y" if remark.row_key else "")
    )


@page(VIEW)
def evidence(request: ViewedRequest, uid: uuid.UUID, form: str, code: str, revision: int) -> HttpResponseBase:
    """The file that proves a value."""
    found = submission_or_404(request, uid)
    row = _row_or_404(found, form, code)
    value = (
        FormValue.objects.filter(sheet=found.sheet, row_key=row.key, revision=revision)
        .select_related("evidence", "evidence__blob")
        .first()
    )
    if value is None or value.evidence is None:
        raise Http404
    try:
        return download(value.evidence)
    except FileRefused as refusal:
        return _show(request, found, row, refusal.message, 404)


def _row_or_404(found: Submission, form: str, code: str) -> FormRow:
    row = next((each for each in rows_of(found) if each.key == f"{form}!{code}"), None)
    if row is None:
        raise Http404
    return row
