"""What crosses the door: subjects that are scored, failing records, and what a figure reads for a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from motcua.engine.figures.api import Value
from motcua.reports.indices.definition import Level


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit (by its code), or an officer, whose score is asked for."""

    code: str
    level: Level
    name: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Failing:
    """A record for want of which a figure is lower than it could be.

    `key` names the record (a dossier's uid or code), `weight` by how much the figure would rise if it were mended,
    `cause` a code to group by, "" where nobody stated one.
    """

    key: str
    weight: Fraction = Fraction(1)
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The figures of one subject for one window; `last_year` those of last year, where a zero rule asks for them.

    `share_of_year`: what part of a year the window is, for that rule.
    """

    subject: Subject
    values: Mapping[str, Value]
    last_year: Mapping[str, Value] = field(default_factory=dict)
    share_of_year: Fraction = Fraction(1, 12)

    def value(self, figure: str) -> Value:
        return self.values.get(figure) or Value.blank()

    def mended(self, weights: Mapping[str, Fraction | int]) -> Inputs:
        """The same with failing records mended: by figure, the weight of those records.

        A ratio gains in its numerator, a count of what is amiss falls; denominators stay.
        """
        changed = {
            figure: _mended(self.value(figure), Fraction(weight))
            for figure, weight in weights.items()
            if weight and self.value(figure).numerator is not None
        }
        return replace(self, values={**self.values, **changed}) if changed else self


def _mended(value: Value, weight: Fraction) -> Value:
    assert value.numerator is not None
    if value.denominator is None:
        return Value(value.state, value.numerator - weight)
    return Value(value.state, value.numerator + weight, value.denominator)
