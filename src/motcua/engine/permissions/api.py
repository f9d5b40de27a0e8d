"""The door of permissions: declare, guard a page, ask a viewer, filter rows, find holders."""

from motcua.engine.permissions.holders import grants_above, holders
from motcua.engine.permissions.models import Grant, Role, RolePermission, UnitOwned
from motcua.engine.permissions.pages import PUBLIC, SIGNED_IN, Access, ViewedRequest, page
from motcua.engine.permissions.registry import Permission, declare, declared
from motcua.engine.permissions.viewer import PROVINCE_KEY, NotPermitted, Viewer

__all__ = [
    "PROVINCE_KEY",
    "PUBLIC",
    "SIGNED_IN",
    "Access",
    "Grant",
    "NotPermitted",
    "Permission",
    "Role",
    "RolePermission",
    "UnitOwned",
    "ViewedRequest",
    "Viewer",
    "declare",
    "declared",
    "grants_above",
    "holders",
    "page",
]
