from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import today
from motcua.reference.people import accounts
from motcua.reference.people.authority import may_act_on
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.models import Person
from motcua.reference.people.pages.finding import find_person
from motcua.reference.people.pages.forms import AddPersonForm, PostForm, StandInForm
from motcua.reference.people.pages.told import events_of
from motcua.reference.people.permissions import MANAGE, VIEW
from motcua.reference.people.posts import give_post
from motcua.reference.people.queries import search_persons, timeline
from motcua.reference.people.units import unit_choices, unit_names

PAGE_SIZE = 50


@page(VIEW)
def list_persons(request: ViewedRequest) -> HttpResponse:
    """People by name, username or phone, within the viewer's units."""
    words, unit = request.GET.get("q", ""), request.GET.get("don-vi", "")
    rows = search_persons(request.viewer, request.province, words, unit)
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("trang")),
        "words": words,
        "unit": unit,
        "units": unit_choices(request.viewer, request.province, VIEW),
        "unit_names": unit_names(request.province),
        "may_manage": request.viewer.may(MANAGE, province=request.province),
    }
    return render(request, "people/list.html", context)


@page(MANAGE, methods=("GET", "POST"))
def add(request: ViewedRequest) -> HttpResponse:
    """Person, account and first post in one form; all of it or nothing."""
    units = unit_choices(request.viewer, request.province, MANAGE)
    form = AddPersonForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = _add(request, form)
        except PeopleError as refusal:
            form.add_error("username" if "username" in refusal.code else None, refusal.message)
        else:
            if password:
                return show_password(request, person, password)
            messages.success(request, _("Đã thêm người và vị trí."))
            return redirect("people:person", uid=person.uid)
    return render(request, "people/add.html", {"form": form}, status=400 if form.is_bound else 200)


def _add(request: ViewedRequest, form: AddPersonForm) -> tuple[Person, str]:
    data, assignment = form.cleaned_data, form.assignment()
    with transaction.atomic():
        person = accounts.add_person(
            request.viewer,
            request.province,
            display_name=data["display_name"],
            unit=assignment.unit,
            phone=data["phone"],
            email=data["email"],
        )
        give_post(request.viewer, person, assignment)
        if not data["username"]:
            return person, ""
        user, password = accounts.open_account(request.viewer, person, data["username"])
        person.user = user
    return person, password


def show_password(request: ViewedRequest, person: Person, password: str) -> HttpResponse:
    """The temporary password, this once: it is kept nowhere, and the page is not cached."""
    context = {"person": person, "password": password}
    response = render(request, "people/password.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(VIEW)
def person(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One person: posts through time, account, sessions, what happened."""
    found = find_person(request, uid)
    oneself = found.user_id is not None and found.user_id == request.viewer.user_id
    manages = may_act_on(request.viewer, found)
    context = {
        "person": found,
        "posts": timeline(found, request.viewer),
        "today": today(),
        "oneself": oneself,
        "manages": manages,
        "sessions": accounts.sessions_of(found) if manages else [],
        "unit_names": unit_names(request.province),
        "events": events_of(found) if manages else [],
        "post_form": PostForm(units=unit_choices(request.viewer, request.province, MANAGE)),
        "stand_in_form": StandInForm(),
    }
    return render(request, "people/person.html", context)
