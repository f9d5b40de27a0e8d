"""Why points were lost: a component's loss split exactly over causes and over named records.

The rule, in order:

1. The loss is the points possible less the points gained. Missing figures lose nothing (they are open).
2. A component that got nothing because there was nothing to measure loses it all to NO_DENOMINATOR; one that is not
   applicable and scored 0, to NOT_APPLICABLE.
3. What a factor (`times`) took beyond what the component's own ratio lost goes to the factor's figure.
4. The rest is shared equally by the measures that stand in the way (one, except in a component of several).
5. In a measure every failing record bears a share in proportion to its weight × what its figure is worth there, of the
   whole shortfall (perfect ratio × denominator − numerator). What no failing record explains is UNNAMED.

So every late dossier of one component loses the same, also across thresholds and caps: at 70% where 80% gives full
points, all of the failing 30% share the loss, since any ten of them would have mended it. All shares are fractions and
add up to the loss exactly; `shown` rounds them so that the printed ones add up too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from motcua.engine.figures.api import State
from motcua.kernel.numbers import round_half_up
from motcua.reports.indices.data import Failing
from motcua.reports.indices.definition import Component, IndexSet
from motcua.reports.indices.measures import Weights
from motcua.reports.indices.scoring import ComponentScore, Reading, Rule, UnitScore, perfect_ratio, ratios_of

NOTHING = Fraction()
UNNAMED = "~unnamed"
NO_DENOMINATOR = "~no-denominator"
NOT_APPLICABLE = "~not-applicable"
CAUSE_WORDS = {
    "": "chưa ghi nguyên nhân",
    UNNAMED: "không rõ hồ sơ nào (chỉ có con số tổng)",
    NO_DENOMINATOR: "không phát sinh để chấm",
    NOT_APPLICABLE: "không áp dụng nhưng vẫn tính 0 điểm",
}
Causes = Mapping[str, Weights]  # figure → cause → weight of failing records


@dataclass(frozen=True, slots=True)
class LossPart:
    """A share of one component's loss: `points` borne by failing records of `weight` in a figure, for one cause.

    `figure` is "" and the cause begins with "~" where no record can be named.
    """

    component: str
    cause: str
    figure: str
    points: Fraction
    weight: Fraction = NOTHING

    @property
    def named(self) -> bool:
        return bool(self.figure) and self.weight > 0

    def share_of(self, record: Failing) -> Fraction:
        """What one failing record of this part bears."""
        return self.points * record.weight / self.weight if self.weight else NOTHING


@dataclass(frozen=True, slots=True)
class ComponentLoss:
    """`parts` add up to the component's loss, exactly."""

    score: ComponentScore
    parts: tuple[LossPart, ...]

    @property
    def component(self) -> Component:
        return self.score.component

    @property
    def lost(self) -> Fraction:
        return self.score.lost


def unit_losses(score: UnitScore, causes: Causes) -> list[ComponentLoss]:
    """Each component that lost something, the greatest loss first, then in the order of the set."""
    found = [
        ComponentLoss(each, component_losses(each, causes))
        for each in score.components
        if each.lost != NOTHING
    ]
    return sorted(found, key=lambda each: -each.lost)


def figures_to_explain(index: IndexSet) -> tuple[str, ...]:
    """The figures whose failing records may explain a loss."""
    found: dict[str, None] = {}
    for component in index.components:
        for measure in component.measures.values():
            found |= dict.fromkeys(measure.gains())
            found |= dict.fromkeys(filter(None, (measure.times,)))
    return tuple(found)


def component_losses(score: ComponentScore, causes: Causes) -> tuple[LossPart, ...]:
    """The loss in parts by figure and cause, in a fixed order; () where nothing is lost."""
    lost = score.lost
    if lost <= 0:
        return ()
    code = score.component.code
    if score.state is State.NOT_APPLICABLE:
        return (LossPart(code, NOT_APPLICABLE, "", lost),)
    by_factor = _without_factor(score) - score.gained if _has_factor(score) else NOTHING
    parts = _factor_parts(score, causes, by_factor) if by_factor > 0 else []
    rest = lost - by_factor
    ways = score.function.unmet(_unfactored(score.readings)) or ("",)
    if rest > 0:
        for name in ways:
            parts += _measure_parts(score, name, causes, rest / len(ways))
    return _merged(parts)


def _has_factor(score: ComponentScore) -> bool:
    return any(each.factor is not None for each in score.readings.values())


def _without_factor(score: ComponentScore) -> Fraction:
    return score.function.points(_unfactored(score.readings))


def _unfactored(readings: Mapping[str, Reading]) -> dict[str, Fraction]:
    plain = {name: each.unfactored for name, each in readings.items()}
    return {name: ratio for name, ratio in plain.items() if ratio is not None} or ratios_of(readings)


def _factor_parts(score: ComponentScore, causes: Causes, lost: Fraction) -> list[LossPart]:
    """Shared equally by the factors of the measures; one, in practice."""
    figures = [
        measure.times
        for name, measure in score.component.measures.items()
        if measure.times and (score.readings[name].factor or NOTHING) < 1
    ]
    parts: list[LossPart] = []
    for figure in figures:
        weights = causes.get(figure, {})
        parts += _spread(
            score.component.code, figure, weights, lost / len(figures), sum(weights.values(), NOTHING)
        )
    return parts


def _measure_parts(score: ComponentScore, name: str, causes: Causes, lost: Fraction) -> list[LossPart]:
    code = score.component.code
    reading = score.readings.get(name)
    if reading is None or reading.rule in (Rule.ZERO_NOTHING, Rule.NO_LAST_YEAR):
        return [LossPart(code, NO_DENOMINATOR if reading else UNNAMED, "", lost)]
    measure = score.component.measures[name]
    worth = measure.gains()
    weights = {figure: causes.get(figure, {}) for figure in worth}
    explained = sum(
        (worth[figure] * sum(each.values(), NOTHING) for figure, each in weights.items()), NOTHING
    )
    perfect = perfect_ratio(score.function, name)
    shortfall = perfect * (reading.denominator or NOTHING) - (reading.numerator or NOTHING)
    whole = max(shortfall, explained)
    if whole <= 0:
        return [LossPart(code, UNNAMED, "", lost)]
    by_one = lost / whole
    parts = [
        LossPart(code, cause, figure, borne * weight, weight)
        for figure, by_cause in weights.items()
        for borne in (by_one * worth[figure],)
        for cause, weight in by_cause.items()
        if weight > 0
    ]
    if explained < whole:
        parts.append(LossPart(code, UNNAMED, "", by_one * (whole - explained)))
    return parts


def _spread(code: str, figure: str, weights: Weights, lost: Fraction, whole: Fraction) -> list[LossPart]:
    if whole <= 0:
        return [LossPart(code, UNNAMED, figure, lost)]
    return [LossPart(code, cause, figure, lost * weight / whole, weight) for cause, weight in weights.items()]


def _merged(parts: Sequence[LossPart]) -> tuple[LossPart, ...]:
    """One part a figure and cause; the greatest first, then by figure and cause."""
    found: dict[tuple[str, str], LossPart] = {}
    for part in parts:
        known = found.get((part.figure, part.cause))
        if known is not None:
            weight = max(part.weight, known.weight)
            part = LossPart(part.component, part.cause, part.figure, part.points + known.points, weight)
        if part.points:
            found[part.figure, part.cause] = part
    return tuple(
        sorted(
            found.values(), key=lambda each: (-float(each.points), not each.named, each.figure, each.cause)
        )
    )


# Over records, and as printed.


def record_shares(parts: Sequence[LossPart], records: Mapping[str, Sequence[Failing]]) -> dict[str, Fraction]:
    """Record → what it bears of these parts, over all its figures; records are named by figure.

    When `records` holds every failing record of the parts' figures, the sum is the sum of the named parts, exactly.
    """
    shares: dict[str, Fraction] = {}
    for part in parts:
        for record in records.get(part.figure, ()):
            if part.named and record.cause == part.cause:
                shares[record.key] = shares.get(record.key, NOTHING) + part.share_of(record)
    return shares


def shown(parts: Sequence[Fraction], places: int = 2) -> list[Decimal]:
    """The parts rounded so that they add up to the rounded sum: none is a whole last unit off.

    Each is cut off at `places`, and the units then missing from the rounded sum go to the largest remainders, one each.
    """
    scale = 10**places
    units = [math.floor(part * scale) for part in parts]
    missing = int(round_half_up(sum(parts, NOTHING), places).scaleb(places)) - sum(units)
    largest = sorted(range(len(parts)), key=lambda i: (units[i] - parts[i] * scale, i))
    for index in largest[:missing]:
        units[index] += 1
    return [Decimal(unit).scaleb(-places) for unit in units]


# Beside others, and beside an earlier moment.


def peers(sizes: Mapping[str, Fraction | int], unit: str, count: int = 5) -> list[str]:
    """The units nearest in size: the smallest ratio of the larger to the smaller, equal ones by code.

    `sizes` holds units of one level (dossiers received, for one). A unit of size 0 is near to units of size 0 only.
    """
    mine = Fraction(sizes[unit])

    def far(other: str) -> tuple[bool, Fraction, str]:
        size = Fraction(sizes[other])
        small, large = sorted((mine, size))
        apart = (large == 0) != (small == 0)
        return apart, large if apart else (large / small if small else NOTHING), other

    return sorted((each for each in sizes if each != unit), key=far)[:count]


@dataclass(frozen=True, slots=True)
class Change:
    """One component between two moments. `gained` is the change of points; the record keys are by figure."""

    component: Component
    before: ComponentScore
    after: ComponentScore
    newly_failing: Mapping[str, tuple[str, ...]]
    mended: Mapping[str, tuple[str, ...]]

    @property
    def gained(self) -> Fraction:
        return self.after.gained - self.before.gained

    @property
    def became_known(self) -> bool:
        return self.before.state is State.BLANK and self.after.state is State.KNOWN


Records = Mapping[str, Sequence[Failing]]  # figure → failing records


def changes(before: UnitScore, after: UnitScore, failed: Records, fails: Records) -> list[Change]:
    """Every component, with the records that began to fail and those that no longer do.

    The changes of points add up to the change of the unit's points, exactly.
    """
    earlier = {each.component.code: each for each in before.components}
    return [_change(earlier[each.component.code], each, failed, fails) for each in after.components]


def _change(before: ComponentScore, after: ComponentScore, failed: Records, fails: Records) -> Change:
    figures = [figure for measure in after.component.measures.values() for figure in measure.gains()]
    newly, mended = {}, {}
    for figure in dict.fromkeys(figures):
        then = {record.key for record in failed.get(figure, ())}
        now = {record.key for record in fails.get(figure, ())}
        newly[figure] = tuple(sorted(now - then))
        mended[figure] = tuple(sorted(then - now))
    return Change(after.component, before, after, newly, mended)
