"""What a calendar version says: its changes against its parent, as text that people can read too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from motcua.kernel.worktime import (
    CalendarYear,
    Confidence,
    DayKind,
    Session,
    SpecialDay,
    WeeklyHours,
    WorkCalendar,
    parse_session,
)

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Definition:
    """Own weekly hours, special days, days that are ordinary again, years; each over what the parent says."""

    hours: tuple[WeeklyHours, ...] = ()
    days: tuple[SpecialDay, ...] = ()
    removed: tuple[dt.date, ...] = ()
    years: tuple[CalendarYear, ...] = ()
    day_minutes: int = 0

    def over(self, parent: WorkCalendar, *, code: str, version: str) -> WorkCalendar:
        """The calendar this makes of its parent. Raises WorktimeError for what contradicts itself."""
        years = {year.year: year for year in (*parent.years, *self.years)}
        gone = frozenset(self.removed)
        base = replace(
            parent,
            years=tuple(years[year] for year in sorted(years)),
            special_days=tuple(day for day in parent.special_days if day.date not in gone),
        )
        return base.derive(
            code,
            version,
            hours=self._hours_over(parent),
            days=self.days,
            day_minutes=self.day_minutes or parent.day_minutes,
        )

    def _hours_over(self, parent: WorkCalendar) -> tuple[WeeklyHours, ...]:
        """The parent's hours until the first own ones: from then on the unit keeps its own."""
        if not self.hours:
            return parent.hours
        first = min(hours.valid_from for hours in self.hours)
        return (*(hours for hours in parent.hours if hours.valid_from < first), *self.hours)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data; what is empty is left out."""
        data = {
            "hours": [_hours_data(hours) for hours in sorted(self.hours, key=lambda hours: hours.valid_from)],
            "days": [_day_data(day) for day in sorted(self.days, key=lambda day: day.date)],
            "removed": [day.isoformat() for day in sorted(self.removed)],
            "years": [
                {"year": year.year, "confirmed": year.confirmed, "note": year.note}
                for year in sorted(self.years, key=lambda year: year.year)
            ],
            "day_minutes": self.day_minutes,
        }
        return {key: value for key, value in data.items() if value}

    def as_text(self) -> str:
        """The YAML that a version keeps."""
        return yaml.safe_dump(self.as_data(), allow_unicode=True, sort_keys=False, width=120)


def parse_definition(text: str) -> Definition:
    """Reads what `Definition.as_text` wrote."""
    return definition_of(yaml.safe_load(text) or {})


def definition_of(data: Mapping[str, Any]) -> Definition:
    """Reads what `Definition.as_data` gave."""
    return Definition(
        hours=tuple(_read_hours(entry) for entry in data.get("hours", ())),
        days=tuple(_read_day(entry) for entry in data.get("days", ())),
        removed=tuple(_date(day) for day in data.get("removed", ())),
        years=tuple(
            CalendarYear(entry["year"], entry["confirmed"], entry.get("note", ""))
            for entry in data.get("years", ())
        ),
        day_minutes=data.get("day_minutes", 0),
    )


def _hours_data(hours: WeeklyHours) -> dict[str, Any]:
    week = {name: _texts(sessions) for name, sessions in zip(_WEEK, hours.week, strict=True) if sessions}
    return {"valid_from": hours.valid_from.isoformat(), "source": hours.source, "week": week}


def _day_data(day: SpecialDay) -> dict[str, Any]:
    data: dict[str, Any] = {
        "date": day.date.isoformat(),
        "kind": str(day.kind),
        "name": day.name,
        "source": day.source,
        "confidence": str(day.confidence),
    }
    if day.pair is not None:
        data["pair"] = day.pair.isoformat()
    if day.sessions is not None:
        data["sessions"] = _texts(day.sessions)
    return data


def _read_hours(entry: Mapping[str, Any]) -> WeeklyHours:
    week = tuple(_sessions(entry["week"].get(name, ())) for name in _WEEK)
    return WeeklyHours(_date(entry["valid_from"]), week, entry.get("source", ""))


def _read_day(entry: Mapping[str, Any]) -> SpecialDay:
    return SpecialDay(
        date=_date(entry["date"]),
        kind=DayKind(entry["kind"]),
        name=entry["name"],
        source=entry.get("source", ""),
        confidence=Confidence(entry.get("confidence", "announced")),
        pair=_date(entry["pair"]) if "pair" in entry else None,
        sessions=_sessions(entry["sessions"]) if "sessions" in entry else None,
    )


def _texts(sessions: Iterable[Session]) -> list[str]:
    return [str(session) for session in sorted(sessions)]


def _sessions(texts: Iterable[str]) -> tuple[Session, ...]:
    return tuple(sorted(parse_session(text) for text in texts))


def _date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
