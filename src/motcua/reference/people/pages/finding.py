"""Finding the person or post an address names, within what the viewer may see; a stranger gets "not found"."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from motcua.engine.permissions.api import ViewedRequest
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.models import Person, Post
from motcua.reference.people.permissions import VIEW
from motcua.reference.people.queries import visible_persons


def find_person(request: ViewedRequest, uid: uuid.UUID) -> Person:
    rows = visible_persons(request.viewer, request.province).select_related("user", "province")
    return get_object_or_404(rows, uid=uid)


def find_post(request: ViewedRequest, uid: uuid.UUID) -> Post:
    """A post in the viewer's scope, or the viewer's own."""
    posts = Post.objects.filter(province=request.province).select_related("person__user", "role")
    own = posts.filter(uid=uid, person__user_id=request.viewer.user_id).first()
    return own or get_object_or_404(request.viewer.within(posts, VIEW), uid=uid)


def done(
    request: ViewedRequest, person: Person, operation: Callable[[], object], message: str
) -> HttpResponse:
    """Runs an operation and goes back to the person's page with what came of it."""
    try:
        operation()
    except PeopleError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, message)
    return redirect("people:person", uid=person.uid)
