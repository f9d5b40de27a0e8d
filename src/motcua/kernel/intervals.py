"""Exact interval arithmetic for printed figures: a figure printed with two decimals stands for a range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Number = int | Decimal | Fraction
_Edge = tuple[Fraction, bool]  # the value, and whether it is open (not reached)


class EmptyIntervalError(ValueError):
    """The lower edge lies above the upper one."""

    code = "kernel.interval.empty"


class UndefinedQuotientError(ZeroDivisionError):
    """The divisor may be zero, so the quotient has no value."""

    code = "kernel.interval.undefined_quotient"


@dataclass(frozen=True, slots=True)
class Interval:
    """The exact range of values a printed figure can stand for; edges are closed unless marked open."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
            raise EmptyIntervalError(f"Khoảng giá trị rỗng: từ {self.low} đến {self.high}.")

    @classmethod
    def point(cls, value: Number) -> Interval:
        """The interval that holds one value only."""
        exact = Fraction(value)
        return cls(exact, exact)

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2

    def __contains__(self, value: Number) -> bool:
        exact = Fraction(value)
        above = exact > self.low or (exact == self.low and not self.low_open)
        below = exact < self.high or (exact == self.high and not self.high_open)
        return above and below

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __add__(self, other: Interval | Number) -> Interval:
        right = as_interval(other)
        return Interval(
            self.low + right.low,
            self.high + right.high,
            self.low_open or right.low_open,
            self.high_open or right.high_open,
        )

    def __radd__(self, other: Number) -> Interval:
        return self + other

    def __sub__(self, other: Interval | Number) -> Interval:
        return self + -as_interval(other)

    def __rsub__(self, other: Number) -> Interval:
        return as_interval(other) - self

    def __mul__(self, other: Interval | Number) -> Interval:
        right = as_interval(other)
        return _hull(_product(a, b) for a in _edges(self) for b in _edges(right))

    def __rmul__(self, other: Number) -> Interval:
        return self * other

    def __truediv__(self, other: Interval | Number) -> Interval:
        """Raises UndefinedQuotientError when the divisor may be zero, or comes as near to it as one likes."""
        right = as_interval(other)
        if right.low <= 0 <= right.high:
            raise UndefinedQuotientError("Mẫu số có thể bằng 0 nên tỷ lệ không xác định.")
        inverse = Interval(1 / right.high, 1 / right.low, right.high_open, right.low_open)
        return self * inverse

    def __rtruediv__(self, other: Number) -> Interval:
        return as_interval(other) / self

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return not (self.lies_below(other) or other.lies_below(self))

    def lies_below(self, other: Interval) -> bool:
        """Whether every value here is smaller than every value there."""
        touching = self.high == other.low and (self.high_open or other.low_open)
        return self.high < other.low or touching

    def inside(self, other: Interval) -> bool:
        """Whether every value here is also there."""
        low = self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open))
        high = self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open))
        return low and high

    def widen(self, margin: Number) -> Interval:
        """The interval with `margin` (zero or more) added at both ends."""
        exact = Fraction(margin)
        return Interval(self.low - exact, self.high + exact, self.low_open, self.high_open)


def as_interval(value: Interval | Number) -> Interval:
    """The value itself, or the point interval of a number."""
    return value if isinstance(value, Interval) else Interval.point(value)


def total(parts: Iterable[Interval | Number]) -> Interval:
    """The sum of the parts; zero when there are none."""
    result = Interval.point(0)
    for part in parts:
        result = result + part
    return result


class Agreement(StrEnum):
    """How a printed figure stands to what it should be."""

    EQUAL = "equal"
    POSSIBLE = "possible"
    TRUNCATED = "truncated"
    DIFFERENT = "different"


def rounding_interval(value: Decimal, places: int) -> Interval:
    """What rounds half up to `value` at `places` decimals: [v-½ulp, v+½ulp)."""
    half = Fraction(1, 2) * Fraction(10) ** -places
    exact = Fraction(value)
    if exact < 0:
        return -Interval(-exact - half, -exact + half, False, True)
    return Interval(exact - half, exact + half, False, True)


def truncation_interval(value: Decimal, places: int) -> Interval:
    """What is cut to `value` at `places` decimals: [v, v+1ulp), away from zero."""
    unit = Fraction(10) ** -places
    exact = Fraction(value)
    if exact < 0:
        return -Interval(-exact, -exact + unit, False, True)
    return Interval(exact, exact + unit, False, True)


def agreement(value: Decimal, places: int, computed: Interval) -> Agreement:
    """How a figure printed as `value` with `places` decimals agrees with the computed range.

    EQUAL: every computed value rounds to it. POSSIBLE: some do. TRUNCATED: only cutting the further
    decimals gives it. DIFFERENT: neither.
    """
    rounded = rounding_interval(value, places)
    if computed.inside(rounded):
        return Agreement.EQUAL
    if computed.meets(rounded):
        return Agreement.POSSIBLE
    if computed.meets(truncation_interval(value, places)):
        return Agreement.TRUNCATED
    return Agreement.DIFFERENT


def compare(left: Interval, right: Interval) -> Agreement:
    """EQUAL when both are the same point, POSSIBLE when they meet, else DIFFERENT."""
    if left.is_point and right.is_point:
        return Agreement.EQUAL if left.low == right.low else Agreement.DIFFERENT
    return Agreement.POSSIBLE if left.meets(right) else Agreement.DIFFERENT


def _edges(interval: Interval) -> tuple[_Edge, _Edge]:
    return (interval.low, interval.low_open), (interval.high, interval.high_open)


def _product(left: _Edge, right: _Edge) -> _Edge:
    value = left[0] * right[0]
    reached_zero = (left[0] == 0 and not left[1]) or (right[0] == 0 and not right[1])
    return value, (left[1] or right[1]) and not reached_zero


def _hull(edges: Iterable[_Edge]) -> Interval:
    found = list(edges)
    low = min(found, key=lambda edge: (edge[0], edge[1]))
    high = max(found, key=lambda edge: (edge[0], not edge[1]))
    return Interval(low[0], high[0], low[1], high[1])
