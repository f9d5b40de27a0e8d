"""Reads of this room, each within the viewer's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from motcua.engine.permissions.api import Permission, Role, Viewer, declared
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import search_key
from motcua.reference.people.models import Person, Post
from motcua.reference.people.permissions import VIEW

MOST_WORDS = 8  # of a search; each is one more condition


def visible_persons(viewer: Viewer, province: Province) -> QuerySet[Person]:
    """People kept in, or holding a post in, units this viewer may look into."""
    people = Person.objects.filter(province=province)
    by_file = viewer.within(people, VIEW)
    by_post = viewer.within(Post.objects.filter(province=province, withdrawn=False), VIEW)
    return people.filter(Q(pk__in=by_file.values("pk")) | Q(pk__in=by_post.values("person")))


def search_persons(
    viewer: Viewer, province: Province, words: str = "", unit_code: str = ""
) -> QuerySet[Person]:
    """Visible people whose name (marks optional), username or phone holds every word; in Vietnamese order."""
    rows = visible_persons(viewer, province)
    for word in search_key(words[:200]).split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(search_text__contains=word) | Q(user__username__contains=word) | Q(phone__contains=word)
        )
    if unit_code:
        in_force = Post.objects.filter(Post.on(today()), withdrawn=False, unit_code=unit_code)
        rows = rows.filter(Q(unit_code=unit_code) | Q(pk__in=in_force.values("person")))
    posts = Post.objects.filter(Post.on(today()), withdrawn=False).select_related("role").order_by("pk")
    held = Prefetch("posts", queryset=posts, to_attr="posts_today")
    return rows.select_related("user").prefetch_related(held).order_by("sort_key", "pk")


def timeline(person: Person, viewer: Viewer) -> list[Post]:
    """The person's posts that this viewer may see, newest first; own posts are always seen."""
    rows = person.posts.select_related("role", "stands_for__person")
    if person.user_id is None or person.user_id != viewer.user_id:
        rows = viewer.within(rows, VIEW)
    return list(rows.order_by("-valid_from", "-pk"))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may do something in a unit today, and by which post."""

    person: Person
    post: Post
    permissions: tuple[Permission, ...]


def who_may(viewer: Viewer, province: Province, unit_path: str, day: dt.date | None = None) -> list[Holder]:
    """Everybody with a post over the unit on a day (in it, or in a unit above it), with what each may do there."""
    viewer.require(VIEW, province=province, unit_path=unit_path)
    above = [unit_path[: end + 1] for end, letter in enumerate(unit_path) if letter == "/"]
    posts = (
        Post.objects.filter(Post.on(day or today()), withdrawn=False, unit_path__in=above)
        .filter(Q(province=province) | Q(every_province=True))
        .select_related("person__user", "role")
        .prefetch_related("role__permissions")
        .order_by("-unit_path", "person__sort_key")
    )
    return [Holder(post.person, post, _permissions(post.role)) for post in posts]


def _permissions(role: Role) -> tuple[Permission, ...]:
    held = {row.permission for row in role.permissions.all()}
    return tuple(permission for permission in declared() if permission.code in held)
