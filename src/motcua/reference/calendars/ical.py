"""A calendar as iCalendar (RFC 5545): every special day as an all-day event, for any calendar program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from motcua.kernel.worktime import Day, DayKind, WorkCalendar
from motcua.reference.calendars.words import kind_of

_PLAIN = (DayKind.WORK, DayKind.WEEKEND)


def as_icalendar(calendar: WorkCalendar, *, name: str, domain: str, stamp: dt.datetime) -> str:
    """The text of the file, lines ended by CRLF and folded at 75 octets.

    `domain` makes event ids unique in the world; `stamp` is when this state of the calendar was declared.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//motcua//calendars//VI", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}", "X-WR-TIMEZONE:Asia/Ho_Chi_Minh"]
    for day in calendar.days:
        if day.kind not in _PLAIN or day.name:
            lines += _event(day, domain, stamp)
    lines.append("END:VCALENDAR")
    return "".join(part + "\r\n" for line in lines for part in _folded(line))


def _event(day: Day, domain: str, stamp: dt.datetime) -> list[str]:
    summary = f"{kind_of(day)}: {day.name}" if day.name else kind_of(day)
    hours = ", ".join(map(str, day.sessions))
    told = [_("Giờ làm việc: {hours}").format(hours=hours)] if day.sessions else []
    told += [_("Nguồn: {source}").format(source=day.source)] if day.source else []
    return [
        "BEGIN:VEVENT",
        f"UID:{day.date:%Y%m%d}@{domain}",
        f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day.date:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.date + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(chr(10).join(told))}",
        f"CATEGORIES:{_escaped(kind_of(day))}",
        f"STATUS:{'TENTATIVE' if day.confidence == 'expected' else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never through a letter; those after the first begin with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > 75:
            yield piece
            piece = " "
        piece += letter
    yield piece
