"""Of which level a unit fills the forms: the province itself, its departments, its communes."""

from __future__ import annotations

PROVINCE, DEPARTMENT, COMMUNE = "province", "department", "commune"
_OF_KIND = {
    "province_committee": PROVINCE,
    "office": DEPARTMENT,
    "department": DEPARTMENT,
    "inspectorate": DEPARTMENT,
    "board": DEPARTMENT,
    "commune_committee": COMMUNE,
}


def level_of(kind: str) -> str:
    """The level at which a kind of unit fills the forms; empty for one that fills none."""
    return _OF_KIND.get(kind, "")
