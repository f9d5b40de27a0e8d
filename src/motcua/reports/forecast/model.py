"""How probable it is that an open dossier ends late: counted from dossiers that once stood in the same place. Pure.

A dossier stands at a position: its unit, procedure, field and how many working days are left to its appointment. Of the
past weeks, all dossiers are taken that stood open on the same day of the week with their appointment within that week;
the share of them that ended late is the probability. Where too few stood in the same unit and procedure, those of the
same procedure anywhere are taken, then of the same field, then all, always with as many days left. A share of few
dossiers is drawn towards the share of all (`WEIGHT` dossiers' worth), so that none is forecast as certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

VERSION = 1
LEAST = 30  # dossiers a level must have seen to speak
WEIGHT = 10  # dossiers' worth of the share of all that is added to every level
LONGEST = 6  # working days left from which on dossiers are taken together
LEVELS = ("unit", "procedure", "field", "days", "all")
SHARE = 0.9  # of the interval
BINS = (Fraction(0), Fraction(1, 200), Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """`days`: working days left, the day itself included."""

    unit: str
    procedure: str
    field: str
    days: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """`late` of `seen` dossiers at `level` ended late; `probability` is that share, steadied."""

    level: str
    late: int
    seen: int
    probability: Fraction


@dataclass(slots=True)
class History:
    """What became of dossiers, by level."""

    counts: dict[tuple[str, Hashable], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, at: Position, late: int, seen: int) -> None:
        """`late` of `seen` dossiers that stood at a position ended late."""
        for key in _keys(at):
            self.counts[key][0] += late
            self.counts[key][1] += seen

    @property
    def share(self) -> Fraction | None:
        """Of all that was seen; None where nothing was."""
        late, seen = self.counts.get(("all", ""), (0, 0))
        return Fraction(late, seen) if seen else None

    @property
    def seen(self) -> int:
        return self.counts.get(("all", ""), [0, 0])[1]

    def estimate(self, at: Position) -> Estimate | None:
        """The nearest level that has seen enough; None where nothing was ever seen."""
        share = self.share
        if share is None:
            return None
        for level, key in _keys(at):
            late, seen = self.counts.get((level, key), (0, 0))
            if seen >= LEAST or level == "all":
                return Estimate(level, late, seen, (late + WEIGHT * share) / (seen + WEIGHT))
        raise AssertionError("the level of all always speaks")


def _keys(at: Position) -> tuple[tuple[str, Hashable], ...]:
    days = min(max(at.days, 0), LONGEST)
    return (
        ("unit", (at.unit, at.procedure, days)),
        ("procedure", (at.procedure, days)),
        ("field", (at.field, days)),
        ("days", days),
        ("all", ""),
    )


def distribution(chances: Iterable[Fraction]) -> list[float]:
    """The probabilities of 0, 1, 2 ... of independent events happening; what is beyond notice is cut off."""
    chances = list(chances)
    mean = float(sum(chances, Fraction()))
    most = min(len(chances), int(mean + 12 * (mean + 1) ** 0.5) + 12)
    found = [1.0]
    for chance in chances:
        p = float(chance)
        longer = [0.0] * min(len(found) + 1, most + 1)
        for number, weight in enumerate(found):
            if number < len(longer):
                longer[number] += weight * (1 - p)
            if number + 1 < len(longer):
                longer[number + 1] += weight * p
        found = longer
    return found


def interval(chances: Iterable[Fraction], share: float = SHARE) -> tuple[int, int]:
    """The least and the most number of events between which `share` of the probability lies, as much left on each side."""
    tail, low, high, gathered = (1 - share) / 2, 0, 0, 0.0
    weights = distribution(chances)
    for number, weight in enumerate(weights):
        if gathered <= tail:
            low = number
        gathered += weight
        if gathered < 1 - tail:
            high = number + 1
    return low, min(high, len(weights) - 1)


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of like probability (at least `least`), how many of them were expected to be late and were."""

    least: Fraction
    dossiers: int
    expected: Fraction
    actual: int


@dataclass(frozen=True, slots=True)
class Score:
    """How right forecasts were. `brier`: mean square of the error, less is better; `base`: of the same dossiers all
    forecast at the share known before, which a model must beat."""

    dossiers: int
    expected: Fraction
    actual: int
    brier: Fraction | None
    base: Fraction | None
    bins: tuple[Bin, ...]


def score(forecasts: Sequence[tuple[Fraction, int, int]], share: Fraction) -> Score:
    """Of (probability, dossiers of it, how many of these ended late), and the share of late ones known before."""
    number = sum(seen for _p, seen, _late in forecasts)
    squares = sum((_squares(p, seen, late) for p, seen, late in forecasts), Fraction())
    plain = sum((_squares(share, seen, late) for _p, seen, late in forecasts), Fraction())
    return Score(
        number,
        sum((p * seen for p, seen, _late in forecasts), Fraction()),
        sum(late for _p, _seen, late in forecasts),
        squares / number if number else None,
        plain / number if number else None,
        tuple(_bin(forecasts, at) for at in range(len(BINS))),
    )


def _squares(p: Fraction, seen: int, late: int) -> Fraction:
    return late * (1 - p) ** 2 + (seen - late) * p**2


def _bin(forecasts: Sequence[tuple[Fraction, int, int]], at: int) -> Bin:
    above = BINS[at + 1] if at + 1 < len(BINS) else Fraction(2)
    inside = [each for each in forecasts if BINS[at] <= each[0] < above]
    return Bin(
        BINS[at],
        sum(seen for _p, seen, _late in inside),
        sum((p * seen for p, seen, _late in inside), Fraction()),
        sum(late for _p, _seen, late in inside),
    )
