"""Who is looking: the grants of the signed-in user today, and the one scope filter made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.permissions.registry import is_declared
from motcua.engine.provinces.models import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import today

PROVINCE_KEY = "province"  # of the session: the province a person of several looks at

Rows = TypeVar("Rows", bound=Model)


class NotPermitted(Exception):
    """Refused. Pages answer it as "not found", so that a stranger learns nothing."""

    code = "permissions.refused"

    def __init__(self, permission: str) -> None:
        super().__init__(
            _("Tài khoản không có quyền thực hiện việc này ({permission}).").format(permission=permission)
        )
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Held:
    """One grant in force, as data."""

    role: str
    role_label: str
    province_id: int | None
    unit_code: str
    unit_path: str
    permissions: frozenset[str]


# One prepared statement: every request of a signed-in person asks it.
_GRANTS = """
SELECT role.code, role.label, held.province_id, held.unit_code, held.unit_path,
    ARRAY(SELECT permission FROM permissions_rolepermission WHERE role_id = role.id)
FROM permissions_grant held JOIN permissions_role role ON role.id = held.role_id
WHERE held.user_id = %s AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to > %s)
ORDER BY held.id
"""


class Viewer:
    """A user with the grants in force today. An anonymous viewer holds nothing."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self.user = user

    @property
    def signed_in(self) -> bool:
        return self.user.is_authenticated

    @property
    def user_id(self) -> int | None:
        return self.user.pk

    @cached_property
    def grants(self) -> tuple[Held, ...]:
        if not isinstance(self.user, User) or self.user.pk is None:
            return ()
        day = today()
        rows = fetch(_GRANTS, [self.user.pk, day, day])
        return tuple(
            Held(role, label, province, code, path, frozenset(permissions))
            for role, label, province, code, path, permissions in rows
        )

    def may(
        self, permission: str, *, province: Province | int | None = None, unit_path: str | None = None
    ) -> bool:
        """Whether some grant in force gives the permission, anywhere or over the named province and unit."""
        if not is_declared(permission):
            raise LookupError(f"permission {permission!r} is not declared")
        province_id = province.pk if isinstance(province, Province) else province
        return any(
            permission in held.permissions
            and (province_id is None or held.province_id in (None, province_id))
            and (unit_path is None or unit_path.startswith(held.unit_path))
            for held in self.grants
        )

    def require(
        self, permission: str, *, province: Province | int | None = None, unit_path: str | None = None
    ) -> None:
        """Raises NotPermitted unless `may`."""
        if not self.may(permission, province=province, unit_path=unit_path):
            raise NotPermitted(permission)

    def within(
        self,
        rows: QuerySet[Rows],
        permission: str,
        *,
        province: str = "province_id",
        unit_path: str | None = "unit_path",
    ) -> QuerySet[Rows]:
        """The rows this viewer may see, narrowed in SQL: the only scope filter there is.

        `province` and `unit_path` name the columns of `rows` (None: rows belong to the whole province). Each grant
        in force becomes one range of the province's paths, so that an index on (province, path) serves it; a join
        with the grants table was planned as a scan of everything.
        """
        if not is_declared(permission):
            raise LookupError(f"permission {permission!r} is not declared")
        scopes = [_scope(held, province, unit_path) for held in self.grants if permission in held.permissions]
        return rows.filter(reduce(or_, scopes)) if scopes else rows.none()

    def provinces(self) -> QuerySet[Province]:
        """The provinces in which this viewer holds any grant."""
        if any(held.province_id is None for held in self.grants):
            return Province.objects.all()
        return Province.objects.filter(pk__in=[held.province_id for held in self.grants])


def _scope(held: Held, province: str, unit_path: str | None) -> Q:
    everywhere = ~Q(pk__in=[])  # true for every row
    within_province = everywhere if held.province_id is None else Q(**{province: held.province_id})
    if unit_path is None or held.unit_path == "/":
        return within_province
    return within_province & Q(**{f"{unit_path}__startswith": held.unit_path})
