"""Searching applicants, looking at one, opening his data."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.privacy.api import READINGS_VIEW, readings_of
from motcua.reference.applicants.identity import visible
from motcua.reference.applicants.likeness import likely_twins
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.permissions import MANAGE, MERGE, VIEW
from motcua.reference.applicants.queries import BY_AGE, after, find_applicants, masked, visible_applicants
from motcua.reference.applicants.reading import reveal
from motcua.reference.applicants.words import FIELDS, OWN_PURPOSES, PURPOSES

SHOWN, READINGS_SHOWN = 25, 10


@page(VIEW)
def list_applicants(request: ViewedRequest) -> HttpResponse:
    """Search; numbers are shown by their last signs only."""
    words = visible(request.GET.get("q", ""))[:200].strip()
    rows = (
        find_applicants(request.viewer, request.province, words)
        if request.province
        else Applicant.objects.none()
    )
    rows = _after(rows, request.GET.get("sau", ""))
    shown = list(rows[: SHOWN + 1])
    more = len(shown) > SHOWN
    shown = shown[:SHOWN]
    context = {
        "words": words,
        "lines": [{"applicant": row, "masked": masked(row)} for row in shown],
        "many": rows.query.order_by == BY_AGE,
        "further": "sau" in request.GET,
        "next_query": urlencode({"q": words, "sau": shown[-1].uid}) if more else "",
        "may_manage": request.viewer.may(MANAGE, province=request.province or None),
    }
    return render(request, "applicants/list.html", context)


def _after(rows: QuerySet[Applicant], text: str) -> QuerySet[Applicant]:
    """The rows behind the one named."""
    try:
        last = rows.model._default_manager.filter(uid=uuid.UUID(text)).first()
    except ValueError:
        last = None
    if last is None:
        return rows
    return after(rows, last)


@page(VIEW)
def applicant(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One applicant, numbers masked; his data is opened with a purpose."""
    return show(request, find(request, uid))


@page(VIEW, methods=("POST",))
def opened(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The same page with the data in plain text, once the reading is noted."""
    found = find(request, uid)
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        return show(request, found, wrong=_("Hãy chọn mục đích xem dữ liệu."), status=400)
    data = reveal(request.viewer, found, purpose=purpose)
    answer = show(request, found, data=data, purpose=purpose)
    answer["Cache-Control"] = "no-store"
    return answer


def find(request: ViewedRequest, uid: uuid.UUID) -> Applicant:
    """The applicant an address names, for who may look at applicants of the province."""
    rows = visible_applicants(request.viewer, request.province or None)
    return get_object_or_404(rows.select_related("province", "merged_into"), uid=uid)


def show(request: ViewedRequest, found: Applicant, *, status: int = 200, **more: Any) -> HttpResponse:
    """An applicant's page."""
    viewer = request.viewer
    may_merge = viewer.may(MERGE, province=found.province_id)
    oversees = viewer.may(READINGS_VIEW, province=found.province_id)
    context: dict[str, Any] = {
        "applicant": found,
        "masked": masked(found),
        "fields": FIELDS,
        "purposes": PURPOSES,
        "every_purpose": PURPOSES | OWN_PURPOSES,
        "twins": likely_twins(found) if found.merged_into is None and found.erased_at is None else [],
        "merged": list(found.merged.order_by("pk")),
        "may_manage": viewer.may(MANAGE, province=found.province_id),
        "may_merge": may_merge,
        "oversees": oversees,
        "readings": readings_of(viewer, found.province, found.subject)[:READINGS_SHOWN] if oversees else [],
    }
    return render(request, "applicants/applicant.html", context | more, status=status)


def back_to(found: Applicant) -> HttpResponse:
    return redirect("applicants:applicant", uid=found.uid)
