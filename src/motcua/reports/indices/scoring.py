"""Points of a component, score of a unit, places of many: exact fractions throughout, rounded once when shown.

States stay apart. *Missing* (a figure that should be there and is not) gains nothing and loses nothing: its points
are possible and open, so the score is a lower bound beside which `UnitScore.best_case` stands. *Not due* counts
neither as possible nor as gained. *Not applicable* (no such level, or no denominator where the zero rule says so)
follows the set's rule: left out, zero or full. `possible = gained + lost + missing` holds for every component, unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from motcua.engine.figures.api import State, Value
from motcua.kernel.numbers import round_half_up
from motcua.reports.indices.data import Inputs, Subject
from motcua.reports.indices.definition import (
    Absent,
    Component,
    Grade,
    IndexSet,
    Measure,
    Part,
    RankedBy,
    Term,
    Ties,
    Zero,
)
from motcua.reports.indices.functions import Cases, Display, Linear, Scoring

NOTHING, WHOLE = Fraction(), Fraction(1)


class Rule(StrEnum):
    """How a ratio came about."""

    COUNTED = "counted"
    ZERO_FULL = "zero-full"
    ZERO_NOTHING = "zero-nothing"
    LAST_YEAR = "last-year"
    NO_LAST_YEAR = "no-last-year"


RULE_WORDS = {
    Rule.COUNTED: "tử số chia mẫu số",
    Rule.ZERO_FULL: "không phát sinh, được điểm tối đa",
    Rule.ZERO_NOTHING: "không phát sinh, 0 điểm",
    Rule.LAST_YEAR: "không có mẫu số, dùng bình quân năm trước",
    Rule.NO_LAST_YEAR: "không có mẫu số của kỳ này và của năm trước, 0 điểm",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure read for one subject. `factor` multiplies the numerator; None where the measure has none.

    `ratio` is None where there is none (missing, not due, not applicable).
    """

    state: State
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    factor: Fraction | None = None
    ratio: Fraction | None = None
    rule: Rule = Rule.COUNTED

    @property
    def unfactored(self) -> Fraction | None:
        """The ratio as it would be with a factor of 1."""
        if self.factor is None or self.rule is not Rule.COUNTED or not self.denominator:
            return self.ratio
        return (self.numerator or NOTHING) / self.denominator


@dataclass(frozen=True, slots=True)
class ComponentScore:
    """`points` is None where no number stands: missing, not due, left out. `possible` is what could be had."""

    component: Component
    function: Scoring
    state: State
    readings: Mapping[str, Reading]
    possible: Fraction
    points: Fraction | None

    @property
    def gained(self) -> Fraction:
        return NOTHING if self.points is None else self.points

    @property
    def missing(self) -> Fraction:
        """Points that hang on a figure nobody has given."""
        return self.possible if self.state is State.BLANK else NOTHING

    @property
    def lost(self) -> Fraction:
        return NOTHING if self.points is None else self.possible - self.points

    @property
    def reading(self) -> Reading | None:
        """The reading of a simple component."""
        return next(iter(self.readings.values()), None)


@dataclass(frozen=True)
class UnitScore:
    """A subject's components and what they come to. `score` is what ranks; None where nothing is possible.

    Sums of fractions are reckoned once and kept: their denominators grow long.
    """

    index: IndexSet
    subject: Subject
    components: tuple[ComponentScore, ...]

    @cached_property
    def possible(self) -> Fraction:
        return sum((each.possible for each in self.components), NOTHING)

    @cached_property
    def gained(self) -> Fraction:
        return sum((each.gained for each in self.components), NOTHING)

    @cached_property
    def missing(self) -> Fraction:
        return sum((each.missing for each in self.components), NOTHING)

    @property
    def lost(self) -> Fraction:
        return self.possible - self.gained - self.missing

    @property
    def complete(self) -> bool:
        """Whether every figure that should be there is there."""
        return all(each.state is not State.BLANK for each in self.components if each.possible)

    @cached_property
    def score(self) -> Fraction | None:
        return self._scaled(self.gained)

    @cached_property
    def best_case(self) -> Fraction | None:
        """The score if all that is missing came in with full points."""
        return self._scaled(self.gained + self.missing)

    @cached_property
    def shown(self) -> Decimal | None:
        return None if self.score is None else round_half_up(self.score, self.index.places)

    @property
    def grade(self) -> Grade | None:
        """By the score as it is shown, so that the word never contradicts the number beside it."""
        shown = self.shown
        if shown is None:
            return None
        return next((grade for grade in self.index.grades if Fraction(shown) >= grade.least), None)

    def component(self, code: str) -> ComponentScore:
        """Raises KeyError for a code the set has not."""
        for each in self.components:
            if each.component.code == code:
                return each
        raise KeyError(code)

    def points_for(self, score: Fraction) -> Fraction:
        """The points that make this score for this subject."""
        return (
            score if self.index.ranked_by is RankedBy.POINTS else score * self.possible / self.index.maximum
        )

    def _scaled(self, points: Fraction) -> Fraction | None:
        if not self.possible:
            return None
        return (
            points if self.index.ranked_by is RankedBy.POINTS else points * self.index.maximum / self.possible
        )


# One component.


def score_component(component: Component, inputs: Inputs, absent: Absent = Absent.LEFT_OUT) -> ComponentScore:
    """What the component gives for these figures."""
    if inputs.subject.level not in component.levels:
        return _absent(component, next(iter(component.scoring.values())), {}, absent)
    function = component.function(inputs.subject.level)
    readings = {
        name: read_measure(measure, inputs, measure.zero or component.zero, function, name)
        for name, measure in component.measures.items()
    }
    states = {each.state for each in readings.values()}
    for state in (State.BLANK, State.NOT_DUE, State.NOT_APPLICABLE):
        if state in states:
            return _without_number(component, function, readings, state, absent)
    if isinstance(function, Display):
        return ComponentScore(component, function, State.KNOWN, readings, NOTHING, None)
    points = function.points(ratios_of(readings))
    return ComponentScore(component, function, State.KNOWN, readings, function.top(), points)


def ratios_of(readings: Mapping[str, Reading]) -> dict[str, Fraction]:
    return {name: each.ratio for name, each in readings.items() if each.ratio is not None}


def _without_number(
    component: Component, function: Scoring, readings: Mapping[str, Reading], state: State, absent: Absent
) -> ComponentScore:
    if state is State.NOT_APPLICABLE:
        return _absent(component, function, readings, absent)
    possible = function.top() if state is State.BLANK else NOTHING
    return ComponentScore(component, function, state, readings, possible, None)


def _absent(
    component: Component, function: Scoring, readings: Mapping[str, Reading], absent: Absent
) -> ComponentScore:
    top = function.top()
    possible, points = {
        Absent.LEFT_OUT: (NOTHING, None),
        Absent.NOTHING: (top, NOTHING),
        Absent.FULL: (top, top),
    }[absent]
    return ComponentScore(component, function, State.NOT_APPLICABLE, readings, possible, points)


def read_measure(measure: Measure, inputs: Inputs, zero: Zero, function: Scoring, name: str) -> Reading:
    """Numerator and denominator of one measure, and its ratio by the zero rule."""
    numerator = _sum(measure.numerator, inputs.values)
    denominator = _sum(measure.denominator, inputs.values)
    if zero is Zero.LAST_YEAR and numerator.is_known and denominator.state is State.BLANK:
        denominator = Value.of(0)  # the portal gave a numerator alone: "0 or null" is one case of its rule
    factor = _factor(measure, inputs)
    for state in (State.BLANK, State.NOT_DUE, State.NOT_APPLICABLE):
        if state in {numerator.state, denominator.state, State.KNOWN if factor is None else factor.state}:
            return Reading(state, numerator.numerator, denominator.numerator)
    top, bottom = numerator.numerator or NOTHING, denominator.numerator or NOTHING
    times = None if factor is None else factor.numerator
    if bottom > 0:
        return Reading(State.KNOWN, top, bottom, times, top * (WHOLE if times is None else times) / bottom)
    return _nothing_to_measure(
        measure, inputs, zero, perfect_ratio(function, name), Reading(State.KNOWN, top, bottom)
    )


def perfect_ratio(function: Scoring, name: str) -> Fraction:
    """The ratio at which a measure can stand in the way of no point."""
    if isinstance(function, Linear):
        return function.perfect
    if isinstance(function, Cases):
        return max(
            (case.conditions[name] for case in function.cases if name in case.conditions), default=WHOLE
        )
    return WHOLE


def _nothing_to_measure(
    measure: Measure, inputs: Inputs, zero: Zero, perfect: Fraction, read: Reading
) -> Reading:
    top, bottom = read.numerator, read.denominator
    if zero is Zero.FULL:
        return Reading(State.KNOWN, top, bottom, None, perfect, Rule.ZERO_FULL)
    if zero is Zero.NOTHING:
        return Reading(State.KNOWN, top, bottom, None, NOTHING, Rule.ZERO_NOTHING)
    if zero is Zero.NOT_APPLICABLE:
        return Reading(State.NOT_APPLICABLE, top, bottom)
    year = _sum(measure.denominator, inputs.last_year)
    usual = (year.numerator or NOTHING) * inputs.share_of_year if year.is_known else NOTHING
    if usual <= 0:
        return Reading(State.KNOWN, top, bottom, None, NOTHING, Rule.NO_LAST_YEAR)
    return Reading(State.KNOWN, top, usual, None, (top or NOTHING) / usual, Rule.LAST_YEAR)


def _factor(measure: Measure, inputs: Inputs) -> Value | None:
    """The ratio that multiplies the numerator, as a value of its own; where nothing was measured nothing counts."""
    if not measure.times:
        return None
    value = inputs.value(measure.times)
    if value.numerator is None or value.denominator is None:
        return Value(State.BLANK if value.is_known else value.state)
    return Value.of(min(value.numerator / value.denominator, WHOLE) if value.denominator else 0)


def _sum(terms: Sequence[Term], values: Mapping[str, Value]) -> Value:
    """The sum of parts of figures. Missing outweighs not due, not due outweighs not applicable."""
    total, states = NOTHING, set()
    for term in terms:
        value = values.get(term.figure) or Value.blank()
        part = value.denominator if term.part is Part.DENOMINATOR else value.numerator
        if part is None:
            states.add(State.BLANK if value.is_known else value.state)
        else:
            total += term.factor * part
    for state in (State.BLANK, State.NOT_DUE, State.NOT_APPLICABLE):
        if state in states:
            return Value(state)
    return Value.of(total)


# Units and their places.


def score_unit(index: IndexSet, inputs: Inputs) -> UnitScore:
    """Every component of the set for one subject."""
    scored = (score_component(component, inputs, index.absent) for component in index.components)
    return UnitScore(index, inputs.subject, tuple(scored))


@dataclass(frozen=True, slots=True)
class Placed:
    """A subject's place among `of` that have a score; `tied` others share it. No score: no place."""

    score: UnitScore
    place: int | None
    of: int
    tied: int = 0


def rank(scores: Iterable[UnitScore]) -> list[Placed]:
    """From best to worst; equal scores share a place and the next one skips (1, 2, 2, 4). Within a place by code."""
    listed = list(scores)
    ranked = [each for each in listed if each.score is not None]
    ranked.sort(key=lambda each: (-_rank_key(each), each.subject.code))
    keys = [_rank_key(each) for each in ranked]
    first = {key: place for place, key in reversed(list(enumerate(keys, start=1)))}
    counts = Counter(keys)
    placed = [
        Placed(each, first[key], len(ranked), counts[key] - 1) for each, key in zip(ranked, keys, strict=True)
    ]
    without = sorted((each for each in listed if each.score is None), key=lambda each: each.subject.code)
    return placed + [Placed(each, None, len(ranked)) for each in without]


def score_for_place(placed: Sequence[Placed], place: int, *, without: str = "") -> Fraction | None:
    """The least exact score that takes a place, `without` being the subject that wants it; None beyond the last.

    Where scores tie as shown, a score that rounds to the holder's is enough.
    """
    others = [each for each in placed if each.place is not None and each.score.subject.code != without]
    if place < 1 or place > len(others) + 1:
        return None
    if place > len(others):
        return NOTHING
    holder = others[place - 1].score
    key = _rank_key(holder)
    if holder.index.ties is Ties.EXACT:
        return key
    return key - Fraction(1, 2 * 10**holder.index.places)


def _rank_key(score: UnitScore) -> Fraction:
    exact = score.score if score.score is not None else NOTHING
    if score.index.ties is Ties.EXACT:
        return exact
    return Fraction(round_half_up(exact, score.index.places))


def movement(before: int | None, now: int | None) -> int | None:
    """Places won (above 0) or lost; None where one of them is not known."""
    return None if before is None or now is None else before - now


def in_a_row(places: Sequence[int | None]) -> int:
    """How many moments up to the last have had the last one's place: "đứng thứ nhất 11 tuần liên tiếp"."""
    if not places or places[-1] is None:
        return 0
    count = 0
    for place in reversed(places):
        if place != places[-1]:
            break
        count += 1
    return count
