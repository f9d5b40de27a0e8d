from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Role, RolePermission, Viewer, declared
from motcua.reference.people import events
from motcua.reference.people.accounts import actor_of
from motcua.reference.people.authority import permissions_of, require_over_role
from motcua.reference.people.errors import PeopleError


def change_role_permissions(
    viewer: Viewer, role: Role, permissions: Iterable[str]
) -> tuple[set[str], set[str]]:
    """Makes a role hold exactly these permissions; returns what was (added, removed).

    Raises NotPermitted, PeopleError: people.own-role, people.unknown-permission.
    """
    wanted = frozenset(permissions)
    require_over_role(viewer, role, wanted)
    known = {permission.code for permission in declared()}
    if not wanted <= known:
        unknown = ", ".join(sorted(wanted - known))
        raise PeopleError(
            "unknown-permission", _("Không có quyền nào mang mã: {unknown}.").format(unknown=unknown)
        )
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        held = permissions_of(role)
        added, removed = set(wanted - held), set((held & known) - wanted)
        role.permissions.filter(permission__in=removed).delete()
        RolePermission.objects.bulk_create(
            [RolePermission(role=role, permission=code) for code in sorted(added)]
        )
        if added or removed:
            payload = {"role": role.label, "added": sorted(added), "removed": sorted(removed)}
            record(
                events.ROLE_CHANGED,
                province=None,
                subject=f"role:{role.code}",
                payload=payload,
                actor=actor_of(viewer),
            )
    return added, removed
