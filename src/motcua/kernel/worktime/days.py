"""Days, sessions and hours: the data a working calendar is made of."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from motcua.kernel.errors import KernelError


class WorktimeError(KernelError):
    """A calendar that contradicts itself, or a question it cannot answer."""

    code = "kernel.worktime"


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORK = "work"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    COMPENSATION = "compensation"
    SWAP_OFF = "swap-off"
    MAKE_UP = "make-up"
    CLOSURE = "closure"

    @property
    def label(self) -> str:
        """The kind in Vietnamese."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    DayKind.WORK: "ngày làm việc",
    DayKind.WEEKEND: "nghỉ hằng tuần",
    DayKind.HOLIDAY: "nghỉ lễ, tết",
    DayKind.COMPENSATION: "nghỉ bù",
    DayKind.SWAP_OFF: "nghỉ hoán đổi",
    DayKind.MAKE_UP: "ngày làm bù",
    DayKind.CLOSURE: "cơ quan đóng cửa",
}


class Confidence(StrEnum):
    """How sure the date is. Only ``EXPECTED`` days raise a warning."""

    LAW = "law"  # follows from the text of a law
    ANNOUNCED = "announced"  # an announcement of the competent authority was read
    REPORTED = "reported"  # known from the press or from practice, the text itself not read
    EXPECTED = "expected"  # not announced yet: reckoned from the lunar calendar and past practice


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """A stretch of working minutes within one day; minutes are counted from midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 24 * 60:
            raise WorktimeError(
                f"Buổi làm việc {clock_text(self.start)}–{clock_text(self.end)} không hợp lệ: "
                "giờ bắt đầu phải trước giờ kết thúc, trong cùng một ngày.",
                code="kernel.worktime.session",
            )

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return self.end - self.start

    def __str__(self) -> str:
        return f"{clock_text(self.start)}–{clock_text(self.end)}"


Sessions = tuple[Session, ...]

_SESSION = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def clock_text(minute: int) -> str:
    """``450`` → ``07:30``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def parse_session(text: str) -> Session:
    """Read ``07:30-11:30``."""
    match = _SESSION.fullmatch(text.strip())
    if match is None:
        raise WorktimeError(
            f"Không đọc được buổi làm việc “{text}”; hãy ghi theo mẫu 07:30-11:30.",
            code="kernel.worktime.session",
        )
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    return Session(hour * 60 + minute, end_hour * 60 + end_minute)


def check_sessions(sessions: Sessions, where: str) -> Sessions:
    """Return the sessions in order; refuse overlaps."""
    ordered = tuple(sorted(sessions))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise WorktimeError(
                f"Các buổi làm việc {earlier} và {later} của {where} chồng lên nhau; hãy sửa lại giờ.",
                code="kernel.worktime.overlap",
            )
    return ordered


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The sessions of Monday (index 0) to Sunday (index 6), in force from a day."""

    valid_from: dt.date
    week: tuple[Sessions, ...]
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise WorktimeError(
                f"Giờ làm việc hằng tuần cần đủ 7 ngày, hiện có {len(self.week)}.",
                code="kernel.worktime.week",
            )
        for index, sessions in enumerate(self.week):
            check_sessions(sessions, WEEKDAYS[index])
        if not any(self.week):
            raise WorktimeError(
                "Giờ làm việc hằng tuần không có buổi nào; cần ít nhất một buổi.",
                code="kernel.worktime.week",
            )

    @property
    def day_minutes(self) -> int:
        """Minutes of the longest day of the week: the length of one full working day."""
        return max(sum(session.minutes for session in sessions) for sessions in self.week)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that departs from the weekly hours. ``pair`` is the other half of a swap or compensation."""

    date: dt.date
    kind: DayKind
    name: str
    source: str = ""
    confidence: Confidence = Confidence.LAW
    pair: dt.date | None = None
    sessions: Sessions | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar, as it is: its kind, its sessions (none on a day off) and why."""

    date: dt.date
    kind: DayKind
    sessions: Sessions
    name: str = ""
    source: str = ""
    confidence: Confidence = Confidence.LAW
    short: bool = False

    @property
    def minutes(self) -> int:
        """Working minutes of the day."""
        return sum(session.minutes for session in self.sessions)

    @property
    def reason(self) -> str:
        """Why the day is what it is: ``nghỉ bù: Giỗ Tổ Hùng Vương``."""
        return f"{self.kind.label}: {self.name}" if self.name else self.kind.label


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def date_text(day: dt.date) -> str:
    """``thứ Hai 27/4/2026``, the way official letters write it (leading zero: day below 10, months 1, 2)."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day)}"


def short_date(day: dt.date) -> str:
    """``02/9/2026``: leading zeros as Decree 30/2020 asks of official papers."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
