"""Amounts of working time: minutes and hours, or quarters of a working day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.worktime.days import WorktimeError

Number = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Duration:
    """Working time: ``clock`` whole minutes plus ``quarters`` of a working day, both exact integers."""

    clock: int = 0
    quarters: int = 0

    @classmethod
    def of_minutes(cls, minutes: int) -> Duration:
        """Whole working minutes."""
        return cls(clock=minutes)

    @classmethod
    def of_hours(cls, hours: Number) -> Duration:
        """Working hours; must be whole minutes (0.5 is, 0.01 is not)."""
        return cls(clock=_whole(Fraction(hours) * 60, f"{hours} giờ không tròn phút"))

    @classmethod
    def of_days(cls, days: Number) -> Duration:
        """Working days in quarters: 1, 0.5, 2.25."""
        return cls(quarters=_whole(Fraction(days) * 4, f"{days} ngày không tròn phần tư ngày"))

    def minutes(self, day_minutes: int) -> int:
        """Whole minutes, a working day being ``day_minutes``; a broken minute is rounded up (away from 0)."""
        part = -(-abs(self.quarters) * day_minutes // 4)
        return self.clock + (part if self.quarters >= 0 else -part)

    def __neg__(self) -> Duration:
        return Duration(-self.clock, -self.quarters)

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.clock + other.clock, self.quarters + other.quarters)

    def __str__(self) -> str:
        """``2,25 ngày làm việc``, ``8 giờ làm việc``, ``1 giờ 30 phút làm việc``."""
        parts = []
        if self.quarters:
            parts.append(f"{_plain(Fraction(abs(self.quarters), 4))} ngày")
        if self.clock or not self.quarters:
            parts.append(hours_text(abs(self.clock)))
        sign = "lùi " if self.quarters < 0 or self.clock < 0 else ""
        return f"{sign}{' '.join(parts)} làm việc"


def hours_text(minutes: int) -> str:
    """``90`` → ``1 giờ 30 phút``."""
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} giờ"] if hours else []
    if rest or not hours:
        words.append(f"{rest} phút")
    return " ".join(words)


def _plain(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}".replace(".", ",")


def _whole(value: Fraction, problem: str) -> int:
    if value.denominator != 1:
        raise WorktimeError(
            f"{problem}; hãy dùng bội số của một phút hoặc một phần tư ngày.",
            code="kernel.worktime.duration",
        )
    return value.numerator
