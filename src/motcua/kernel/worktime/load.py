"""Read working calendars from YAML: the packaged one of Viet Nam, or a province's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from motcua.kernel.worktime.calendar import CalendarYear, WorkCalendar
from motcua.kernel.worktime.days import (
    Confidence,
    DayKind,
    Sessions,
    SpecialDay,
    WeeklyHours,
    WorktimeError,
    parse_session,
)

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def packaged_text(name: str) -> str:
    """The text of a packaged calendar or rule file."""
    return resources.files("motcua.kernel.worktime").joinpath("calendars", name).read_text("utf-8")


@cache
def vietnam() -> WorkCalendar:
    """The packaged working calendar of public servants, 2024-2027."""
    return parse_calendar(packaged_text("vietnam.yaml"))


def parse_calendar(text: str, *, parent: WorkCalendar | None = None) -> WorkCalendar:
    """Read a calendar; with ``parent``, ``hours`` and ``days`` are what this one has of its own.

    Shape: ``code``, ``version``, ``name``, ``hours`` [{valid_from, source, week: {mon: [07:30-11:30]}}],
    ``years`` {2026: {confirmed, note}}, ``days`` [{date, kind, name, source, confidence, pair, sessions}],
    ``sources`` {key: text}, ``day_minutes``. Any defect: ``kernel.worktime.calendar-file``.
    """
    try:
        return _build(_document(text), parent)
    except WorktimeError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise _defect(str(error)) from error


def _document(text: str) -> Mapping[str, Any]:
    document = yaml.safe_load(text)
    if not isinstance(document, dict):
        raise _defect("nội dung không phải là bảng khóa – giá trị")
    return document


def _build(document: Mapping[str, Any], parent: WorkCalendar | None) -> WorkCalendar:
    sources = document.get("sources", {})
    hours = tuple(_hours(entry) for entry in document.get("hours", ()))
    days = tuple(_special_day(entry, sources) for entry in document.get("days", ()))
    if parent is not None:
        return parent.derive(
            document["code"],
            str(document["version"]),
            name=document.get("name"),
            hours=hours or None,
            days=days,
            day_minutes=document.get("day_minutes"),
        )
    years = (
        CalendarYear(int(year), bool(entry["confirmed"]), entry.get("note", ""))
        for year, entry in sorted(document["years"].items())
    )
    return WorkCalendar(
        document["code"], str(document["version"]), document["name"], hours, days, tuple(years),
        int(document.get("day_minutes", 0)),
    )  # fmt: skip


def _hours(entry: Mapping[str, Any]) -> WeeklyHours:
    unknown = set(entry["week"]) - set(_WEEK)
    if unknown:
        raise _defect(f"ngày trong tuần không hợp lệ: {', '.join(map(str, unknown))}")
    week = tuple(_sessions(entry["week"].get(day, ())) for day in _WEEK)
    return WeeklyHours(_date(entry["valid_from"]), week, entry.get("source", ""))


def _special_day(entry: Mapping[str, Any], sources: Mapping[str, str]) -> SpecialDay:
    source = entry.get("source", "")
    return SpecialDay(
        date=_date(entry["date"]),
        kind=DayKind(entry["kind"]),
        name=entry["name"],
        source=sources.get(source, source),
        confidence=Confidence(entry.get("confidence", "law")),
        pair=_date(entry["pair"]) if "pair" in entry else None,
        sessions=_sessions(entry["sessions"]) if "sessions" in entry else None,
    )


def _sessions(texts: list[str]) -> Sessions:
    return tuple(sorted(parse_session(text) for text in texts))


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _defect(detail: str) -> WorktimeError:
    return WorktimeError(
        f"Tệp lịch làm việc không đúng mẫu: {detail}. Hãy đối chiếu với lịch mẫu vietnam.yaml.",
        code="kernel.worktime.calendar-file",
    )
