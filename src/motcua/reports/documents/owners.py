"""Which unit answers for a passage: departments by their names on the last day of the period."""

from __future__ import annotations

import datetime as dt

from motcua.engine.provinces.api import Province
from motcua.kernel.text import search_key
from motcua.reference.organisations.api import units_on


def owner_units(province: Province, day: dt.date) -> dict[str, tuple[str, str, str]]:
    """Key of an owner ("so-noi-vu", "van-phong") to the code, path and name of the unit whose name begins so."""
    found: dict[str, tuple[str, str, str]] = {}
    for unit in units_on(province, day):
        slug = "-".join(search_key(unit.name).split())
        for key in OWNERS:
            if slug == key or slug.startswith(f"{key}-"):
                found.setdefault(key, (unit.code, unit.path, unit.name))
    return found


OWNERS = ("so-noi-vu", "van-phong", "so-tu-phap", "so-tai-chinh", "so-khoa-hoc-va-cong-nghe")
# The forms name one department shorter than it is called.
SPELLED = {"so-khoa-hoc-cong-nghe": "so-khoa-hoc-va-cong-nghe"}


def owner_of(owners: dict[str, tuple[str, str, str]], key: str) -> tuple[str, str, str] | None:
    """The unit of an owner's key as templates and forms write it; None where the province has none."""
    return owners.get(SPELLED.get(key, key))
