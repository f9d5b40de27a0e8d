"""What an index set is: groups of components, each with its points, measures and rules. Pure data, one version each.

Read by `loading`, which refuses what does not add up. Figures are named by code; nothing here computes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from motcua.kernel.periods import CutOff
from motcua.reports.indices.functions import VALUE, Display, Scoring

Names = Mapping[str, str]


class Level(StrEnum):
    """At which a component exists, and what is ranked together."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    COMMUNE = "commune"
    OFFICER = "officer"


LEVEL_WORDS = {
    Level.PROVINCE: "cấp tỉnh",
    Level.DEPARTMENT: "sở, ban, ngành",
    Level.COMMUNE: "cấp xã",
    Level.OFFICER: "cán bộ, công chức",
}


class Part(StrEnum):
    """What is taken of a figure: a count, or one side of a ratio."""

    COUNT = "count"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class Zero(StrEnum):
    """What a denominator of 0 gives. LAST_YEAR: last year's denominator, by the share of the year, stands in; then 0."""

    FULL = "full"
    NOTHING = "zero"
    NOT_APPLICABLE = "not-applicable"
    LAST_YEAR = "last-year-average"


class Absent(StrEnum):
    """What happens to the points of a component that is not applicable to a unit."""

    LEFT_OUT = "left-out"
    NOTHING = "zero"
    FULL = "full"


class Ties(StrEnum):
    """What makes two units share a place: equal scores as printed, or exactly equal ones."""

    SHOWN = "shown"
    EXACT = "exact"


class RankedBy(StrEnum):
    """POINTS: the plain sum. SHARE: points by the points possible for the unit, times the maximum of the set."""

    POINTS = "points"
    SHARE = "share"


class KnownBy(StrEnum):
    """OURS: counted from our records. PORTAL: only the national portal knows it; comes by import."""

    OURS = "ours"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Term:
    """`factor` times one part of one figure."""

    factor: int
    figure: str
    part: Part


@dataclass(frozen=True, slots=True)
class Measure:
    """Numerator and denominator as sums of figures; `times` multiplies the numerator by another figure's ratio.

    `zero`: the rule of this measure where it differs from that of its component.
    """

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    times: str = ""
    zero: Zero | None = None

    def figures(self) -> tuple[str, ...]:
        """Every figure read, once, in order."""
        named = [term.figure for term in (*self.numerator, *self.denominator)]
        return tuple(dict.fromkeys([*named, *filter(None, (self.times,))]))

    def gains(self) -> dict[str, int]:
        """Figure → how much the numerator rises when one of its failing records is mended.

        A record that fails a ratio stands in its denominator and not in its numerator; a count that is taken away
        (open and overdue) fails with each record it counts. Mending changes no denominator (`loading` sees to it).
        """
        found: dict[str, int] = {}
        for term in self.numerator:
            by_one = {Part.NUMERATOR: term.factor, Part.COUNT: -term.factor}.get(term.part, 0)
            found[term.figure] = found.get(term.figure, 0) + by_one
        return {figure: by_one for figure, by_one in found.items() if by_one > 0}


@dataclass(frozen=True, slots=True)
class Component:
    """One line of an index set. `scoring` by level, for thresholds that differ (the key "" serves the others)."""

    code: str
    names: Names
    maximum: Fraction
    levels: frozenset[Level]
    measures: Mapping[str, Measure]
    scoring: Mapping[str, Scoring]
    zero: Zero = Zero.NOT_APPLICABLE
    known_by: KnownBy = KnownBy.OURS
    basis: str = ""
    note: str = ""

    @property
    def is_scored(self) -> bool:
        return not isinstance(self.scoring.get("", Display()), Display) or len(self.scoring) > 1

    def function(self, level: Level) -> Scoring:
        return self.scoring.get(level.value) or self.scoring[""]

    def figures(self) -> tuple[str, ...]:
        """Every figure the component reads, once, in order."""
        return tuple(dict.fromkeys(code for each in self.measures.values() for code in each.figures()))

    @property
    def measure(self) -> Measure:
        """The single measure of a simple component, the first one of another."""
        return self.measures.get(VALUE) or next(iter(self.measures.values()))

    def name(self, language: str = "vi") -> str:
        return self.names.get(language) or self.names["vi"]


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    names: Names
    maximum: Fraction
    components: tuple[Component, ...]

    def name(self, language: str = "vi") -> str:
        return self.names.get(language) or self.names["vi"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a parameter may take, and why somebody would take it."""

    value: str
    explanation: Names


@dataclass(frozen=True, slots=True)
class Parameter:
    """Where sources disagree or are silent: both values explained, one chosen."""

    code: str
    names: Names
    choices: tuple[Choice, ...]
    chosen: str
    default: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A rank by name, from `least` points of the (re-scaled) score."""

    code: str
    names: Names
    least: Fraction

    def name(self, language: str = "vi") -> str:
        return self.names.get(language) or self.names["vi"]


@dataclass(frozen=True, slots=True)
class IndexSet:
    """A version of an index set with its parameters chosen. `valid_to` is the first day it holds no more."""

    code: str
    version: int
    names: Names
    maximum: Fraction
    valid_from: date
    valid_to: date | None
    basis: tuple[str, ...]
    levels: frozenset[Level]
    groups: tuple[Group, ...]
    cut_off: CutOff
    places: int = 2
    absent: Absent = Absent.LEFT_OUT
    ranked_by: RankedBy = RankedBy.SHARE
    ties: Ties = Ties.SHOWN
    grades: tuple[Grade, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    about: Names = field(default_factory=dict)

    @property
    def components(self) -> tuple[Component, ...]:
        return tuple(component for group in self.groups for component in group.components)

    def component(self, code: str) -> Component:
        """Raises KeyError for a code the set has not."""
        for component in self.components:
            if component.code == code:
                return component
        raise KeyError(code)

    def figures(self) -> tuple[str, ...]:
        """Every figure the set reads, once, in order."""
        return tuple(dict.fromkeys(code for each in self.components for code in each.figures()))

    def name(self, language: str = "vi") -> str:
        return self.names.get(language) or self.names["vi"]

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)
