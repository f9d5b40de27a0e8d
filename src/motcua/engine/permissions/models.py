from __future__ import annotations

from django.conf import settings
from django.db import models

from motcua.engine.provinces.models import Dated, Owned, Province


class Role(models.Model):
    """A named set of permissions, such as the reform coordinator's. Roles are the installation's."""

    code = models.SlugField(unique=True)
    label = models.CharField(max_length=200)
    description = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.label


class RolePermission(models.Model):
    """One permission of a role; `permission` is a code of the registry."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once")]

    def __str__(self) -> str:
        return self.permission


class Grant(Dated):
    """A user holds a role over a unit's subtree between two dates. What may be seen is a join with this.

    Written by `reference.people` from posts, secondments, delegations and substitutions (`source`,
    `source_id`); never edited by hand. `unit_path` is "/" for a whole province. A null `province` means every
    province of the installation (a ministry's analyst).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    province = models.ForeignKey(
        Province, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    unit_code = models.CharField(max_length=35, blank=True)
    unit_path = models.CharField(max_length=300, default="/")
    source = models.CharField(max_length=30, default="post")
    source_id = models.BigIntegerField(null=True, blank=True)

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["user", "province", "unit_path"], name="grant_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id} @ {self.unit_path}"


class UnitOwned(Owned):
    """Base of rows that belong to a unit: code and path of the unit as it was when the row was made."""

    unit_code = models.CharField(max_length=35)
    unit_path = models.CharField(max_length=300)

    class Meta:
        abstract = True
