"""Results that can say why: spans of days counted and skipped, sentences, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from motcua.kernel.worktime.days import Confidence, Day, DayKind, date_text, short_date
from motcua.kernel.worktime.duration import Duration, hours_text
from motcua.kernel.worktime.instants import (
    MINUTES_PER_DAY,
    date_of_minute,
    minute_of_date,
    to_instant,
)

if TYPE_CHECKING:
    from motcua.kernel.worktime.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive days treated alike. ``minutes`` counted in all (0 = skipped) and why."""

    first: date
    last: date
    kind: DayKind
    minutes: int
    working_days: int
    reason: str
    source: str = ""
    confidence: Confidence = Confidence.LAW

    @property
    def counted(self) -> bool:
        """Whether any minute of the span counts."""
        return self.minutes > 0

    @property
    def dates(self) -> str:
        """``thứ Bảy 25/4/2026 – Chủ nhật 26/4/2026``."""
        if self.first == self.last:
            return date_text(self.first)
        return f"{date_text(self.first)} – {date_text(self.last)}"


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """A doubt about a result, with a stable code and a Vietnamese message."""

    code: str
    message: str


def spans_between(calendar: WorkCalendar, first_minute: int, last_minute: int) -> list[Span]:
    """Cut a stretch of time into spans of like days, in order. Empty when the stretch is."""
    if last_minute <= first_minute:
        return []
    first, last = date_of_minute(first_minute), date_of_minute(last_minute - 1)
    days = [calendar.day(first + timedelta(days=offset)) for offset in range((last - first).days + 1)]
    worked = [(day, _worked_within(calendar, day, first_minute, last_minute)) for day in days]
    groups = groupby(worked, key=lambda pair: (pair[0].kind, pair[0].name, pair[0].short, pair[1] > 0))
    return [_span(list(group)) for _, group in groups]


def _worked_within(calendar: WorkCalendar, day: Day, first_minute: int, last_minute: int) -> int:
    if not day.sessions:
        return 0
    begin = minute_of_date(day.date)
    worked = calendar.table.worked
    return worked(min(last_minute, begin + MINUTES_PER_DAY)) - worked(max(first_minute, begin))


def _span(group: list[tuple[Day, int]]) -> Span:
    day, minutes = group[0][0], sum(minutes for _, minutes in group)
    reason = day.reason
    if day.sessions and minutes == 0:
        reason = "ngoài giờ làm việc"
    elif day.short:
        reason = f"{reason} (làm việc {', '.join(map(str, day.sessions))})"
    return Span(
        day.date, group[-1][0].date, day.kind, minutes, len(group) if minutes else 0, reason, day.source,
        day.confidence,
    )  # fmt: skip


def warnings_between(calendar: WorkCalendar, first: date, last: date) -> tuple[CalendarWarning, ...]:
    """Doubts about a stretch of days: years not confirmed, days only expected in confirmed years."""
    years = [year for year in calendar.years if first.year <= year.year <= last.year]
    found = [_year_warning(year.year, year.note) for year in years if not year.confirmed]
    doubtful = [
        day
        for day in calendar.special_days
        if first <= day.date <= last
        and day.confidence is Confidence.EXPECTED
        and calendar.is_confirmed(day.date)
    ]
    found += [
        CalendarWarning(
            "kernel.worktime.expected-day",
            f"Ngày {short_date(day.date)} ({day.kind.label}: {day.name}) mới là dự kiến; "
            "kết quả có thể thay đổi khi có thông báo chính thức.",
        )
        for day in doubtful
    ]
    return tuple(found)


def _year_warning(year: int, note: str) -> CalendarWarning:
    why = note or f"lịch nghỉ năm {year} chưa được xác nhận"
    return CalendarWarning(
        "kernel.worktime.unconfirmed-year",
        f"Kết quả có liên quan đến năm {year}: {why}; hãy tính lại khi lịch được xác nhận.",
    )


def instant_text(instant: datetime) -> str:
    """``17:00 thứ Sáu 24/4/2026``."""
    return f"{instant:%H:%M} {date_text(instant.date())}"


def skipped_sentences(spans: list[Span]) -> list[str]:
    """What was left out and why, then what was counted although it looks like a day off."""
    skipped = [f"{span.dates} ({span.reason})" for span in spans if not span.counted]
    made_up = [
        f"{span.dates} ({span.reason})" for span in spans if span.counted and span.kind is DayKind.MAKE_UP
    ]
    short = [
        f"{span.dates}: {span.reason}"
        for span in spans
        if span.counted and "(làm việc" in span.reason and span.kind is not DayKind.MAKE_UP
    ]
    sentences = [f"Không tính: {'; '.join(skipped)}."] if skipped else []
    sentences += [f"Có tính ngày làm bù: {'; '.join(made_up)}."] if made_up else []
    return sentences + ([f"Ngày làm việc rút ngắn: {'; '.join(short)}."] if short else [])


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Working time from ``start`` to ``at``, with its reasons, which are made only when asked.

    ``asked`` is the duration that was added (negative: subtracted), None for a measured interval.
    """

    calendar: WorkCalendar
    start_minute: int
    end_minute: int
    asked: Duration | None = None

    @property
    def start(self) -> datetime:
        """The instant reckoned from."""
        return to_instant(self.start_minute)

    @property
    def at(self) -> datetime:
        """The instant reached."""
        return to_instant(self.end_minute)

    @property
    def minutes(self) -> int:
        """Working minutes from ``start`` to ``at``, with their sign."""
        worked = self.calendar.table.worked
        return worked(self.end_minute) - worked(self.start_minute)

    @property
    def days(self) -> Fraction:
        """The same in full working days of the calendar."""
        return Fraction(self.minutes, self.calendar.day_minutes)

    @property
    def spans(self) -> list[Span]:
        """Days counted and skipped, from the earlier to the later end."""
        return spans_between(self.calendar, *sorted((self.start_minute, self.end_minute)))

    @property
    def warnings(self) -> tuple[CalendarWarning, ...]:
        """Doubts about the days walked over."""
        first, last = sorted((self.start_minute, self.end_minute))
        return warnings_between(self.calendar, date_of_minute(first), date_of_minute(last))

    @property
    def explanation(self) -> str:
        """The result in Vietnamese sentences: what was asked, counted, skipped and why, and reached."""
        spans = self.spans
        counted = [f"{span.dates} ({hours_text(span.minutes)})" for span in spans if span.counted]
        sentences = [self._question()]
        sentences += [f"Tính: {'; '.join(counted)}."] if counted else []
        sentences += skipped_sentences(spans)
        sentences.append(self._answer())
        sentences += [f"Lưu ý: {warning.message}" for warning in self.warnings]
        return " ".join(sentences)

    def _question(self) -> str:
        if self.asked is None:
            return f"Từ {instant_text(self.start)} đến {instant_text(self.at)}."
        back = self.asked.clock < 0 or self.asked.quarters < 0
        amount = str(-self.asked if back else self.asked)
        day = f" (một ngày là {hours_text(self.calendar.day_minutes)})" if self.asked.quarters else ""
        return f"Từ {instant_text(self.start)}, {'trừ' if back else 'cộng'} {amount}{day}."

    def _answer(self) -> str:
        if self.asked is None:
            sign = "âm " if self.minutes < 0 else ""
            return f"Cộng lại: {sign}{hours_text(abs(self.minutes))} làm việc."
        return f"Kết quả: {instant_text(self.at)}."
