"""The calendars, rules and parameters in force, kept in the process and looked at again once a second."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from motcua.engine.statements.api import fetch
from motcua.kernel.worktime import DayStart, FirstDayRule, WorkCalendar, first_day_rules, rule_on
from motcua.reference.calendars.models import CalendarVersion, Parameter
from motcua.reference.calendars.parameters import declared_parameter
from motcua.reference.calendars.sets import Calendars

_FRESH = 1.0  # seconds between two looks at the tables
_NONE = object()

# One statement tells whether anything was declared, moved or withdrawn since: both tables hold few rows a province.
_MARK = (
    "SELECT (SELECT md5(string_agg(id || unit_path, ',' ORDER BY id)) FROM calendars_calendarversion "
    "WHERE province_id = %s), (SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM calendars_parameter "
    "WHERE province_id = %s)"
)


@dataclass(slots=True)
class _Known:
    """What one province has declared. `dated`: parameter -> (since, value as text, basis), the latest first."""

    looked: float
    mark: tuple[Any, ...]
    calendars: Calendars
    dated: dict[str, list[tuple[dt.date, str, str]]] = field(default_factory=dict)
    values: dict[tuple[str, dt.date], Any] = field(default_factory=dict)
    rules: dict[dt.date, FirstDayRule] = field(default_factory=dict)


_kept: dict[int, _Known] = {}
# Provinces whose calendar this very thread is changing: it reads its own uncommitted rows, nobody else may.
_changing: ContextVar[frozenset[int]] = ContextVar("calendars_changing", default=frozenset())


def forget(province_id: int | None = None) -> None:
    """Looks at the tables again at once: after a change in this process."""
    if province_id is None:
        _kept.clear()
    else:
        _kept.pop(province_id, None)


@contextmanager
def changing(province_id: int) -> Iterator[None]:
    """Inside, this thread reads the tables themselves and leaves nothing in the process for others."""
    token = _changing.set(_changing.get() | {province_id})
    try:
        yield
    finally:
        _changing.reset(token)
        forget(province_id)


def _known(province_id: int) -> _Known:
    if province_id in _changing.get():
        return _read(province_id, ())
    moment = time.monotonic()
    known = _kept.get(province_id)
    if known is not None and moment - known.looked < _FRESH:
        return known
    mark = fetch(_MARK, (province_id, province_id))[0]
    if known is not None and known.mark == mark:
        known.looked = moment
        return known
    # Whatever is committed between the two looks makes the mark old, hence is read at the next one.
    known = _kept[province_id] = _read(province_id, mark)
    return known


def _read(province_id: int, mark: tuple[Any, ...]) -> _Known:
    rows = CalendarVersion.objects.filter(province_id=province_id).order_by("unit_path", "number")
    versions = {
        path: (number, text) for path, number, text in rows.values_list("unit_path", "number", "definition")
    }
    known = _Known(time.monotonic(), mark, Calendars(versions))
    dated = Parameter.objects.filter(province_id=province_id).order_by("name", "-valid_from")
    for name, day, value, basis in dated.values_list("name", "valid_from", "value", "basis"):
        known.dated.setdefault(name, []).append((day, value, basis))
    return known


def calendars_of(province_id: int) -> Calendars:
    """Every calendar of a province as it stands now."""
    return _known(province_id).calendars


def calendar_for(province_id: int, unit_path: str = "/") -> WorkCalendar:
    """The working calendar of a unit: its own, else its nearest ancestor's, else the province's, else Viet Nam's."""
    return _known(province_id).calendars.for_unit(unit_path)


def calendar_version(province_id: int, unit_path: str = "/") -> tuple[int, str]:
    """Number of the version that holds for a unit (0: the packaged one) and the deadline print of its calendar.

    The print also changes when an ancestor's calendar does; while it stays, no deadline is another.
    """
    calendars = _known(province_id).calendars
    return calendars.number_of(unit_path), calendars.print_of(unit_path)


def parameter(province_id: int, name: str, day: dt.date) -> Any:
    """The value of a declared parameter on a day. Raises LookupError for a name nobody declared."""
    values = _known(province_id).values
    value = values.get((name, day), _NONE)
    if value is _NONE:
        if len(values) > 10_000:
            values.clear()
        value = values[name, day] = declared_parameter(name).read(parameter_text(province_id, name, day)[0])
    return value


def parameter_text(province_id: int, name: str, day: dt.date) -> tuple[str, str, dt.date | None]:
    """Value as text, its basis, and since when (None: the default, which holds while nothing was set)."""
    for since, value, basis in _known(province_id).dated.get(name, ()):
        if since <= day:
            return value, basis, since
    known = declared_parameter(name)
    return known.default, known.basis, None


def rule_for(province_id: int, day: dt.date) -> FirstDayRule:
    """The first-day rule of a province on a day: the packaged one, with what the province has settled otherwise.

    Raises WorktimeError kernel.worktime.no-rule before the first packaged rule.
    """
    rules = _known(province_id).rules
    rule = rules.get(day)
    if rule is None:
        if len(rules) > 10_000:
            rules.clear()
        rule = rules[day] = _rule(province_id, day)
    return rule


_OF_THE_RULE = {
    "clock.first_day_rule": "day_start",
    "clock.handover_after": "late_after",
    "clock.late_moves_limit": "late_moves_limit",
    "clock.off_hours_moves_receipt": "off_hours_moves_receipt",
}


def _rule(province_id: int, day: dt.date) -> FirstDayRule:
    """What the province set, over the packaged rule; the basis of what it set is then the rule's source."""
    packaged = rule_on(day, first_day_rules())
    changes: dict[str, Any] = {}
    bases: list[str] = []
    for name, column in _OF_THE_RULE.items():
        text, basis, since = parameter_text(province_id, name, day)
        value = declared_parameter(name).read(text)
        if since is None or value == "packaged":
            continue
        value = DayStart(value) if column == "day_start" else value
        if value != getattr(packaged, column):
            changes[column] = value
            bases.append(basis)
    if not changes:
        return packaged
    source = "; ".join(dict.fromkeys([*bases, packaged.source]))
    return replace(packaged, code=f"{packaged.code}-own", source=source, **changes)
