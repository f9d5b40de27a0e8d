"""What the records behind a figure are called, and where each is seen: dossiers by code, procedures by code and name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from motcua.engine.figures.api import REGISTRY, FigureError, MeasureKind, words_of
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.catalogue.api import procedure_names
from motcua.modules.dossiers.api import listed
from motcua.reports.indices.counted import CAUSES

# Facts whose key is a dossier's uid.
_OF_DOSSIERS = frozenset({"dossiers", "records_dossiers", "payments_dossiers", "feedback_grievances"})


@dataclass(frozen=True, slots=True)
class Named:
    """A record's name, and the address of its page ("" where it has none)."""

    name: str
    address: str = ""


def named(province: Province, figure: str, keys: Sequence[str]) -> dict[str, Named]:
    """The records of a figure by key; one nobody names keeps its key. Their pages show them to whom they may."""
    found = {key: Named(key) for key in keys}
    try:
        selection = REGISTRY.figure(figure, today()).selections()[0]
    except FigureError:
        return found
    if selection.measure.kind is MeasureKind.DISTINCT and selection.measure.column == "procedure":
        names = procedure_names(province, keys)
        return found | {code: Named(f"{code} {name}") for code, name in names.items()}
    if selection.fact not in _OF_DOSSIERS:
        return found
    uids = [key for key in keys if _is_uid(key)]
    return found | {uid: Named(one.code or uid, one.address) for uid, one in listed(province, uids).items()}


def cause_word(figure: str, cause: str) -> str:
    """What the fact calls a cause ("" where it has no word for it)."""
    try:
        selection = REGISTRY.figure(figure, today()).selections()[0]
    except FigureError:
        return ""
    return words_of(selection.fact).values.get(CAUSES.get(figure, ""), {}).get(cause, "")


def _is_uid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
