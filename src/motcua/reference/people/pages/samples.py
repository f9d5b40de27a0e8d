"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.reference.people.models import Person, Post


def _oneself(viewer: Viewer) -> dict[str, Any]:
    person = Person.objects.filter(user_id=viewer.user_id).first() or Person.objects.order_by("pk").first()
    return {"uid": person.uid}


def _officer() -> dict[str, Any]:
    return {"uid": Person.objects.get(user__username="tiepnhan").uid}


def _post() -> dict[str, Any]:
    return {"uid": Post.objects.get(person__user__username="tiepnhan").uid}


def _own_post(viewer: Viewer) -> dict[str, Any]:
    post = Post.objects.filter(person__user_id=viewer.user_id).first() or Post.objects.order_by("pk").first()
    return {"uid": post.uid}


SAMPLES = {
    "people:role": lambda: {"code": "reception-officer"},
    "people:person": _oneself,
    "people:open-account": _officer,
    "people:reset-password": _officer,
    "people:remove-second-factor": _officer,
    "people:deactivate": _officer,
    "people:reactivate": _officer,
    "people:end-session": lambda: {**_officer(), "session": 1},
    "people:give-post": _officer,
    "people:end-post": _post,
    "people:stand-in": _own_post,
}
