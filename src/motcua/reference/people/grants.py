"""Posts as grants: the one place that writes what a user may do."""

from __future__ import annotations

from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Grant, Role
from motcua.engine.provinces.api import Province
from motcua.reference.people.models import Person, Post, PostKind

CITIZEN_SOURCE = "citizen"


def sync_post(post: Post) -> None:
    """Makes the grant of a post say what the post says; a withdrawn or account-less post has none."""
    Grant.objects.filter(source__in=PostKind.values, source_id=post.pk).delete()
    user_id = post.person.user_id
    if user_id is None or post.withdrawn:
        return
    Grant.objects.create(
        user_id=user_id,
        role_id=post.role_id,
        province_id=None if post.every_province else post.province_id,
        unit_code=post.unit_code,
        unit_path=post.unit_path,
        valid_from=post.valid_from,
        valid_to=post.valid_to,
        source=post.kind,
        source_id=post.pk,
    )


def sync_person(person: Person) -> None:
    """The same for every post of a person, after the account was opened."""
    for post in person.posts.all():
        post.person = person
        sync_post(post)


def grant_citizen(user: User, province: Province, role: Role, person: Person) -> None:
    """A citizen holds no post: the role alone, over the province's public services."""
    Grant.objects.get_or_create(
        user=user,
        role=role,
        province=province,
        source=CITIZEN_SOURCE,
        source_id=person.pk,
        defaults={"valid_from": person.created_at.date()},
    )
