"""What a version changed, and what the parameters say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from motcua.engine.provinces.api import Province
from motcua.reference.calendars.data import DayChange
from motcua.reference.calendars.definition import parse_definition
from motcua.reference.calendars.inforce import calendars_of, parameter_text
from motcua.reference.calendars.models import CalendarVersion, Parameter
from motcua.reference.calendars.parameters import Declared, declared_parameters
from motcua.reference.calendars.sets import differing_days


def version_changes(province: Province, path: str, number: int) -> tuple[DayChange, ...]:
    """Days that a version made otherwise than the one before it, both over the parent of today."""
    texts = dict(
        CalendarVersion.objects.filter(
            province=province, unit_path=path, number__in=(number - 1, number)
        ).values_list("number", "definition")
    )
    parent = calendars_of(province.pk).parent_of(path)
    old, new = (
        parse_definition(texts.get(each, "")).over(parent, code="", version=str(each))
        for each in (number - 1, number)
    )
    return tuple(DayChange(*pair) for pair in differing_days(old, new))


@dataclass(frozen=True, slots=True)
class Settled:
    """A parameter as it is on a day: value in words, basis, since when (None: the default), and what comes
    (since when, value in words)."""

    declared: Declared
    value: str
    basis: str
    since: dt.date | None
    coming: tuple[tuple[dt.date, str], ...] = ()


def settled_parameters(province: Province, day: dt.date) -> list[Settled]:
    """Every declared parameter as it is on a day."""
    coming: dict[str, list[tuple[dt.date, str]]] = {}
    for row in Parameter.objects.filter(province=province, valid_from__gt=day).order_by("valid_from"):
        coming.setdefault(row.name, []).append((row.valid_from, row.value))
    return [
        settled(province, declared, day, tuple(coming.get(declared.name, ())))
        for declared in declared_parameters()
    ]


def settled(
    province: Province, declared: Declared, day: dt.date, coming: tuple[tuple[dt.date, str], ...] = ()
) -> Settled:
    """One parameter as it is on a day."""
    text, basis, since = parameter_text(province.pk, declared.name, day)
    later = tuple((when, declared.kind.tell(value)) for when, value in coming)
    return Settled(declared, declared.kind.tell(text), basis, since, later)
