"""Entering an applicant and changing one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.text import squeeze
from motcua.reference.applicants.data import ApplicantDraft, Likeness
from motcua.reference.applicants.drafts import checked
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.likeness import likely_duplicates
from motcua.reference.applicants.models import Applicant
from motcua.reference.applicants.operations import register_applicant, update_applicant
from motcua.reference.applicants.pages.finding import find
from motcua.reference.applicants.pages.forms import ApplicantForm
from motcua.reference.applicants.permissions import MANAGE
from motcua.reference.applicants.reading import reveal
from motcua.reference.applicants.words import EDIT
from motcua.reference.people.api import PROVINCE_WIDE, UnitRef


@page(MANAGE, methods=("GET", "POST"))
def add(request: ViewedRequest) -> HttpResponse:
    """Enters an applicant; who is likely there already is shown first."""
    form = ApplicantForm(request.POST or None)
    alike: list[Likeness] = []
    if request.method == "POST" and form.is_valid():
        try:
            draft = form.draft()
            checked(draft)
            alike = likely_duplicates(request.province, draft)
            if not alike or form.cleaned_data["confirmed"] == fingerprint(draft):
                made = register_applicant(request.viewer, request.province, draft, unit=unit_of(request))
                messages.success(request, _("Đã ghi nhận người nộp hồ sơ."))
                return redirect("applicants:applicant", uid=made.uid)
        except ApplicantRefused as refusal:
            form.refuse(refusal)
        form.data = form.data.copy()
        form.data["confirmed"] = fingerprint(draft)
    context = {"form": form, "alike": alike}
    return render(request, "applicants/add.html", context, status=400 if form.is_bound else 200)


def fingerprint(draft: ApplicantDraft) -> str:
    """What the officer has seen the likely duplicates of; typing another name or number asks again."""
    return "|".join(
        squeeze(text) for text in (draft.display_name, draft.identity_number, draft.phone, draft.birth_date)
    )


@page(MANAGE, methods=("GET", "POST"))
def edit(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Changes an applicant; opening the form is a reading of his data."""
    found = find(request, uid)
    request.viewer.require(MANAGE, province=found.province_id)
    if request.method == "POST":
        form = ApplicantForm(request.POST)
        if form.is_valid() and _changed(request, found, form):
            return redirect("applicants:applicant", uid=found.uid)
    else:
        form = ApplicantForm(initial=_initial(request, found))
    context = {"form": form, "applicant": found}
    answer = render(request, "applicants/edit.html", context, status=400 if form.is_bound else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _changed(request: ViewedRequest, found: Applicant, form: ApplicantForm) -> bool:
    try:
        update_applicant(
            request.viewer,
            found,
            form.draft(),
            unit=unit_of(request),
            revision=form.cleaned_data["revision"],
        )
    except ApplicantRefused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("Đã ghi thay đổi."))
    return True


def _initial(request: ViewedRequest, found: Applicant) -> dict[str, object]:
    data = reveal(request.viewer, found, purpose=EDIT)
    names = ApplicantDraft.__dataclass_fields__
    values = {name: getattr(data, name, getattr(found, name, "")) for name in names}
    return values | {"birth_date": data.birth_day, "revision": found.revision}


def unit_of(request: ViewedRequest) -> UnitRef:
    """The unit through which the officer may do this; the whole province when over all of it."""
    held = next(
        grant
        for grant in request.viewer.grants
        if MANAGE in grant.permissions and grant.province_id in (None, request.province.pk)
    )
    return UnitRef(held.unit_code, held.unit_path) if held.unit_code else PROVINCE_WIDE
