"""Roles as data: the packaged list, loaded once and then the administrators' own."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from motcua.engine.permissions.api import Role, RolePermission, declared
from motcua.reference.people.models import RoleDefault

DATA = Path(__file__).resolve().parent / "data"
CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role of the packaged list. `permissions` are codes, or patterns such as "people.*"."""

    code: str
    label: str
    description: str
    permissions: tuple[str, ...]


@lru_cache(maxsize=1)
def role_definitions() -> tuple[RoleDefinition, ...]:
    raw: list[dict[str, Any]] = yaml.safe_load((DATA / "roles.yaml").read_text(encoding="utf-8"))["roles"]
    return tuple(
        RoleDefinition(item["code"], item["label"], item["description"], tuple(item["permissions"]))
        for item in raw
    )


def load_roles() -> int:
    """Adds the packaged roles and permissions that were never loaded before; returns how many were added.

    What an administrator took away stays away, and what they added stays.
    """
    wanted = {
        (definition.code, code)
        for definition in role_definitions()
        for code in _codes(definition.permissions)
    }
    known = set(RoleDefault.objects.values_list("role__code", "permission"))
    labels = set(Role.objects.values_list("code", flat=True))
    if wanted <= known and all(definition.code in labels for definition in role_definitions()):
        return 0
    with transaction.atomic():
        roles = {definition.code: _role(definition) for definition in role_definitions()}
        for role_code, permission in sorted(wanted - known):
            RolePermission.objects.get_or_create(role=roles[role_code], permission=permission)
            RoleDefault.objects.get_or_create(role=roles[role_code], permission=permission)
    return len(wanted - known)


def _role(definition: RoleDefinition) -> Role:
    defaults = {"label": definition.label, "description": definition.description}
    return Role.objects.get_or_create(code=definition.code, defaults=defaults)[0]


def _codes(patterns: tuple[str, ...]) -> set[str]:
    return {
        permission.code
        for permission in declared()
        if any(fnmatchcase(permission.code, pattern) for pattern in patterns)
    }
