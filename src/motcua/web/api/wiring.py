"""What the rooms below cannot ask of the rooms above them."""

from __future__ import annotations

from motcua.engine.clients.api import provide_unit_finder
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today


def wire() -> None:
    """Lets clients be held to a unit; called when the application is ready."""
    provide_unit_finder(find_unit_by_code)


def find_unit_by_code(province: Province, code: str) -> tuple[str, str] | None:
    """(code, path) of a unit in force today."""
    from motcua.reference.organisations.api import units_on

    found = next((unit for unit in units_on(province, today()) if unit.code == code), None)
    return (found.code, found.path) if found else None
