from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reference.people import accounts
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.pages.finding import done, find_person
from motcua.reference.people.pages.persons import show_password
from motcua.reference.people.permissions import MANAGE


@page(MANAGE, methods=("POST",))
def open_(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Opens an account and shows its temporary password once."""
    person = find_person(request, uid)
    try:
        user, password = accounts.open_account(request.viewer, person, request.POST.get("username", ""))
    except PeopleError as refusal:
        messages.error(request, refusal.message)
        return redirect("people:person", uid=uid)
    person.user = user
    return show_password(request, person, password)


@page(MANAGE, methods=("POST",))
def reset(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Gives a new temporary password and shows it once."""
    person = find_person(request, uid)
    try:
        password = accounts.reset_password(request.viewer, person)
    except PeopleError as refusal:
        messages.error(request, refusal.message)
        return redirect("people:person", uid=uid)
    return show_password(request, person, password)


@page(MANAGE, methods=("POST",))
def second_factor(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    person = find_person(request, uid)
    return done(
        request,
        person,
        lambda: accounts.remove_second_factor(request.viewer, person),
        _("Đã gỡ xác thực hai lớp của tài khoản."),
    )


@page(MANAGE, methods=("POST",))
def deactivate(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    person = find_person(request, uid)
    return done(
        request,
        person,
        lambda: accounts.deactivate_account(request.viewer, person),
        _("Đã khoá tài khoản và kết thúc các phiên đăng nhập."),
    )


@page(MANAGE, methods=("POST",))
def reactivate(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    person = find_person(request, uid)
    return done(
        request,
        person,
        lambda: accounts.reactivate_account(request.viewer, person),
        _("Đã mở lại tài khoản."),
    )


@page(MANAGE, methods=("POST",))
def end(request: ViewedRequest, uid: uuid.UUID, session: int) -> HttpResponse:
    person = find_person(request, uid)
    return done(
        request,
        person,
        lambda: accounts.end_session(request.viewer, person, session),
        _("Đã kết thúc phiên đăng nhập."),
    )
