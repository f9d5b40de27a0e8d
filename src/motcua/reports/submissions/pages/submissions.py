"""One submission: what is asked, what was given, what is done with it; its versions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.reports.forms.api import EDIT, PROVINCE, FormsError, form_set, forms_of, record_value, show
from motcua.reports.submissions import operations, queries
from motcua.reports.submissions.errors import SubmissionRefused
from motcua.reports.submissions.models import Submission, Version
from motcua.reports.submissions.pages.shapes import buttons, desk_of, head_of, moved_lines
from motcua.reports.submissions.permissions import VIEW
from motcua.reports.submissions.states import EDITABLE
from motcua.reports.submissions.versions import moved_rows, thawed

Refusal = SubmissionRefused | FormsError


def submission_or_404(request: ViewedRequest, uid: uuid.UUID) -> Submission:
    try:
        return queries.submission(request.viewer, uid)
    except Submission.DoesNotExist:
        raise Http404 from None


@page(VIEW)
def submission(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """What is asked of the unit first, then what the system gave."""
    return show_submission(request, submission_or_404(request, uid))


def show_submission(
    request: ViewedRequest,
    found: Submission,
    refusal: Refusal | None = None,
    refused: dict[str, str] | None = None,
) -> HttpResponse:
    desk = desk_of(found)
    context = {
        "desk": desk,
        "head": desk.head,
        "submission": found,
        "may": buttons(request.viewer, found),
        "may_run": operations.may_do(request.viewer, found, operations.TABLE["open"]),
        "refusal": refusal,
        "refused": refused or {},
        "entered": request.POST,
        "drift": _drift(found),
        "version": found.versions.order_by("-number").first() if found.number else None,
        "is_province": found.level == PROVINCE,
    }
    return render(request, "submissions/submission.html", context, status=422 if refusal or refused else 200)


def _drift(found: Submission) -> list[dict[str, str]]:
    """For the province's locked forms: what deriving would change."""
    if found.level != PROVINCE or found.state in EDITABLE or not found.given:
        return []
    lines = [
        {"row": key, "before": each["before"], "after": each["after"]}
        for key, each in operations.drift_of(found).items()
    ]
    return moved_lines([line | {"by": None, "why": each_why(line)} for line in lines], {})


def each_why(line: dict[str, Any]) -> str:
    """What gives the new number, or whom it waits for."""
    after = line["after"] or {}
    if after.get("missing"):
        return _("chờ số của {units}").format(units=", ".join(after["missing"][:5]))
    return str(after.get("reason", ""))


@page(VIEW, methods=("POST",))
def act(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Does what a button says: derive, submit, withdraw, return, approve, publish, reopen, change the due day."""
    found = submission_or_404(request, uid)
    work = _ACTS.get(request.POST.get("viec", ""))
    if work is None:
        return show_submission(
            request, found, SubmissionRefused("act", _("Không có việc này; hãy tải lại trang."))
        )
    try:
        said = work(request, found)
    except (SubmissionRefused, FormsError) as refusal:
        return show_submission(request, submission_or_404(request, uid), refusal)
    except NotPermitted as refusal:
        told = SubmissionRefused("act", str(refusal))
        return show_submission(request, submission_or_404(request, uid), told)
    messages.success(request, said)
    return redirect("submissions:submission", uid=uid)


def _derive(request: ViewedRequest, found: Submission) -> str:
    written = operations.derive_submission(request.viewer, found)
    return _("Đã điền sẵn: {count} ô thay đổi.").format(count=written)


def _submit(request: ViewedRequest, found: Submission) -> str:
    version = operations.submit(request.viewer, found, why=request.POST.get("reason", ""))
    return _("Đã nộp, bản {number}.").format(number=version.number)


def _withdraw(request: ViewedRequest, found: Submission) -> str:
    operations.withdraw(request.viewer, found)
    return _("Đã rút lại; biểu sửa được.")


def _return(request: ViewedRequest, found: Submission) -> str:
    operations.return_submission(request.viewer, found, request.POST.get("reason", ""))
    return _("Đã trả lại.")


def _approve(request: ViewedRequest, found: Submission) -> str:
    operations.approve(request.viewer, found)
    return _("Đã duyệt.")


def _publish(request: ViewedRequest, found: Submission) -> str:
    operations.publish(request.viewer, found)
    return _("Đã công bố.")


def _reopen(request: ViewedRequest, found: Submission) -> str:
    operations.reopen(request.viewer, found, request.POST.get("reason", ""))
    return _("Đã mở lại để sửa.")


def _due(request: ViewedRequest, found: Submission) -> str:
    try:
        day = dt.date.fromisoformat(request.POST.get("due", ""))
    except ValueError:
        raise SubmissionRefused("due", _("Hãy chọn ngày hạn nộp.")) from None
    operations.change_due(request.viewer, found, day, request.POST.get("reason", ""))
    return _("Đã đổi hạn nộp.")


_ACTS: dict[str, Callable[[ViewedRequest, Submission], str]] = {
    "derive": _derive,
    "submit": _submit,
    "withdraw": _withdraw,
    "return": _return,
    "approve": _approve,
    "publish": _publish,
    "reopen": _reopen,
    "due": _due,
}


@page(EDIT, methods=("POST",))
def save(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Records every asked cell that was changed; each one that is refused says why, the others are written."""
    found = submission_or_404(request, uid)
    request.viewer.require(EDIT, province=found.province_id, unit_path=found.unit_path)
    sent, refused, written = request.POST, {}, 0
    for line in desk_of(found).asked:
        key = line.row.key
        text = sent.get(f"s-{key}") or sent.get(f"v-{key}")
        if text is None or (
            text.strip() == (line.state or line.entered) and _note(sent, key) == line.cell.note
        ):
            continue
        base = sent.get(f"b-{key}", "")
        try:
            record_value(
                request.viewer,
                found.sheet,
                key,
                text,
                note=_note(sent, key),
                reason=sent.get("reason", ""),
                base_revision=int(base) if base.isdecimal() and len(base) < 9 else None,
            )
            written += 1
        except FormsError as error:
            refused[key] = error.message
    if written and found.state in EDITABLE:
        operations.derive_submission(None, found, anew=False)
    if refused:
        return show_submission(request, submission_or_404(request, uid), None, refused)
    messages.success(request, _("Đã ghi {count} ô.").format(count=written))
    return redirect("submissions:submission", uid=uid)


def _note(sent: Any, key: str) -> str:
    return str(sent.get(f"n-{key}", "")).strip()


@page(VIEW)
def versions(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Every hand-over, with what moved since the one before."""
    found = submission_or_404(request, uid)
    labels = {row.key: row.label for row in forms_of(found.sheet).rows()}
    lines = [
        {
            "version": each,
            "stage": _(Version.Stage(each.stage).label),
            "moved": moved_lines(each.moved, labels),
            "blocking": sum(one["severity"] == "error" for one in each.findings),
            "explained": sum(one["severity"] == "explain" for one in each.findings),
        }
        for each in queries.versions_of(found)
    ]
    context = {"head": head_of(found), "submission": found, "lines": lines}
    return render(request, "submissions/versions.html", context)


@page(VIEW)
def version(request: ViewedRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    """One hand-over as it was; beside another one (?voi=) row by row."""
    found = submission_or_404(request, uid)
    listed = {each.number: each for each in queries.versions_of(found)}
    if number not in listed:
        raise Http404
    one = listed[number]
    other_number = request.GET.get("voi", "")
    other = listed.get(int(other_number)) if other_number.isdecimal() and len(other_number) < 6 else None
    forms = form_set(found.campaign.form_version)
    labels = {row.key: row.label for row in forms.rows()}
    context = {
        "head": head_of(found),
        "submission": found,
        "version": one,
        "stage": _(Version.Stage(one.stage).label),
        "other": other,
        "others": [each for each in listed if each != number],
        "moved": moved_lines(moved_rows(other.cells, one.cells), labels) if other else [],
        "cells": [
            {
                "row": row,
                "text": _(show(thawed(one.cells[row.key]))),
                "note": one.cells[row.key]["note"],
                "reason": one.cells[row.key]["reason"],
            }
            for row in forms.rows()
            if row.key in one.cells
        ],
    }
    return render(request, "submissions/version.html", context)
