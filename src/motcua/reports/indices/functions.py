"""Scoring functions: points from the ratios of a component, exactly. All are monotone: more is never worse.

A ratio is a `Fraction` (a share of 0 to 1, or a mean of points of 0 to 2); a component with several measures has one
ratio for each, by name. The single measure of a simple component is named `VALUE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from motcua.kernel.numbers import round_half_up

VALUE = "value"
NOTHING = Fraction()
Ratios = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Linear:
    """`maximum` × ratio ÷ `full_at`, not below 0 nor above `cap`; rounded half up to `places` where the law says so.

    `perfect`: the greatest ratio there is (1 of a share, 2 of a mean of 0, 1, 2); `full_at` may not lie beyond it.
    """

    maximum: Fraction
    full_at: Fraction = Fraction(1)
    cap: Fraction | None = None
    perfect: Fraction = Fraction(1)
    places: int | None = None
    ceiling: Fraction = field(init=False, repr=False, compare=False)
    slope: Fraction = field(init=False, repr=False, compare=False)
    best: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ceiling", self.maximum if self.cap is None else self.cap)
        object.__setattr__(self, "slope", self.maximum / self.full_at)
        object.__setattr__(self, "best", self.points({VALUE: self.perfect}))

    def points(self, ratios: Ratios) -> Fraction:
        raw = self._raw(ratios[VALUE])
        return self._rounded(NOTHING if raw < 0 else min(raw, self.ceiling))

    def top(self) -> Fraction:
        """The most points there are."""
        return self.best

    def straight(self, low: Ratios, high: Ratios) -> bool:
        """Whether points rise in a straight line from one ratio to a greater one."""
        if self.points(low) == self.points(high):
            return True
        inside = self._raw(low[VALUE]) >= 0 and self._raw(high[VALUE]) <= self.ceiling
        return self.places is None and inside

    def unmet(self, ratios: Ratios) -> tuple[str, ...]:
        """The measures that stand in the way of full points."""
        return (VALUE,) if self.points(ratios) < self.top() else ()

    def _raw(self, ratio: Fraction) -> Fraction:
        return self.slope * ratio

    def _rounded(self, points: Fraction) -> Fraction:
        return points if self.places is None else Fraction(round_half_up(points, self.places))


@dataclass(frozen=True, slots=True)
class Case:
    """Points given when every condition holds: measure name → the ratio it must at least reach."""

    points: Fraction
    conditions: Mapping[str, Fraction]

    def unmet(self, ratios: Ratios) -> tuple[str, ...]:
        return tuple(name for name, least in self.conditions.items() if ratios[name] < least)


@dataclass(frozen=True, slots=True)
class Cases:
    """The points of the best case whose conditions all hold; none holds: 0. Cases stand from best to worst."""

    cases: tuple[Case, ...]

    def points(self, ratios: Ratios) -> Fraction:
        return max((case.points for case in self.cases if not case.unmet(ratios)), default=Fraction())

    def top(self) -> Fraction:
        return max((case.points for case in self.cases), default=Fraction())

    def straight(self, low: Ratios, high: Ratios) -> bool:
        return self.points(low) == self.points(high)

    def unmet(self, ratios: Ratios) -> tuple[str, ...]:
        if self.points(ratios) == self.top():
            return ()
        return self.cases[0].unmet(ratios)


@dataclass(frozen=True, slots=True)
class Display:
    """Shown beside the index, never scored."""

    def points(self, ratios: Ratios) -> Fraction:
        return Fraction()

    def top(self) -> Fraction:
        return Fraction()

    def straight(self, low: Ratios, high: Ratios) -> bool:
        return True

    def unmet(self, ratios: Ratios) -> tuple[str, ...]:
        return ()


Scoring = Linear | Cases | Display
