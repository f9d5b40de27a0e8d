"""Who holds a permission in a unit, and by which grants."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from motcua.engine.permissions.models import Grant
from motcua.kernel.clock import today


def holders(permission: str, province_id: int, unit_path: str) -> QuerySet[Any]:
    """Accounts in use that hold a permission today by a post in the unit or above it, by name."""
    grants = grants_above(permission, province_id, unit_path)
    users = get_user_model()._default_manager.filter(pk__in=grants.values("user"), is_active=True)
    return users.order_by("display_name", "pk")


def grants_above(permission: str, province_id: int, unit_path: str) -> QuerySet[Grant]:
    """Grants of a permission in force today in the unit or above it: of the province, or of every province."""
    above = [unit_path[: end + 1] for end, letter in enumerate(unit_path) if letter == "/"]
    return Grant.objects.filter(
        Grant.on(today()),
        Q(province=province_id) | Q(province__isnull=True),
        unit_path__in=above,
        role__permissions__permission=permission,
    )
