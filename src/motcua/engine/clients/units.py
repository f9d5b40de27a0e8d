"""Units by code: the rooms above keep them; a client's account may be held to one."""

from __future__ import annotations

from collections.abc import Callable

from motcua.engine.provinces.models import Province

Finder = Callable[[Province, str], "tuple[str, str] | None"]

_finder: Finder | None = None


def provide_unit_finder(finder: Finder) -> None:
    """`finder(province, code)` gives (code, path) of a unit in force today, or None. Called from an AppConfig.ready."""
    global _finder
    _finder = finder


def find_unit(province: Province, code: str) -> tuple[str, str] | None:
    """(code, path); the whole province for an empty code."""
    if not code:
        return "", "/"
    return _finder(province, code) if _finder is not None else None
