"""Which procedures in force have a process, and which have none."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, QuerySet, When

from motcua.engine.provinces.api import Dated, Province
from motcua.modules.catalogue.models import ProcessVersion, Version
from motcua.modules.catalogue.queries import versions_in_force


@dataclass(frozen=True, slots=True)
class Coverage:
    """Procedures in force on a day, and those with an approved ordinary process in force that day."""

    all: int
    configured: int

    @property
    def missing(self) -> int:
        return self.all - self.configured


def coverage(province: Province, day: dt.date) -> Coverage:
    """`2.026/2.176`: configured of all."""
    rows = with_process(province, day)
    return Coverage(rows.count(), rows.filter(configured=True).count())


def with_process(province: Province, day: dt.date) -> QuerySet[Version]:
    """The versions in force, each with `configured`.

    One list of procedures hashed once: a subquery for each row was planned as nested scans while the tables had no
    statistics yet, minutes for two thousand procedures.
    """
    approved = ProcessVersion.objects.filter(
        Dated.on(day), province=province, process__variant="", approved_at__isnull=False
    ).values("process__procedure")
    has_one = Case(When(procedure__in=approved, then=True), default=False, output_field=BooleanField())
    return versions_in_force(province, day).annotate(configured=has_one)


def without_process(
    province: Province, day: dt.date, *, level: str = "", field: str = "", department: str = ""
) -> QuerySet[Version]:
    """Those still to be configured. level: province or commune; field: its code; department: an agency's name."""
    rows = with_process(province, day).filter(configured=False)
    if level in ("province", "commune"):
        rows = rows.filter(**{f"procedure__at_{level}": True})
    if field:
        rows = rows.filter(field__code=field)
    if department:
        rows = rows.filter(content__agencies__contains=[{"name": department}])
    return rows


@dataclass(frozen=True, slots=True)
class Missing:
    """Where processes are missing: (code or name, label, count), the most first."""

    fields: list[tuple[str, str, int]]
    departments: list[tuple[str, int]]


def missing_by(rows: Iterable[Version]) -> Missing:
    fields: Counter[tuple[str, str]] = Counter()
    departments: Counter[str] = Counter()
    for row in rows:
        fields[(row.field.code, row.field.name)] += 1
        for name in {one.get("name", "") for one in row.content.get("agencies", ())} - {""}:
            departments[name] += 1
    return Missing(
        [(code, name, count) for (code, name), count in fields.most_common()], departments.most_common()
    )
