"""The calendar, rules and parameters in force, kept in the process and looked at again once a second."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from motcua.kernel.worktime import (
    DayStart,
    FirstDayRule,
    WorkCalendar,
    first_day_rules,
    parse_calendar,
    rule_on,
    vietnam,
)
from motcua.reference.calendars.models import CalendarVersion, Parameter
from motcua.reference.calendars.parameters import declared_parameter

_FRESH = 1.0  # seconds between two looks at the tables


@dataclass(slots=True)
class _Known:
    """What one province has declared: newest versions by unit path, parameters by name, the latest date first."""

    looked: float
    versions: dict[str, tuple[int, str, str]] = field(
        default_factory=dict
    )  # path -> number, fingerprint, YAML
    parameters: dict[str, list[tuple[dt.date, str]]] = field(default_factory=dict)


_kept: dict[int, _Known] = {}


def forget(province_id: int | None = None) -> None:
    """Looks at the tables again at once: after a change in this process."""
    if province_id is None:
        _kept.clear()
    else:
        _kept.pop(province_id, None)


def _known(province_id: int) -> _Known:
    moment = time.monotonic()
    known = _kept.get(province_id)
    if known is not None and moment - known.looked < _FRESH:
        return known
    known = _Known(moment)
    rows = CalendarVersion.objects.filter(province_id=province_id).order_by("unit_path", "number")
    for path, number, print_, text in rows.values_list("unit_path", "number", "fingerprint", "definition"):
        known.versions[path] = (number, print_, text)
    dated = Parameter.objects.filter(province_id=province_id).order_by("name", "-valid_from")
    for name, day, value in dated.values_list("name", "valid_from", "value"):
        known.parameters.setdefault(name, []).append((day, value))
    _kept[province_id] = known
    return known


def calendar_for(province_id: int, unit_path: str = "/") -> WorkCalendar:
    """The working calendar of a unit: its own, else its nearest ancestor's, else the province's, else Viet Nam's."""
    versions = _known(province_id).versions
    if not versions:
        return vietnam()
    chain = tuple(versions[path][2] for path in ("/", *_ancestors(unit_path)) if path in versions)
    return _built(chain)


def calendar_version(province_id: int, unit_path: str = "/") -> tuple[int, str]:
    """Number and fingerprint of the version in force for a unit; 0 and Viet Nam's while nothing was declared."""
    versions = _known(province_id).versions
    for path in (*reversed(_ancestors(unit_path)), "/"):
        if path in versions:
            return versions[path][0], versions[path][1]
    return 0, vietnam().fingerprint


def _ancestors(path: str) -> tuple[str, ...]:
    """ "/H05/H05.15/" -> ("/H05/", "/H05/H05.15/")."""
    return tuple(path[: end + 1] for end, letter in enumerate(path) if letter == "/" and end > 0)


@lru_cache(maxsize=256)
def _built(chain: tuple[str, ...]) -> WorkCalendar:
    calendar = vietnam()
    for text in chain:
        calendar = parse_calendar(text, parent=calendar)
    return calendar


def parameter(province_id: int, name: str, day: dt.date) -> Any:
    """The value of a declared parameter on a day. Raises LookupError for a name nobody declared."""
    known = declared_parameter(name)
    for since, value in _known(province_id).parameters.get(name, ()):
        if since <= day:
            return known.read(value)
    return known.read(known.default)


def rule_for(province_id: int, day: dt.date) -> FirstDayRule:
    """The first-day rule of a province on a day: the packaged one, with what the province has settled otherwise."""
    rule = rule_on(day, first_day_rules())
    start = parameter(province_id, "clock.first_day_rule", day)
    after = parameter(province_id, "clock.handover_after", day)
    if start == "packaged" and after == rule.late_after:
        return rule
    return replace(
        rule, day_start=rule.day_start if start == "packaged" else DayStart(start), late_after=after
    )
