"""The value of a figure. Blank, zero, not applicable and not due are four different things.

Numerators and denominators stay exact fractions; division, scale and rounding happen once, when shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.language import Climb, Figure, PeriodRule, Rounding
from motcua.kernel import numbers
from motcua.kernel.numbers import round_half_up

Number = int | Decimal | Fraction


class State(StrEnum):
    """KNOWN: a number, zero included. BLANK: should be there and is not. NOT_APPLICABLE: there is no such
    number here (a ratio over nothing too). NOT_DUE: its time has not come."""

    KNOWN = "known"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    NOT_DUE = "not_due"


STATE_WORDS = {
    State.BLANK: "chưa có",
    State.NOT_APPLICABLE: "không áp dụng",
    State.NOT_DUE: "chưa đến kỳ",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value and what it was made of.

    A count has only a numerator. A ratio has both; where its denominator is 0 it is not applicable, and
    0/0 still climbs as nothing added to nothing. A ratio printed without its parts has only a numerator.
    """

    state: State
    numerator: Fraction | None = None
    denominator: Fraction | None = None

    def __post_init__(self) -> None:
        if (self.state is State.KNOWN) and self.numerator is None:
            raise FigureError("FIG-VALUE", "Giá trị đã biết phải có số.")
        if self.denominator is not None and self.numerator is None:
            raise FigureError("FIG-VALUE", "Có mẫu số thì phải có tử số.")

    @classmethod
    def of(cls, number: Number) -> Value:
        return cls(State.KNOWN, Fraction(number))

    @classmethod
    def ratio(cls, numerator: Number, denominator: Number) -> Value:
        state = State.KNOWN if denominator else State.NOT_APPLICABLE
        return cls(state, Fraction(numerator), Fraction(denominator))

    @classmethod
    def blank(cls) -> Value:
        return cls(State.BLANK)

    @classmethod
    def not_applicable(cls) -> Value:
        return cls(State.NOT_APPLICABLE)

    @classmethod
    def not_due(cls) -> Value:
        return cls(State.NOT_DUE)

    @property
    def is_known(self) -> bool:
        return self.state is State.KNOWN

    def exact(self, scale: int = 1) -> Fraction | None:
        """The number itself, unrounded, ratios times `scale`; None where there is no number."""
        if not self.is_known or self.numerator is None:
            return None
        return self.numerator if self.denominator is None else self.numerator / self.denominator * scale


def format_number(number: Decimal, trim: bool = False) -> str:
    """A number as Vietnamese prints it: 1.234,5. `trim` drops the zeros that end the decimals."""
    text = numbers.format_number(number)
    return text.rstrip("0").rstrip(",") if trim and "," in text else text


def rounded(value: Value, rounding: Rounding, scale: int = 1) -> Decimal | None:
    """The value as it is shown; None where there is no number."""
    exact = value.exact(scale)
    return None if exact is None else round_half_up(exact, rounding.places)


def format_value(value: Value, figure: Figure) -> str:
    """The value in Vietnamese: a number, or the words for what stands in place of one."""
    number = rounded(value, figure.rounding, figure.scale)
    return STATE_WORDS[value.state] if number is None else format_number(number, figure.rounding.trim)


@dataclass(frozen=True, slots=True)
class Climbed:
    """A value gathered from units, and how many of them stood behind it.

    `unusable` counts ratios known only as printed, which cannot be added. The value is whole only when
    `complete`; a partial sum is never to be shown as a total without its `missing`.
    """

    value: Value
    used: int = 0
    blank: int = 0
    not_due: int = 0
    not_applicable: int = 0
    unusable: int = 0

    @property
    def missing(self) -> int:
        return self.blank + self.not_due + self.unusable

    @property
    def complete(self) -> bool:
        return self.missing == 0


def climb(values: Iterable[Value], rule: Climb) -> Climbed:
    """The value of a unit from those of the units under it, by the figure's rule.

    SUM adds counts; RATIO adds numerators and denominators and divides anew; NONE gives not applicable,
    because such a figure belongs to one unit only.
    """
    parts = list(values)
    if rule is Climb.NONE:
        return Climbed(Value.not_applicable(), not_applicable=len(parts))
    usable = [part for part in parts if _adds(part, rule)]
    left = [part.state for part in parts if not _adds(part, rule)]
    counts = {state: left.count(state) for state in State}
    return Climbed(
        _gather(usable, rule, counts),
        used=len(usable),
        blank=counts[State.BLANK],
        not_due=counts[State.NOT_DUE],
        not_applicable=counts[State.NOT_APPLICABLE],
        unusable=counts[State.KNOWN],
    )


def _adds(part: Value, rule: Climb) -> bool:
    if rule is Climb.RATIO:
        return part.numerator is not None and part.denominator is not None
    return part.is_known and part.denominator is None


def _gather(usable: Sequence[Value], rule: Climb, left: dict[State, int]) -> Value:
    if not usable:
        return _absence(left)
    numerator = sum((part.numerator for part in usable if part.numerator is not None), Fraction())
    if rule is Climb.SUM:
        return Value.of(numerator)
    denominator = sum((part.denominator for part in usable if part.denominator is not None), Fraction())
    return Value.ratio(numerator, denominator)


def _absence(left: dict[State, int]) -> Value:
    """What stands where no unit gave a number: missing outweighs not due, not due outweighs not applicable."""
    if left[State.BLANK] or left[State.KNOWN]:
        return Value.blank()
    if left[State.NOT_DUE]:
        return Value.not_due()
    return Value.not_applicable() if left[State.NOT_APPLICABLE] else Value.blank()


def across_periods(figure: Figure, values: Sequence[Value]) -> Value:
    """The value of a long period from those of its parts, in order of time.

    Flows add up (ratios from their parts); cumulative figures and stocks are those of the last part. Raises FIG-DISTINCT
    for a flow of different values, which is counted over the long period itself.
    """
    if not values:
        return Value.blank()
    if figure.period_rule is not PeriodRule.FLOW:
        return values[-1]
    if figure.counts_distinct:
        raise FigureError(
            "FIG-DISTINCT", f"Chỉ tiêu “{figure.code}” không cộng qua các kỳ; hãy tính thẳng cho cả kỳ."
        )
    gathered = climb(values, Climb.RATIO if figure.is_ratio else Climb.SUM)
    return gathered.value if gathered.complete else Value.blank()
