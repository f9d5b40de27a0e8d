"""Reading procedures: by code and day, in lists, in totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from motcua.engine.provinces.api import Province
from motcua.kernel.errors import KernelError
from motcua.modules.catalogue.caching import memory
from motcua.modules.catalogue.codes import read_code
from motcua.modules.catalogue.data import ProcedureContent, ProcedureInfo, from_json
from motcua.modules.catalogue.models import Field, Override, Procedure, Version

_MISSING = object()


def procedure_on(province: Province, code: str, day: dt.date, *, unit_code: str = "") -> ProcedureInfo | None:
    """The procedure as in force on a day, with what the unit (or the nearest unit above it, by agency code) says
    otherwise; None when there is none, or when the unit does not do it. Kept in memory: cheap when asked again."""
    kept = memory()
    key = (province.pk, code, day, unit_code)
    found = kept.get(key, _MISSING)
    if found is _MISSING:
        found = kept[key] = _procedure_on(province, code, day, unit_code)
    return found  # type: ignore[no-any-return]


def procedure_names(province: Province, codes: Collection[str]) -> dict[str, str]:
    """The newest name of each procedure, by code."""
    rows = Version.objects.filter(province=province, procedure__code__in=codes).order_by("number")
    return dict(rows.values_list("procedure__code", "name"))


def field_names(province: Province, codes: Collection[str]) -> dict[str, str]:
    """The name of each field of procedures, by code."""
    return dict(Field.objects.filter(province=province, code__in=codes).values_list("code", "name"))


def procedure_version(version_id: int) -> ProcedureInfo:
    """A version by its id, as a dossier keeps it, without any unit's override. Raises Version.DoesNotExist."""
    kept = memory()
    key = ("version", version_id)
    found = kept.get(key, _MISSING)
    if found is _MISSING:
        row = Version.objects.select_related("procedure", "field").get(pk=version_id)
        found = kept[key] = info_of(row)
    return found  # type: ignore[no-any-return]


def procedure_for_unit(version_id: int, unit_code: str, day: dt.date) -> ProcedureInfo:
    """A version with the unit's override of that day: what a dossier received in that unit is held to."""
    kept = memory()
    key = ("unit", version_id, unit_code, day)
    found = kept.get(key, _MISSING)
    if found is _MISSING:
        info = procedure_version(version_id)
        override = _override_for(Q(procedure__versions=version_id), unit_code, day)
        found = kept[key] = apply_override(info, override.changes, override.unit_code) if override else info
    return found  # type: ignore[no-any-return]


def _procedure_on(province: Province, code: str, day: dt.date, unit_code: str) -> ProcedureInfo | None:
    kept = memory()
    row = (
        Version.objects.filter(Version.on(day), province=province, procedure__code=core_of(code))
        .select_related("procedure", "field")
        .first()
    )
    if row is None:
        return None
    key = ("version", row.pk)
    info: ProcedureInfo = kept.get(key) or kept.setdefault(key, info_of(row))
    if not unit_code:
        return info
    override = _override_for(Q(province=province, procedure__code=info.code), unit_code, day)
    if override is None:
        return info
    return None if override.stopped else apply_override(info, override.changes, override.unit_code)


def _override_for(procedure: Q, unit_code: str, day: dt.date) -> Override | None:
    """The nearest by agency code: that of H05.15.02 itself, else of H05.15, else of H05."""
    codes = codes_above(unit_code)
    found = Override.objects.filter(procedure, Override.on(day), unit_code__in=codes)
    return max(found, key=lambda one: len(one.unit_code), default=None)


def codes_above(unit_code: str) -> list[str]:
    """H05.15.02 -> [H05.15.02, H05.15, H05]."""
    parts = unit_code.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def core_of(code: str) -> str:
    """The national core of a code that may carry an agency; the text itself when it is no such code."""
    try:
        return read_code(code)[0]
    except KernelError:
        return code.strip()


def info_of(version: Version) -> ProcedureInfo:
    """A version row (with its procedure and field) as data."""
    procedure = version.procedure
    return ProcedureInfo(
        version_id=version.pk,
        uid=procedure.uid,
        code=procedure.code,
        name=version.name,
        field_code=version.field.code,
        field_name=version.field.name,
        at_province=procedure.at_province,
        at_commune=procedure.at_commune,
        online_level=version.online_level,
        partial_reason=version.partial_reason,
        location_independent=version.location_independent,
        lifecycle=procedure.lifecycle,
        origin=procedure.origin,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        content=from_json(ProcedureContent, version.content),
    )


def apply_override(info: ProcedureInfo, changes: Mapping[str, Any], unit_code: str) -> ProcedureInfo:
    """The inherited version with the unit's parts in place of its own. `changes`: {column or part: value}."""
    columns = {name: value for name, value in changes.items() if name != "content"}
    parts = from_json(ProcedureContent, changes.get("content", {}))
    named = {name: getattr(parts, name) for name in changes.get("content", {})}
    return replace(info, content=replace(info.content, **named), unit_code=unit_code, **columns)


def versions_in_force(province: Province, day: dt.date) -> QuerySet[Version]:
    """The versions in force on a day, one a procedure, with procedure and field."""
    return (
        Version.objects.filter(Version.on(day), province=province)
        .select_related("procedure", "field")
        .order_by("sort_key")
    )


def procedures_in_force(province: Province, day: dt.date) -> QuerySet[Procedure]:
    """The procedures that have a version in force on a day."""
    current = Version.objects.filter(Version.on(day), province=province)
    return Procedure.objects.filter(province=province, pk__in=current.values("procedure_id")).order_by("code")


@dataclass(frozen=True, slots=True)
class Announced:
    """A decision that announced procedures, with how many of each kind of change ("new", "amended", ...)."""

    number: str
    date: dt.date
    agency: str
    changes: tuple[tuple[str, int], ...]


def announcing_decisions(province: Province, first: dt.date, last: dt.date) -> list[Announced]:
    """Decisions of the days first to last, in order of day and number. One statement."""
    rows = (
        Version.objects.filter(province=province, decision_date__range=(first, last))
        .exclude(decision_number="")
        .values_list("decision_date", "decision_number", "decision_agency", "decision_kind")
        .annotate(Count("procedure", distinct=True))
        .order_by("decision_date", "decision_number", "decision_agency", "decision_kind")
    )
    found: dict[tuple[dt.date, str, str], list[tuple[str, int]]] = {}
    for day, number, agency, kind, count in rows:
        found.setdefault((day, number, agency), []).append((kind, count))
    return [
        Announced(number, day, agency, tuple(changes)) for (day, number, agency), changes in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Totals:
    """Procedures in force by level. `both` are in `province` and in `commune`, but once in `all`; `neither` are
    those of no level here (ministry only, or not said): all = province + commune - both + neither."""

    province: int
    commune: int
    both: int
    neither: int
    all: int


def counts_by_level(province: Province, day: dt.date) -> Totals:
    """How many procedures are in force on a day, by level."""
    at_province, at_commune = Q(at_province=True), Q(at_commune=True)
    counted = procedures_in_force(province, day).aggregate(
        province=Count("pk", filter=at_province),
        commune=Count("pk", filter=at_commune),
        both=Count("pk", filter=at_province & at_commune),
        neither=Count("pk", filter=~at_province & ~at_commune),
        all=Count("pk"),
    )
    return Totals(**counted)
