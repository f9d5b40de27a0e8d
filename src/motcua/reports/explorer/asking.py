"""What an address asks for: which period, which unit, units as they were or as they are, which cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from motcua.kernel.periods import Period, PeriodError, PeriodKind, Window, parse_period, period_of
from motcua.reports.explorer.places import Mode

FIRST_YEAR, LAST_YEAR = 2015, 2099


@dataclass(frozen=True, slots=True)
class Asked:
    """`period` is None where the days were given one by one."""

    window: Window
    period: Period | None
    unit: str
    mode: Mode
    cut: str

    @property
    def label(self) -> str:
        return self.period.label if self.period else _capital(self.window.label)

    def address(self, **changed: str) -> str:
        """The same question as the end of an address, with something changed; empty parts are left out."""
        period = (
            {"ky": self.period.code}
            if self.period
            else {"tu": self.window.first.isoformat(), "den": self.window.last.isoformat()}
        )
        parts = {
            **period,
            "don-vi": self.unit,
            "che-do": "" if self.mode == "then" else self.mode,
            "theo": self.cut,
        }
        return "?" + urlencode({key: value for key, value in {**parts, **changed}.items() if value})


def asked(given: Mapping[str, str], today: dt.date) -> Asked:
    """Reads an address. What is not understood falls back to this year and the whole, never to an error."""
    mode: Mode = "now" if given.get("che-do") == "now" else "then"
    unit, cut = given.get("don-vi", "")[:35], given.get("theo", "")[:40]
    days = _days(given.get("tu", ""), given.get("den", ""))
    if days is not None:
        return Asked(days, None, unit, mode, cut)
    period = _period(given.get("ky", "")) or period_of(PeriodKind.YEAR, today)
    return Asked(period.window(), period, unit, mode, cut)


def months(window: Window) -> list[Period]:
    """The reporting months that make up a window, as many as end within it, at most two years of them."""
    found = []
    month = period_of(PeriodKind.MONTH, window.first)
    while month.window().first <= window.last and len(found) < 24:
        found.append(month)
        month = month.next()
    return found


def choices(today: dt.date) -> list[Period]:
    """The periods offered: this year and the last, with their quarters and months that have begun."""
    year = period_of(PeriodKind.YEAR, today)
    found = []
    for one in (year, year.previous()):
        parts = [one, *reversed(one.parts(PeriodKind.QUARTER)), *reversed(one.parts(PeriodKind.MONTH))]
        found += [part for part in parts if part.window().first <= today]
    return found


def _period(text: str) -> Period | None:
    if len(text) > 10:
        return None
    try:
        period = parse_period(text)
    except (PeriodError, ValueError):
        return None
    return period if FIRST_YEAR <= period.year <= LAST_YEAR else None


def _days(first: str, last: str) -> Window | None:
    try:
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    except ValueError:
        return None
    in_range = start.year >= FIRST_YEAR and end.year <= LAST_YEAR
    return Window(start, end) if start <= end and in_range else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
