"""Who may act on whom: within the administrator's own subtree, never on oneself, never above one's own rights."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import today
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.models import Person, Post, PostKind
from motcua.reference.people.permissions import ADMINISTRATIVE, MANAGE, ROLES


class Installer(Viewer):
    """Who installs: the command line of the machine itself. May do everything here, and is nobody's account."""

    grants = ()

    def __init__(self) -> None:
        super().__init__(AnonymousUser())

    def may(
        self, permission: str, *, province: Province | int | None = None, unit_path: str | None = None
    ) -> bool:
        return True


def require_over_person(viewer: Viewer, person: Person) -> None:
    """The viewer manages the unit that keeps the person and every unit where the person holds a post, holds
    whatever administrative right the person holds there, and is not that person."""
    refuse_oneself(viewer, person)
    viewer.require(MANAGE, province=person.province_id, unit_path=person.unit_path)
    for post in current_posts(person).select_related("role"):
        require_to_give(viewer, post.role, post.province_id, post.unit_path, everywhere=post.every_province)


def may_act_on(viewer: Viewer, person: Person) -> bool:
    """Whether `require_over_person` lets the viewer through."""
    try:
        require_over_person(viewer, person)
    except (NotPermitted, PeopleError):
        return False
    return True


def require_to_give(
    viewer: Viewer, role: Role, province_id: int, unit_path: str, *, everywhere: bool = False
) -> None:
    """The viewer manages the unit, and holds over it the administrative permissions the role carries."""
    viewer.require(MANAGE, province=province_id, unit_path=unit_path)
    for permission in ADMINISTRATIVE & permissions_of(role):
        viewer.require(permission, province=province_id, unit_path=unit_path)
    if everywhere and not _over_every_province(viewer):
        raise NotPermitted(MANAGE)


def require_over_role(viewer: Viewer, role: Role, wanted: frozenset[str]) -> None:
    """Roles are the installation's: who edits one manages roles in every province, and does not hold it."""
    viewer.require(ROLES)
    if not all(viewer.may(ROLES, province=key, unit_path="/") for key in _provinces()):
        raise NotPermitted(ROLES)
    if any(held.role == role.code for held in viewer.grants):
        raise PeopleError(
            "own-role",
            _("Bạn đang giữ vai trò này nên không tự sửa quyền của nó; hãy nhờ một quản trị khác."),
        )
    for permission in ADMINISTRATIVE & wanted:
        for key in _provinces():
            viewer.require(permission, province=key, unit_path="/")


def refuse_oneself(viewer: Viewer, person: Person) -> None:
    if person.user_id is not None and person.user_id == viewer.user_id:
        raise PeopleError(
            "oneself",
            _("Không tự thay đổi tài khoản, vị trí hay quyền của chính mình; hãy nhờ một quản trị khác."),
        )


def permissions_of(role: Role) -> frozenset[str]:
    return frozenset(role.permissions.values_list("permission", flat=True))


def current_posts(person: Person) -> models.QuerySet[Post]:
    """Posts in force today or still to come."""
    open_ = models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=today())
    return person.posts.filter(open_, withdrawn=False)


def _over_every_province(viewer: Viewer) -> bool:
    if isinstance(viewer, Installer):
        return True
    return any(held.province_id is None and MANAGE in held.permissions for held in viewer.grants)


def _provinces() -> list[int]:
    return list(Province.objects.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Authority:
    """By what a person acts at this moment: a post of their own, or one that stands for another's.

    kind: post, secondment, delegation or substitution. `on_behalf_of` is the account of whom they stand for.
    """

    kind: str
    title: str
    decision_number: str
    unit_code: str
    on_behalf_of: int | None


def authority_of(viewer: Viewer, permission: str, province_id: int, unit_path: str) -> Authority | None:
    """The post by which the viewer holds a permission over a unit today, read anew from the table.

    Asked at the moment of signing: a delegation that ended this morning gives nothing. A post of one's own goes
    before one that stands for another's.
    """
    above = [unit_path[: end + 1] for end, letter in enumerate(unit_path) if letter == "/"]
    day = today()
    found = fetch(_AUTHORITY, [permission, viewer.user_id, province_id, above, PostKind.values, *[day] * 4])
    return Authority(*found[0]) if found else None


# One statement, since every approval and signature asks it.
_AUTHORITY = """
SELECT post.kind, coalesce(nullif(post.title, ''), role.label), post.decision_number, post.unit_code, principal.user_id
FROM permissions_grant held
JOIN permissions_rolepermission gives ON gives.role_id = held.role_id AND gives.permission = %s
JOIN people_post post ON post.id = held.source_id
JOIN permissions_role role ON role.id = post.role_id
LEFT JOIN people_post stands_for ON stands_for.id = post.stands_for_id
LEFT JOIN people_person principal ON principal.id = stands_for.person_id
WHERE held.user_id = %s AND (held.province_id = %s OR held.province_id IS NULL)
    AND held.unit_path = ANY(%s) AND held.source = ANY(%s)
    AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to > %s)
    AND NOT post.withdrawn AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to > %s)
ORDER BY post.stands_for_id IS NOT NULL, length(post.unit_path) DESC, post.id
LIMIT 1
"""
