from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.models import Person, Post, PostKind
from motcua.reference.people.pages.finding import done, find_person, find_post
from motcua.reference.people.pages.forms import HouseForm, PostForm, StandInForm, day_field
from motcua.reference.people.permissions import MANAGE, VIEW
from motcua.reference.people.posts import delegate, end_post, give_post, substitute
from motcua.reference.people.units import Span, unit_choices


class EndForm(HouseForm):
    day = day_field("")


@page(MANAGE, methods=("POST",))
def give(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    person = find_person(request, uid)
    form = PostForm(request.POST, units=unit_choices(request.viewer, request.province, MANAGE))
    if not form.is_valid():
        return _unreadable(request, form, person)
    return done(
        request,
        person,
        lambda: give_post(request.viewer, person, form.assignment()),
        _("Đã giao vị trí."),
    )


@page(MANAGE, methods=("POST",))
def end(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    post, form = find_post(request, uid), EndForm(request.POST)
    if not form.is_valid():
        return _unreadable(request, form, post.person)
    return done(
        request,
        post.person,
        lambda: end_post(request.viewer, post, form.cleaned_data["day"]),
        _("Đã ghi ngày kết thúc vị trí."),
    )


@page(VIEW, methods=("POST",))
def stand_in(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Delegation by the holder of a post, or delegation and substitution by who manages the unit."""
    post, form = find_post(request, uid), StandInForm(request.POST)
    if not form.is_valid():
        return _unreadable(request, form, post.person)
    return done(
        request,
        post.person,
        lambda: _stand_in(request, post, form),
        _("Đã ghi uỷ quyền, thay thế."),
    )


def _stand_in(request: ViewedRequest, post: Post, form: StandInForm) -> None:
    data = form.cleaned_data
    to = Person.objects.filter(
        province=request.province, user__username__iexact=data["to"].strip(), user__is_active=True
    ).first()
    if to is None:
        raise PeopleError("unknown-person", _("Không có tài khoản nào mang tên đăng nhập này trong tỉnh."))
    operation = delegate if data["kind"] == PostKind.DELEGATION else substitute
    operation(request.viewer, post, to, Span(data["valid_from"], data["valid_to"]), data["decision_number"])


def _unreadable(request: ViewedRequest, form: HouseForm, person: Person) -> HttpResponse:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(errors)}" if label else " ".join(errors))
    return redirect("people:person", uid=person.uid)
