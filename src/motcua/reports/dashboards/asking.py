"""What an address of a dashboard asks for: which day, which unit, by days, weeks or months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from motcua.kernel.periods import Window

Grain = Literal["ngay", "tuan", "thang"]
GRAINS: tuple[Grain, ...] = ("ngay", "tuan", "thang")
RECENT = 28  # days: four whole weeks, so that every weekday is there as often
WEEKS, MONTHS = 12, 12
FIRST_YEAR, LAST_YEAR = 2015, 2098


@dataclass(frozen=True, slots=True)
class Question:
    """A day, a unit ("" all that may be seen) and the grain of the trend."""

    day: dt.date
    unit: str
    grain: Grain

    @property
    def today(self) -> Window:
        return Window(self.day, self.day)

    @property
    def week(self) -> Window:
        """Monday to the day."""
        return Window(self.day - dt.timedelta(days=self.day.weekday()), self.day)

    @property
    def rest_of_week(self) -> Window:
        """The day to Sunday."""
        return Window(self.day, self.day + dt.timedelta(days=6 - self.day.weekday()))

    @property
    def recent(self) -> Window:
        """The four weeks that end with the day."""
        return Window(self.day - dt.timedelta(days=RECENT - 1), self.day)

    @property
    def before(self) -> Window:
        """The four weeks before those."""
        last = self.recent.first - dt.timedelta(days=1)
        return Window(last - dt.timedelta(days=RECENT - 1), last)

    def spans(self) -> list[Window]:
        """The days, weeks (from Monday) or calendar months of the trend, the last ending with the day."""
        if self.grain == "ngay":
            return [Window(day, day) for day in _days(self.recent)]
        if self.grain == "tuan":
            firsts = [self.week.first - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        else:
            firsts = [_month_before(self.day, back) for back in range(MONTHS - 1, -1, -1)]
        lasts = [*(first - dt.timedelta(days=1) for first in firsts[1:]), self.day]
        return [Window(first, last) for first, last in zip(firsts, lasts, strict=True)]

    def address(self, today: dt.date, **changed: str) -> str:
        """The same question as the end of an address, with something changed; what goes without saying is left out."""
        parts = {
            "ngay": "" if self.day == today else self.day.isoformat(),
            "don-vi": self.unit,
            "theo": "" if self.grain == "ngay" else self.grain,
        }
        told = urlencode({key: value for key, value in {**parts, **changed}.items() if value})
        return f"?{told}" if told else ""


def asked(given: Mapping[str, str], today: dt.date) -> Question:
    """Reads an address. What is not understood falls back to today, by days, never to an error."""
    grain: Grain = next((each for each in GRAINS if each == given.get("theo", "")), "ngay")
    return Question(_day(given.get("ngay", ""), today), given.get("don-vi", "")[:35], grain)


def _day(text: str, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def _days(window: Window) -> list[dt.date]:
    return [window.first + dt.timedelta(days=number) for number in range(window.days)]


def _month_before(day: dt.date, back: int) -> dt.date:
    number = day.year * 12 + day.month - 1 - back
    return dt.date(number // 12, number % 12 + 1, 1)
