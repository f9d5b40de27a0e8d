"""The fewest records to mend so that a unit reaches a target, and the nearest step up of one component.

A pick is one record in one figure: one thing to put right. Greedy choice is wrong across thresholds (a step that is
not reached gains nothing), rounding, and figures shared by several components (one record that helps two of them
against two that help one each more). So:

- records of one figure and weight form a class, and only how many of a class are mended matters;
- classes that meet in no component are independent, and their frontiers are added up (`frontiers`);
- in a cluster of classes that meet, a class worth at least as much as every other in every measure goes first (any
  other choice can be exchanged for it and is no better, for monotone functions); else all combinations are tried;
- where they are too many, a good choice is given and said not to be proven.

A figure is a candidate when mending can only help: it never stands in a numerator with the wrong sign, nor as a count
in a denominator, of any component of the set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from motcua.reports.indices.data import Failing, Inputs
from motcua.reports.indices.definition import Component, IndexSet, Part
from motcua.reports.indices.frontiers import Point, Run, Sum, is_concave
from motcua.reports.indices.functions import Cases, Linear
from motcua.reports.indices.measures import Pools
from motcua.reports.indices.scoring import ComponentScore, UnitScore, score_component, score_unit

NOTHING = Fraction()
MOST_TRIED = 20_000  # combinations of counts tried in one cluster
Counts = Mapping[int, int]  # class → how many of it are mended


@dataclass(frozen=True, slots=True)
class Pick:
    """One record to put right in one figure."""

    figure: str
    record: Failing


@dataclass(frozen=True, slots=True)
class Plan:
    """How many records of which figure and weight to mend, the score that brings, and whether no fewer could do it."""

    counts: Mapping[tuple[str, Fraction], int]
    after: UnitScore
    proven: bool

    @property
    def count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Step:
    """The fewest more successes that change a component's points: how many of which figure, and by how much."""

    count: int
    gain: Fraction
    by_figure: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Class:
    """Records of one figure and one weight; how many there are."""

    figure: str
    weight: Fraction
    count: int


def mendable(index: IndexSet) -> tuple[str, ...]:
    """The figures whose failing records, mended, help somewhere and harm nowhere in the set."""
    helps: dict[str, None] = {}
    harms: set[str] = set()
    for component in index.components:
        if not component.is_scored:
            continue
        for measure in component.measures.values():
            helps |= dict.fromkeys([*measure.gains(), *filter(None, [measure.times])])
            harms |= {term.figure for term in measure.denominator if term.part is not Part.DENOMINATOR}
            counted = {term.figure for term in measure.numerator if term.part is not Part.DENOMINATOR}
            harms |= counted - set(measure.gains())
    return tuple(figure for figure in helps if figure not in harms)


def fewest(index: IndexSet, inputs: Inputs, pools: Mapping[str, Pools], target: Fraction) -> Plan | None:
    """The fewest records among those that fail (by figure) that bring the score to `target`; None when all do not.

    How many fail is all it needs: which of equal ones are mended is the same. `target` is a score as `UnitScore.score`
    gives it, unrounded. `scoring.score_for_place` makes one of a place.
    """
    before = score_unit(index, inputs)
    needed = before.points_for(target) - before.gained
    if needed <= 0:
        return Plan({}, before, True)
    classes = _classes(index, pools)
    search = _Search(index.components, inputs, classes, index)
    best = search.total(needed).best(needed)
    if best is None:
        return None
    counts = {
        (each.figure, each.weight): count
        for choice, each in enumerate(classes)
        if (count := best.picks.get(choice, 0))
    }
    weights: dict[str, Fraction] = {}
    for (figure, weight), count in counts.items():
        weights[figure] = weights.get(figure, NOTHING) + weight * count
    proven = best.proven or search.at_least(needed) == best.count
    return Plan(counts, score_unit(index, inputs.mended(weights)), proven)


def picks_of(plan: Plan, failing: Callable[[str], Iterable[Failing]], most: int | None = None) -> list[Pick]:
    """The records of a plan by name, the first of each figure by key: as many as `most`.

    `failing`: figure → its failing records in order of key; of each it is read no further than needed.
    """
    found: list[Pick] = []
    left = {key: count for key, count in plan.counts.items() if count}
    for figure in dict.fromkeys(figure for figure, _weight in left):
        for record in failing(figure):
            if most is not None and len(found) >= most:
                return found
            if left.get((figure, record.weight), 0):
                left[figure, record.weight] -= 1
                found.append(Pick(figure, record))
            if not any(count for (other, _weight), count in left.items() if other == figure):
                break
    return found


def nearest_step(component: Component, inputs: Inputs, index: IndexSet) -> Step | None:
    """The fewest more successes that raise the component's points; None where nothing more can.

    Counted from the figures alone, named records or not: each figure lacks denominator - numerator successes.
    """
    if inputs.subject.level not in component.levels:
        return None
    figures = [figure for measure in component.measures.values() for figure in measure.gains()]
    classes = [
        _Class(figure, Fraction(1), lacking)
        for figure in dict.fromkeys(figures)
        if (lacking := _lacking(inputs, figure)) > 0
    ]
    search = _Search((component,), inputs, classes, index)
    point = search.total(None).first_gain()
    if point is None:
        return None
    by_figure: dict[str, int] = {}
    for choice, count in point.picks.items():
        if count:
            by_figure[classes[choice].figure] = by_figure.get(classes[choice].figure, 0) + count
    return Step(point.count, point.gain, by_figure)


def _lacking(inputs: Inputs, figure: str) -> int:
    value = inputs.value(figure)
    if value.numerator is None:
        return 0
    lacking = value.numerator if value.denominator is None else value.denominator - value.numerator
    return int(lacking)


def _classes(index: IndexSet, pools: Mapping[str, Pools]) -> list[_Class]:
    counts: dict[tuple[str, Fraction], int] = {}
    for figure in mendable(index):
        for (weight, _cause), count in pools.get(figure, {}).items():
            if weight > 0 and count > 0:
                counts[figure, weight] = counts.get((figure, weight), 0) + count
    return [_Class(figure, weight, count) for (figure, weight), count in counts.items()]


class _Search:
    """Frontiers of the clusters of classes over the components they touch."""

    def __init__(
        self, components: Iterable[Component], inputs: Inputs, classes: Sequence[_Class], index: IndexSet
    ) -> None:
        self.inputs = inputs
        self.classes = classes
        self.index = index
        self.components = [each for each in components if each.is_scored]
        self.worth = [self._worth(each) for each in classes]
        self.factors = {
            figure
            for component in self.components
            for measure in component.measures.values()
            if (figure := measure.times)
        }

    def total(self, needed: Fraction | None) -> Sum:
        """All clusters added up, each followed until it alone gains `needed` (None: to its end)."""
        total = Sum()
        for cluster in self._clusters(range(len(self.classes))):
            self._add(total, cluster, needed)
        return total

    def at_least(self, needed: Fraction) -> int | None:
        """No fewer records than this can gain so much: each class as if it were alone, where gains are concave."""
        straight = all(
            isinstance(function, Linear) and function.places is None
            for component in self.components
            for function in component.scoring.values()
        )
        scores = self._scores({}, range(len(self.classes)))
        below = any((read.numerator or NOTHING) < 0 for each in scores for read in each.readings.values())
        if not straight or below or self.factors & {each.figure for each in self.classes}:
            return None
        total = Sum()
        for choice in range(len(self.classes)):
            total.add_runs(self._runs(choice, {}), needed)
        best = total.best(needed)
        return best.count if best else None

    # Clusters.

    def _worth(self, each: _Class) -> dict[tuple[str, str], Fraction]:
        """What mending one record adds to each numerator; a factor's numerator is a place of its own."""
        found = {}
        for component in self.components:
            for name, measure in component.measures.items():
                by_one = measure.gains().get(each.figure, 0)
                if by_one:
                    found[component.code, name] = by_one * each.weight
                if measure.times == each.figure:
                    found[component.code, f"{name}×"] = each.weight
        return found

    def _clusters(self, choices: Iterable[int]) -> list[list[int]]:
        """Classes that meet in a component, directly or by others."""
        clusters: list[tuple[set[str], list[int]]] = []
        for choice in choices:
            touched = {code for code, _ in self.worth[choice]}
            met = [each for each in clusters if each[0] & touched]
            clusters = [each for each in clusters if not each[0] & touched]
            codes = touched.union(*(codes for codes, _ in met))
            clusters.append((codes, sorted([choice, *(one for _, ones in met for one in ones)])))
        return [ones for _, ones in sorted(clusters, key=lambda each: each[1])]

    def _add(self, total: Sum, cluster: Sequence[int], needed: Fraction | None) -> None:
        ordered = self._in_order(cluster, {})
        if ordered is not None:
            total.add_runs(ordered, needed if needed is not None else self._everything())
            return
        axes = [self._axis(choice, cluster) for choice in cluster]
        if prod(len(axis) for axis in axes) <= MOST_TRIED:
            total.add_points(self._tried(cluster, axes))
            return
        total.proven = False
        total.add_runs(self._one_after_another(cluster), needed if needed is not None else self._everything())

    def _everything(self) -> Fraction:
        return sum((each.maximum for each in self.components), NOTHING) + 1

    def _in_order(self, cluster: Sequence[int], taken: Counts) -> list[Run] | None:
        """Runs of the cluster with the class that dominates first, then the rest; None when none dominates.

        The rest may fall apart into clusters that no longer meet; they are merged when concave.
        """
        if len(cluster) == 1:
            return self._runs(cluster[0], taken)
        first = next((choice for choice in cluster if self._dominates(choice, cluster)), None)
        if first is None:
            return None
        runs = self._runs(first, taken)
        exhausted = {**taken, first: self.classes[first].count}
        rests = self._clusters(choice for choice in cluster if choice != first)
        parts = [self._in_order(rest, exhausted) for rest in rests]
        if len(parts) == 1:
            return None if parts[0] is None else runs + parts[0]
        concave = [part for part in parts if part is not None and is_concave(part)]
        if len(concave) < len(parts):
            return None
        return runs + sorted((run for part in concave for run in part), key=lambda run: -run.step)

    def _dominates(self, choice: int, cluster: Sequence[int]) -> bool:
        """Whether a record of this class is worth as much as one of any other, in every measure it touches."""
        if any(self.classes[each].figure in self.factors for each in cluster):
            return False
        mine = self.worth[choice]
        return all(
            mine.get(place, NOTHING) >= worth
            for other in cluster
            for place, worth in self.worth[other].items()
        )

    def _axis(self, choice: int, cluster: Sequence[int]) -> Sequence[int]:
        """The counts worth trying: all, or only those that pass a threshold where nothing else matters."""
        each, scores = self.classes[choice], self._scores({}, [choice])
        shared = {place for other in cluster if other != choice for place in self.worth[other]}
        if shared & set(self.worth[choice]) or not all(isinstance(one.function, Cases) for one in scores):
            return range(each.count + 1)
        counts = {0}
        for score in scores:
            for name in score.component.measures:
                worth = self.worth[choice].get((score.component.code, name))
                if worth:
                    counts |= _thresholds(score, name, worth)
        return sorted(count for count in counts if count <= each.count)

    def _tried(self, cluster: Sequence[int], axes: Sequence[Sequence[int]]) -> list[Point]:
        """Every combination of counts, with what it gains."""
        base = self._points({}, cluster)
        found = []
        for counts in product(*axes):
            picks = dict(zip(cluster, counts, strict=True))
            found.append(Point(sum(counts), self._points(picks, cluster) - base, picks))
        return found

    def _one_after_another(self, cluster: Sequence[int]) -> list[Run]:
        """A good order where none is best: the class whose first record gains most goes first."""
        taken: dict[int, int] = {}
        runs: list[Run] = []
        left = list(cluster)
        while left:
            first = max(left, key=lambda choice: (self._gain_of_one(choice, taken), -choice))
            runs += self._runs(first, taken)
            taken[first] = self.classes[first].count
            left.remove(first)
        return runs

    def _gain_of_one(self, choice: int, taken: Counts) -> Fraction:
        return self._points({**taken, choice: 1}, [choice]) - self._points(taken, [choice])

    # One class.

    def _runs(self, choice: int, taken: Counts) -> list[Run]:
        """What each further record of a class gains, others being as `taken`, in as few runs as there are bends."""
        memo: dict[int, list[ComponentScore]] = {}

        def at(count: int) -> list[ComponentScore]:
            if count not in memo:
                memo[count] = self._scores({**taken, choice: count}, [choice])
            return memo[count]

        runs: list[Run] = []
        spans = [(0, self.classes[choice].count)]
        while spans:
            low, high = spans.pop()
            gain = _gained(at(high)) - _gained(at(low))
            if high - low > 1 and not self._straight(choice, at(low), at(high)):
                middle = (low + high) // 2
                spans += [(middle, high), (low, middle)]
                continue
            step = gain / (high - low) if high > low else NOTHING
            if runs and runs[-1].step == step:
                runs[-1] = Run(choice, runs[-1].count + high - low, step)
            elif high > low:
                runs.append(Run(choice, high - low, step))
        return runs

    def _straight(self, choice: int, low: Sequence[ComponentScore], high: Sequence[ComponentScore]) -> bool:
        """Whether every component rises in a straight line between two counts of a class."""
        return all(self._is_line(choice, a, b) for a, b in zip(low, high, strict=True))

    def _is_line(self, choice: int, low: ComponentScore, high: ComponentScore) -> bool:
        if low.gained == high.gained:
            return True
        figure = self.classes[choice].figure
        for name, measure in low.component.measures.items():
            if measure.times != figure:
                continue
            factor = high.readings[name].factor
            if figure in measure.gains() or factor is None or factor >= 1:
                return False  # a square, or a factor cut off at 1
        return low.function.straight(_ratios(low), _ratios(high))

    # Evaluation.

    def _points(self, counts: Counts, cluster: Sequence[int]) -> Fraction:
        return _gained(self._scores(counts, cluster))

    def _scores(self, counts: Counts, cluster: Sequence[int]) -> list[ComponentScore]:
        """The components that the cluster touches, with so many records of each class mended."""
        touched = {code for choice in cluster for code, _ in self.worth[choice]}
        weights: dict[str, Fraction] = {}
        for choice, count in counts.items():
            each = self.classes[choice]
            weights[each.figure] = weights.get(each.figure, NOTHING) + each.weight * count
        inputs = self.inputs.mended(weights)
        return [
            score_component(component, inputs, self.index.absent)
            for component in self.components
            if component.code in touched
        ]


def _gained(scores: Iterable[ComponentScore]) -> Fraction:
    return sum((each.gained for each in scores), NOTHING)


def _ratios(score: ComponentScore) -> dict[str, Fraction]:
    return {name: each.ratio for name, each in score.readings.items() if each.ratio is not None}


def _thresholds(score: ComponentScore, name: str, worth: Fraction) -> set[int]:
    """How many records bring one measure over each of its thresholds."""
    reading = score.readings.get(name)
    if not isinstance(score.function, Cases) or reading is None or not reading.denominator:
        return set()
    times = reading.factor if reading.factor is not None else Fraction(1)
    if not times:
        return set()
    numerator = reading.numerator or NOTHING
    wanted = [case.conditions[name] for case in score.function.cases if name in case.conditions]
    counts = {-(-(least * reading.denominator / times - numerator) // worth) for least in wanted}
    return {int(count) for count in counts if count > 0}
