"""Reporting periods and the days they count: a period is a name, a window is its dates by a cut-off.

Decree 09/2019/NĐ-CP: reports count from the 15th to the 14th (year: 15/12 of the year before to 14/12).
Provinces deviate, and the portal's indices use calendar months: the cut-off is always a parameter.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from motcua.kernel.errors import KernelError


class PeriodError(KernelError):
    """A period that does not exist, or a text that is not one."""

    code = "kernel.periods"


class PeriodKind(StrEnum):
    """Kinds of reporting period."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine-months"
    YEAR = "year"


_COUNT = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF: 2, PeriodKind.NINE_MONTHS: 1, PeriodKind.YEAR: 1}  # fmt: skip
_LENGTH = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.NINE_MONTHS: 9, PeriodKind.YEAR: 12}  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class CutOff:
    """The last day counted in the closing month: 14 by Decree 09/2019; 0 for whole calendar months."""

    last_day: int = 14
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.last_day <= 28:
            raise PeriodError(
                f"Ngày chốt số liệu {self.last_day} không hợp lệ; hãy chọn từ 1 đến 28, "
                "hoặc 0 nếu tính tròn tháng dương lịch.",
                code="kernel.periods.cut-off",
            )

    def end_of(self, year: int, month: int) -> date:
        """Last day counted in a month; month 0 is December of the year before."""
        if month == 0:
            year, month = year - 1, 12
        return date(year, month, self.last_day or monthrange(year, month)[1])


DECREE_09_2019 = CutOff(14, "Nghị định 09/2019/NĐ-CP")
CALENDAR_MONTHS = CutOff(0)


@dataclass(frozen=True, slots=True)
class Window:
    """Days counted, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.last - self.first).days + 1

    def covers(self, other: Window) -> bool:
        """Whether every day of ``other`` is in this window."""
        return self.first <= other.first and other.last <= self.last

    @property
    def label(self) -> str:
        """``từ ngày 15/12/2024 đến ngày 14/12/2025``."""
        return f"từ ngày {_day_text(self.first)} đến ngày {_day_text(self.last)}"


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: kind, year, and number within the year (month 1-12, quarter 1-4, half 1-2, else 1)."""

    kind: PeriodKind
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.number <= _COUNT[self.kind]):
            raise PeriodError(
                f"Kỳ báo cáo không có thật: loại {self.kind.value}, số {self.number}, năm {self.year}.",
                code="kernel.periods.no-such-period",
            )

    @property
    def first_month(self) -> int:
        """The first month named by the period."""
        return (self.number - 1) * _LENGTH[self.kind] + 1

    @property
    def last_month(self) -> int:
        """The month in which the period closes."""
        return self.first_month + _LENGTH[self.kind] - 1

    def window(self, cut_off: CutOff = DECREE_09_2019) -> Window:
        """The days the period counts by a cut-off."""
        before = cut_off.end_of(self.year, self.first_month - 1)
        return Window(before + timedelta(days=1), cut_off.end_of(self.year, self.last_month))

    def contains(self, day: date, cut_off: CutOff = DECREE_09_2019) -> bool:
        """Whether the period counts ``day``."""
        return day in self.window(cut_off)

    def previous(self) -> Period:
        """The period of the same kind before this one; nine months: those of last year."""
        return self._move(-1)

    def next(self) -> Period:
        """The period of the same kind after this one; nine months: those of next year."""
        return self._move(1)

    def same_last_year(self) -> Period:
        """The same period of the year before (cùng kỳ năm trước)."""
        return Period(self.kind, self.year - 1, self.number)

    def _move(self, step: int) -> Period:
        count = _COUNT[self.kind]
        year, index = divmod(self.year * count + self.number - 1 + step, count)
        return Period(self.kind, year, index + 1)

    def parts(self, kind: PeriodKind) -> tuple[Period, ...]:
        """The periods of a shorter kind that make this one up exactly; refused when they cannot."""
        length = _LENGTH[kind]
        if _LENGTH[self.kind] % length or (self.first_month - 1) % length or kind is PeriodKind.NINE_MONTHS:
            raise PeriodError(
                f"Không thể chia {self.label} thành các kỳ loại {kind.value}.", code="kernel.periods.parts"
            )
        first = (self.first_month - 1) // length + 1
        return tuple(Period(kind, self.year, first + i) for i in range(_LENGTH[self.kind] // length))

    @property
    def label(self) -> str:
        """``Tháng 7 năm 2025``, ``Quý III năm 2025``, ``6 tháng đầu năm 2025``, ``Năm 2025``."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"Tháng {self.number} năm {self.year}"
            case PeriodKind.QUARTER:
                return f"Quý {_ROMAN[self.number - 1]} năm {self.year}"
            case PeriodKind.HALF:
                return f"6 tháng {'đầu' if self.number == 1 else 'cuối'} năm {self.year}"
            case PeriodKind.NINE_MONTHS:
                return f"9 tháng đầu năm {self.year}"
        return f"Năm {self.year}"

    @property
    def code(self) -> str:
        """``2025-M07``, ``2025-Q3``, ``2025-H1``, ``2025-9M``, ``2025``: sorts, fits in an address."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.year}-M{self.number:02d}"
            case PeriodKind.QUARTER:
                return f"{self.year}-Q{self.number}"
            case PeriodKind.HALF:
                return f"{self.year}-H{self.number}"
            case PeriodKind.NINE_MONTHS:
                return f"{self.year}-9M"
        return str(self.year)

    def __str__(self) -> str:
        return self.code


def period_of(kind: PeriodKind, day: date, cut_off: CutOff = DECREE_09_2019) -> Period:
    """The period of a kind that counts ``day``; a day after 14/9 is in no nine months (refused)."""
    year, month = day.year, day.month
    if day > cut_off.end_of(year, month):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    number = (month - 1) // _LENGTH[kind] + 1
    if number > _COUNT[kind]:
        raise PeriodError(
            f"Ngày {_day_text(day)} không thuộc kỳ 9 tháng nào.", code="kernel.periods.no-such-period"
        )
    return Period(kind, year, number)


_CODE = re.compile(r"(\d{4})(?:-(?:M(\d{2})|Q([1-4])|H([12])|(9M)))?")
_TEXT = re.compile(
    r"(?:báo cáo\s+)?(?:"
    r"tháng\s+(?P<month>\d{1,2})|quý\s+(?P<quarter>iv|i{1,3}|[1-4])|"
    r"(?P<half>6|06|sáu)\s+tháng(?:\s+(?P<part>đầu|cuối))?|(?P<nine>9|09|chín)\s+tháng(?:\s+đầu)?|(?P<year_only>)"
    r")\s*(?:năm|/|-)?\s*(?P<year>\d{4})",
    re.IGNORECASE,
)


def parse_period(text: str) -> Period:
    """Read a code (``2025-Q3``) or words (``Quý III/2025``, ``6 tháng đầu năm 2025``, ``năm 2025``)."""
    clean = " ".join(text.split())
    match = _CODE.fullmatch(clean)
    if match is not None:
        return _from_code(match)
    match = _TEXT.fullmatch(clean)
    if match is None:
        raise PeriodError(
            f"Không đọc được kỳ báo cáo “{text}”; hãy ghi như “Quý III năm 2025”, “6 tháng đầu năm 2025” "
            "hoặc “Năm 2025”.",
            code="kernel.periods.text",
        )
    return _from_words(match, int(match["year"]))


def _from_code(match: re.Match[str]) -> Period:
    year, month, quarter, half, nine = match.groups()
    if month:
        return Period(PeriodKind.MONTH, int(year), int(month))
    if quarter:
        return Period(PeriodKind.QUARTER, int(year), int(quarter))
    if half:
        return Period(PeriodKind.HALF, int(year), int(half))
    return Period(PeriodKind.NINE_MONTHS if nine else PeriodKind.YEAR, int(year))


def _from_words(match: re.Match[str], year: int) -> Period:
    if match["month"]:
        return Period(PeriodKind.MONTH, year, int(match["month"]))
    if match["quarter"]:
        quarter = match["quarter"].upper()
        return Period(
            PeriodKind.QUARTER, year, int(quarter) if quarter.isdigit() else _ROMAN.index(quarter) + 1
        )
    if match["half"]:
        return Period(PeriodKind.HALF, year, 2 if (match["part"] or "").lower() == "cuối" else 1)
    return Period(PeriodKind.NINE_MONTHS if match["nine"] else PeriodKind.YEAR, year)


def _day_text(day: date) -> str:
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
