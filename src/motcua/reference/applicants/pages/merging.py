"""Two records of one person become one, and may become two again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reference.applicants.data import PersonalData
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.likeness import likely_twins
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.operations import merge_applicants, undo_merge
from motcua.reference.applicants.pages.finding import back_to, find
from motcua.reference.applicants.permissions import MERGE
from motcua.reference.applicants.reading import reveal
from motcua.reference.applicants.words import FIELDS
from motcua.reference.applicants.words import MERGE as MERGE_PURPOSE


@page(MERGE, methods=("GET", "POST"))
def merge(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Compares this record with another and says which one is kept. Without the other, offers the likely ones."""
    kept = find(request, uid)
    request.viewer.require(MERGE, province=kept.province_id)
    other = _other(request, request.POST.get("voi") or request.GET.get("voi", ""))
    if request.method == "POST" and other is not None:
        if request.POST.get("swap"):
            kept, other = other, kept
        try:
            merge_applicants(request.viewer, kept, other, request.POST.get("reason", ""))
        except ApplicantRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Đã gộp hai bản ghi; tách lại được khi gộp nhầm."))
            return back_to(kept)
    context = {"kept": kept, "other": other, "twins": [] if other else likely_twins(kept)}
    if other is not None:
        context["rows"] = _compared(request, kept, other)
    answer = render(
        request, "applicants/merge.html", context, status=400 if request.method == "POST" else 200
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page(MERGE, methods=("POST",))
def unmerge(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Makes a merged record one of its own again."""
    gone = find(request, uid)
    try:
        undo_merge(request.viewer, gone, request.POST.get("reason", ""))
    except ApplicantRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã tách lại thành hai bản ghi."))
    return back_to(gone)


def _other(request: ViewedRequest, text: str) -> Applicant | None:
    if not text:
        return None
    try:
        return find(request, uuid.UUID(text))
    except ValueError:
        raise Http404 from None


def _compared(request: ViewedRequest, kept: Applicant, other: Applicant) -> list[dict[str, object]]:
    """Both in plain text, each a reading of its own."""
    left, right = (reveal(request.viewer, row, purpose=MERGE_PURPOSE) for row in (kept, other))
    rows = [{"label": _("Họ và tên, tên tổ chức"), "left": left.display_name, "right": right.display_name}]
    rows += [
        {"label": _(label), "left": _shown(left, name), "right": _shown(right, name)}
        for name, label in FIELDS.items()
    ]
    return [row | {"same": row["left"] == row["right"]} for row in rows if row["left"] or row["right"]]


def _shown(data: PersonalData, name: str) -> str:
    return data.birth_day if name == "birth_date" else str(getattr(data, name))
