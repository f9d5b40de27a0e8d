"""Legal time limits: from a receipt and a limit to a due time, by dated first-day rules, with reasons."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any

import yaml

from motcua.kernel.clock import local
from motcua.kernel.worktime.calendar import WorkCalendar
from motcua.kernel.worktime.days import Confidence, WorktimeError, date_text, short_date
from motcua.kernel.worktime.duration import Duration, Number, hours_text
from motcua.kernel.worktime.instants import MINUTES_PER_DAY, minute_of_date, to_instant, to_minute
from motcua.kernel.worktime.load import packaged_text
from motcua.kernel.worktime.reckoning import (
    CalendarWarning,
    Span,
    instant_text,
    skipped_sentences,
    spans_between,
    warnings_between,
)


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working-day"
    WORKING_HOUR = "working-hour"
    CALENDAR_DAY = "calendar-day"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The unit in Vietnamese."""
        return _UNIT_LABELS[self]


_UNIT_LABELS = {
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.CALENDAR_DAY: "ngày",
    LimitUnit.MONTH: "tháng",
    LimitUnit.YEAR: "năm",
}
_STEP = {LimitUnit.WORKING_DAY: 4, LimitUnit.WORKING_HOUR: 60}


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of one unit: working days in quarters, working hours in minutes, the rest whole."""

    amount: Fraction
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount <= 0 or (self.amount * _STEP.get(self.unit, 1)).denominator != 1:
            raise WorktimeError(
                f"Thời hạn {self.amount} {self.unit.label} không hợp lệ: phải lớn hơn 0 và là bội số của "
                "phần tư ngày làm việc, của một phút, hoặc số nguyên ngày, tháng, năm.",
                code="kernel.worktime.limit",
            )

    @classmethod
    def of(cls, amount: Number, unit: LimitUnit) -> Limit:
        """Build from an int, Decimal or Fraction."""
        return cls(Fraction(amount), unit)

    def __str__(self) -> str:
        """``3,5 ngày làm việc``."""
        value = Decimal(self.amount.numerator) / Decimal(self.amount.denominator)
        return f"{value:f}".replace(".", ",") + f" {self.unit.label}"


_LIMIT = re.compile(
    r"(?P<amount>\d+(?:[.,]\d+)?|½|\d+\s*/\s*\d+)\s*(?:\([^)]*\)\s*)?"
    r"(?P<unit>ngày|giờ|tháng|năm)\s*(?P<working>làm việc)?",
    re.IGNORECASE,
)
_WORDED = {"ngày": LimitUnit.CALENDAR_DAY, "tháng": LimitUnit.MONTH, "năm": LimitUnit.YEAR}


def parse_limit(text: str) -> Limit:
    """Read ``03 ngày làm việc``, ``½ ngày làm việc``, ``08 giờ làm việc``, ``15 (mười lăm) ngày``, ``01 tháng``.

    Hours are always working hours; days are calendar days unless the text says working days.
    """
    match = _LIMIT.fullmatch(" ".join(text.split()))
    if match is None:
        raise WorktimeError(
            f"Không đọc được thời hạn “{text}”; hãy ghi như “03 ngày làm việc”, “08 giờ làm việc”, “15 ngày”.",
            code="kernel.worktime.limit-text",
        )
    amount = Fraction(match["amount"].replace("½", "1/2").replace(",", ".").replace(" ", ""))
    unit = match["unit"].lower()
    if unit == "giờ":
        return Limit(amount, LimitUnit.WORKING_HOUR)
    if unit == "ngày" and match["working"]:
        return Limit(amount, LimitUnit.WORKING_DAY)
    return Limit(amount, _WORDED[unit])


class DayStart(StrEnum):
    """Where a limit in working days starts counting."""

    NEXT_WORKING_DAY = "next-working-day"  # the day of receipt is not counted (Civil Code 2015, Art. 147.2)
    SAME_DAY = "same-day"  # the day of receipt is day one
    INSTANT = "instant"  # a day is a number of working hours from the normalised instant


@dataclass(frozen=True, slots=True)
class FirstDayRule:
    """A dated parameter of a province: how the first day of a limit is treated.

    ``late_after`` (15:00) always moves the hand-over; ``late_moves_limit`` makes it move the limit too.
    ``off_hours_moves_receipt`` treats a receipt outside hours as received at the next opening.
    """

    code: str
    valid_from: date
    day_start: DayStart = DayStart.NEXT_WORKING_DAY
    late_after: time | None = time(15)
    late_moves_limit: bool = False
    off_hours_moves_receipt: bool = False
    source: str = ""
    confidence: Confidence = Confidence.REPORTED

    def is_late(self, received: datetime) -> bool:
        """Whether a receipt comes after the hour of the rule; 15:00:00 sharp does not."""
        return self.late_after is not None and local(received).time() > self.late_after


def parse_rules(text: str) -> tuple[FirstDayRule, ...]:
    """Read a list of first-day rules from YAML, in order of date."""
    try:
        rules = [_rule(entry) for entry in yaml.safe_load(text)]
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise WorktimeError(
            f"Tệp quy tắc ngày đầu không đúng mẫu: {error}. Hãy đối chiếu với first-day-rules.yaml.",
            code="kernel.worktime.rule-file",
        ) from error
    return tuple(sorted(rules, key=lambda rule: rule.valid_from))


def _rule(entry: dict[str, Any]) -> FirstDayRule:
    late = entry.get("late_after")
    return FirstDayRule(
        code=entry["code"],
        valid_from=entry["valid_from"],
        day_start=DayStart(entry["day_start"]),
        late_after=time.fromisoformat(late) if late else None,
        late_moves_limit=bool(entry.get("late_moves_limit", False)),
        off_hours_moves_receipt=bool(entry.get("off_hours_moves_receipt", False)),
        source=entry["source"],
        confidence=Confidence(entry.get("confidence", "reported")),
    )


@cache
def first_day_rules() -> tuple[FirstDayRule, ...]:
    """The packaged rules: Decree 61/2018, then Decree 118/2025."""
    return parse_rules(packaged_text("first-day-rules.yaml"))


def rule_on(day: date, rules: Iterable[FirstDayRule] | None = None) -> FirstDayRule:
    """The rule in force on ``day`` (``kernel.worktime.no-rule`` before the first)."""
    known = first_day_rules() if rules is None else rules
    in_force = [rule for rule in known if rule.valid_from <= day]
    if not in_force:
        raise WorktimeError(
            f"Chưa có quy tắc tính ngày đầu cho ngày {short_date(day)}; hãy khai quy tắc có hiệu lực từ ngày đó.",
            code="kernel.worktime.no-rule",
        )
    return max(in_force, key=lambda rule: rule.valid_from)


@dataclass(frozen=True, slots=True)
class Due:
    """A due time with its reasons. ``counted_from`` is where counting starts: an opening or an instant."""

    calendar: WorkCalendar
    limit: Limit
    rule: FirstDayRule
    received: datetime
    counted_from: datetime
    at: datetime
    nominal_end: date | None = None  # last day before it was moved off a day of rest

    @property
    def spans(self) -> list[Span]:
        """Days counted and skipped, from the day of receipt (left out where the rule says so) to the due time."""
        first = to_minute(self.counted_from)
        return [*self._uncounted_start(first), *spans_between(self.calendar, first, to_minute(self.at))]

    def _uncounted_start(self, first: int) -> list[Span]:
        day_after_receipt = minute_of_date(self.received.date()) + MINUTES_PER_DAY
        skipped = spans_between(self.calendar, day_after_receipt, minute_of_date(to_instant(first).date()))
        return [
            Span(
                s.first,
                s.last,
                s.kind,
                0,
                0,
                "ngày tiếp nhận theo quy tắc" if s.counted else s.reason,
                s.source,
            )
            for s in skipped
        ]

    @property
    def warnings(self) -> tuple[CalendarWarning, ...]:
        """Doubts about the days from receipt to due time."""
        return warnings_between(self.calendar, self.received.date(), self.at.date())

    @property
    def explanation(self) -> str:
        """The due time in Vietnamese sentences: receipt, rule, days counted, days skipped and why, result."""
        sentences = [f"Tiếp nhận lúc {instant_text(self.received)}.", self._start_sentence()]
        sentences += self._counting_sentences()
        sentences.append(f"Hạn: {instant_text(self.at)}.")
        sentences += [f"Lưu ý: {warning.message}" for warning in self.warnings]
        return " ".join(sentences)

    def _start_sentence(self) -> str:
        start = f"Thời hạn {self.limit}, tính từ {instant_text(self.counted_from)}"
        return f"{start} ({self._start_reason()})."

    def _start_reason(self) -> str:
        basis = f"; {self.rule.source}" if self.rule.source else ""
        if self.limit.unit is LimitUnit.WORKING_HOUR or self._by_instant():
            return "thời điểm tiếp nhận trong giờ làm việc hoặc giờ mở cửa kế tiếp"
        moved = self.rule.late_moves_limit and self.rule.is_late(self.received)
        late = (
            f"tiếp nhận sau {self.rule.late_after:%H:%M} nên coi như tiếp nhận ngày làm việc sau, "
            if moved
            else ""
        )
        if self.limit.unit is LimitUnit.WORKING_DAY and self.rule.day_start is DayStart.SAME_DAY:
            return f"{late}ngày tiếp nhận được tính{basis}"
        return f"{late}ngày tiếp nhận không tính{basis}"

    def _by_instant(self) -> bool:
        return self.limit.unit is LimitUnit.WORKING_DAY and self.rule.day_start is DayStart.INSTANT

    def _counting_sentences(self) -> list[str]:
        if self.limit.unit in (LimitUnit.CALENDAR_DAY, LimitUnit.MONTH, LimitUnit.YEAR):
            return self._rolled_sentences()
        counted = [span for span in self.spans if span.counted]
        by_clock = self.limit.unit is LimitUnit.WORKING_HOUR or self._by_instant()
        amounts = [hours_text(s.minutes) if by_clock else f"{s.working_days} ngày" for s in counted]
        days = [f"{span.dates} ({amount})" for span, amount in zip(counted, amounts, strict=True)]
        return [f"Tính: {'; '.join(days)}.", *skipped_sentences(self.spans)]

    def _rolled_sentences(self) -> list[str]:
        if self.nominal_end is None or self.nominal_end == self.at.date():
            return ["Tính cả ngày nghỉ trong thời hạn."]
        reason = self.calendar.day(self.nominal_end).reason
        return [
            "Tính cả ngày nghỉ trong thời hạn.",
            f"Ngày cuối {date_text(self.nominal_end)} là ngày nghỉ ({reason}) nên hạn là cuối ngày làm việc "
            "kế tiếp (Bộ luật Dân sự 2015, Điều 148 khoản 5).",
        ]


def due(calendar: WorkCalendar, received: datetime, limit: Limit, rule: FirstDayRule | None = None) -> Due:
    """The due time of ``limit`` for a dossier received at ``received``, by ``rule`` (default: in force then)."""
    received = to_instant(to_minute(received)) if received.second == 0 else local(received)
    rule = rule or rule_on(received.date())
    if limit.unit is LimitUnit.WORKING_HOUR:
        return _by_clock(calendar, received, limit, rule, Duration.of_hours(limit.amount))
    if limit.unit is not LimitUnit.WORKING_DAY:
        return _by_date(calendar, received, limit, rule)
    if rule.day_start is DayStart.INSTANT:
        return _by_clock(calendar, received, limit, rule, Duration.of_days(limit.amount))
    return _by_working_days(calendar, received, limit, rule)


def _by_clock(
    calendar: WorkCalendar, received: datetime, limit: Limit, rule: FirstDayRule, amount: Duration
) -> Due:
    start = calendar.next_working(received)
    end = calendar.add_minutes(start, amount.minutes(calendar.day_minutes))
    return Due(calendar, limit, rule, received, start, end)


def _by_working_days(calendar: WorkCalendar, received: datetime, limit: Limit, rule: FirstDayRule) -> Due:
    receipt = _receipt_date(calendar, received, rule)
    if rule.day_start is DayStart.SAME_DAY:
        first = calendar.working_day_on_or_after(receipt)
    else:
        first = calendar.working_day_after(receipt)
    quarters = limit.amount.numerator * 4 // limit.amount.denominator
    whole, part = divmod(quarters - 1, 4)
    last = first if whole == 0 else calendar.working_day_after(first, whole)
    return Due(
        calendar, limit, rule, received, calendar.opening(first), _part_of_day(calendar, last, part + 1)
    )


def _receipt_date(calendar: WorkCalendar, received: datetime, rule: FirstDayRule) -> date:
    day = received.date()
    if rule.late_moves_limit and rule.is_late(received) and calendar.is_working_day(day):
        return calendar.working_day_after(day)
    # A rule that moves late receipts must move those of the weekend with them, or a dossier of Saturday
    # would be due before one of Friday evening.
    if rule.late_moves_limit or rule.off_hours_moves_receipt:
        return calendar.next_working(received).date()
    return day


def _part_of_day(calendar: WorkCalendar, day: date, quarters: int) -> datetime:
    """Close of business for 4 quarters; on a day of two sessions half a day is one session."""
    sessions = calendar.day(day).sessions
    if quarters == 4:
        return calendar.closing(day)
    if len(sessions) == 2:
        session, rest = sessions[(quarters - 1) // 2], 2 - quarters % 2
        minute = session.start + -(-session.minutes * rest // 2)
        return to_instant(minute_of_date(day) + minute)
    worked = -(-calendar.day(day).minutes * quarters // 4)
    return calendar.add_minutes(calendar.opening(day), worked)


def _by_date(calendar: WorkCalendar, received: datetime, limit: Limit, rule: FirstDayRule) -> Due:
    receipt, amount = received.date(), int(limit.amount)
    if limit.unit is LimitUnit.CALENDAR_DAY:
        nominal = receipt + timedelta(days=amount)
    else:
        nominal = add_months(receipt, amount * (12 if limit.unit is LimitUnit.YEAR else 1))
    end = calendar.closing(calendar.working_day_on_or_after(nominal))
    start = to_instant(minute_of_date(receipt) + MINUTES_PER_DAY)
    return Due(calendar, limit, rule, received, start, end, nominal)


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later, or the last day of that month (Civil Code 2015, Art. 148.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def hand_over_by(calendar: WorkCalendar, received: datetime, rule: FirstDayRule | None = None) -> datetime:
    """When a received dossier must be with the handling agency: same working day; late ones at next opening.

    Source: Decree 61/2018 and Decree 118/2025, Art. 18 (after 15:00: the start of the next working day).
    """
    received = local(received)
    rule = rule or rule_on(received.date())
    day = received.date()
    if calendar.is_working_day(day) and not rule.is_late(received) and received <= calendar.closing(day):
        return calendar.closing(day)
    return calendar.opening(calendar.working_day_after(day))
