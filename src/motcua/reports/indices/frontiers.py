"""The most that k mended records can gain, for every k: the arithmetic behind the fewest records for a target.

A frontier of choices is kept in one of two shapes. *Runs*: so many records at so much each, the best first; sums of
such frontiers are sorted runs (greedy is right, gains being concave). *Points*: for steps, caps met halfway, rounding
and shared records, where greedy may be wrong, every (records, gain) worth having, none dominated by another; sums are
all pairs, pruned. Nothing here knows an index.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, pairwise

NOTHING = Fraction()
MOST_POINTS = 200_000  # of pairs looked at before a sum of frontiers is only sampled
Picks = Mapping[int, int]  # class of records → how many of it


@dataclass(frozen=True, slots=True)
class Run:
    """`count` records of one class, each of which gains `step`."""

    choice: int
    count: int
    step: Fraction


@dataclass(frozen=True, slots=True)
class Point:
    """`count` records gain `gain` together; `picks` says of which classes."""

    count: int
    gain: Fraction
    picks: Picks = field(default_factory=dict)


START = Point(0, NOTHING)


def is_concave(runs: Sequence[Run]) -> bool:
    """Whether no later record gains more than an earlier one."""
    return all(before.step >= after.step for before, after in pairwise(runs))


def points_along(runs: Sequence[Run], enough: Fraction | None = None) -> Iterator[Point]:
    """Every point worth having along runs taken in order, up to the first that gains enough.

    Within a run of gains each record is a point; a flat run only leads on to the next.
    """
    count, gain, picks = 0, NOTHING, dict[int, int]()
    yield START
    for run in runs:
        if run.step > 0:
            for taken in range(1, run.count + 1):
                more = {**picks, run.choice: picks.get(run.choice, 0) + taken}
                yield Point(count + taken, gain + run.step * taken, more)
                if enough is not None and gain + run.step * taken >= enough:
                    return
        count, gain = count + run.count, gain + run.step * run.count
        picks[run.choice] = picks.get(run.choice, 0) + run.count


def run_ends(runs: Sequence[Run]) -> list[Point]:
    """Only the points at which a run ends: enough to go on with, not enough to prove anything."""
    count, gain, picks, found = 0, NOTHING, dict[int, int](), [START]
    for run in runs:
        count, gain = count + run.count, gain + run.step * run.count
        picks = {**picks, run.choice: picks.get(run.choice, 0) + run.count}
        found.append(Point(count, gain, picks))
    return pruned(found)


def pruned(points: Iterable[Point]) -> list[Point]:
    """The points no other is as good as: more records, more gain."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda each: (each.count, -each.gain)):
        if not kept or point.gain > kept[-1].gain:
            kept.append(point)
    return kept


def added(left: Sequence[Point], right: Sequence[Point]) -> list[Point]:
    """Every sum of a point of one frontier and a point of another, pruned."""
    return pruned(
        Point(a.count + b.count, a.gain + b.gain, _both(a.picks, b.picks)) for a in left for b in right
    )


def _both(left: Picks, right: Picks) -> Picks:
    return {choice: left.get(choice, 0) + right.get(choice, 0) for choice in {**left, **right}}


class Greedy:
    """Concave runs of many frontiers, the best first: how many of them gain so much."""

    def __init__(self, frontiers: Iterable[Sequence[Run]]) -> None:
        gaining = [run for runs in frontiers for run in runs if run.step > 0]
        self._runs = sorted(gaining, key=lambda run: -run.step)  # stable: the order within a frontier stays
        self._gains = list(accumulate((run.step * run.count for run in self._runs), initial=NOTHING))
        self._counts = list(accumulate((run.count for run in self._runs), initial=0))

    @property
    def most(self) -> Fraction:
        return self._gains[-1]

    def count_for(self, needed: Fraction) -> int | None:
        """The fewest records that gain at least `needed`; None when all together do not."""
        if needed <= 0:
            return 0
        if needed > self.most:
            return None
        before = bisect_left(self._gains, needed) - 1
        run = self._runs[before]
        return self._counts[before] + -(-(needed - self._gains[before]) // run.step)

    def picks(self, count: int) -> Picks:
        """The first `count` records, by class."""
        found: dict[int, int] = {}
        for run in self._runs:
            taken = min(run.count, count)
            if not taken:
                break
            found[run.choice] = found.get(run.choice, 0) + taken
            count -= taken
        return found


@dataclass(frozen=True, slots=True)
class Best:
    """The fewest records found, by class; `proven` when no fewer can do it."""

    count: int
    picks: Picks
    proven: bool


class Sum:
    """Frontiers of clusters that share no record and no component, to be added up."""

    def __init__(self) -> None:
        self._concave: list[Sequence[Run]] = []
        self._points: list[list[Point]] = []
        self.proven = True

    def add_runs(self, runs: Sequence[Run], enough: Fraction) -> None:
        """Runs taken in order: concave ones stay runs, others become points."""
        if is_concave(runs):
            self._concave.append(runs)
        elif sum(run.count for run in runs if run.step > 0) <= MOST_POINTS:
            self._points.append(pruned(points_along(runs, enough)))
        else:
            self._points.append(run_ends(runs))
            self.proven = False

    def add_points(self, points: Iterable[Point]) -> None:
        self._points.append(pruned(points))

    def best(self, needed: Fraction) -> Best | None:
        """The fewest records that gain at least `needed`; None when they cannot."""
        greedy = Greedy(self._concave)
        found: tuple[int, Point, int] | None = None
        for point in self._all_points():
            more = greedy.count_for(needed - point.gain)
            if more is not None and (found is None or point.count + more < found[0]):
                found = point.count + more, point, more
        if found is None:
            return None
        return Best(found[0], _both(found[1].picks, greedy.picks(found[2])), self.proven)

    def first_gain(self) -> Point | None:
        """The fewest records that gain anything, and what they gain; of equally few the greatest gain."""
        singles = [
            Point(1, runs[0].step, {runs[0].choice: 1}) for runs in self._concave if runs and runs[0].step > 0
        ]
        jumps = [next((point for point in points if point.gain > 0), None) for points in self._points]
        options = [*singles, *(point for point in jumps if point is not None)]
        return min(options, key=lambda each: (each.count, -each.gain), default=None)

    def _all_points(self) -> list[Point]:
        total = [START]
        for points in sorted(self._points, key=len):
            if len(total) * len(points) > MOST_POINTS:
                self.proven = False
                total, points = _thinned(total), _thinned(points)
            total = added(total, points)
        return total


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most some four hundred of the points, the first and the last among them."""
    step = max(1, len(points) // 400)
    return [*points[::step], points[-1]]
