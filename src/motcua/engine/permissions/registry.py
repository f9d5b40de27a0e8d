"""Permissions by name. Each room declares its own in `permissions.py`; roles hold them as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` reads room.resource.action, such as "reports.forms.edit"; `label` is shown to administrators."""

    code: str
    label: str


_declared: dict[str, Permission] = {}


def declare(code: str, label: str) -> str:
    """Makes a permission known and returns its code. Raises ValueError if two rooms claim one code."""
    known = _declared.get(code)
    if known is not None and known.label != label:
        raise ValueError(f"permission {code!r} is declared twice")
    _declared[code] = Permission(code, label)
    return code


def declared() -> tuple[Permission, ...]:
    return tuple(sorted(_declared.values(), key=lambda permission: permission.code))


def is_declared(code: str) -> bool:
    return code in _declared
