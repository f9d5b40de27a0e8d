"""Our value beside the portal's: the difference, and what kind of difference it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from motcua.engine.figures.api import State
from motcua.kernel.numbers import round_half_up
from motcua.reports.indices.scoring import ComponentScore


class Why(StrEnum):
    """Where two values of one component part."""

    SAME = "same"
    ROUNDING = "rounding"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    BOTH = "both"
    FORMULA = "formula"
    PARTS_UNKNOWN = "parts-unknown"
    ONLY_OURS = "only-ours"
    ONLY_PORTAL = "only-portal"
    NEITHER = "neither"


WHY_WORDS = {
    Why.SAME: "khớp",
    Why.ROUNDING: "khớp, chỉ khác cách làm tròn",
    Why.NUMERATOR: "cùng mẫu số, khác tử số",
    Why.DENOMINATOR: "cùng tử số, khác mẫu số",
    Why.BOTH: "khác cả tử số và mẫu số",
    Why.FORMULA: "cùng tử số, mẫu số nhưng khác điểm: khác cách chấm hoặc tham số",
    Why.PARTS_UNKNOWN: "Cổng không cho tử số, mẫu số nên chưa biết khác ở đâu",
    Why.ONLY_OURS: "chỉ tỉnh có số",
    Why.ONLY_PORTAL: "chỉ Cổng có số",
    Why.NEITHER: "cả hai chưa có số",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What the portal says of one component of one unit; any part may be absent."""

    numerator: Fraction | None = None
    denominator: Fraction | None = None
    points: Fraction | None = None

    @property
    def empty(self) -> bool:
        return self.numerator is None and self.denominator is None and self.points is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One component, ours and the portal's. Differences are the portal's less ours; None where one is not known."""

    score: ComponentScore
    stated: Stated
    why: Why
    points: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None


def compare(score: ComponentScore, stated: Stated, places: int = 2) -> Comparison:
    """Ours beside the portal's; points agree when they are equal at `places` decimals, as the portal prints them."""
    reading = score.reading
    ours = Stated(
        reading.numerator if reading else None,
        reading.denominator if reading else None,
        score.points if score.state is State.KNOWN else None,
    )
    return Comparison(
        score,
        stated,
        _why(ours, stated, places),
        _minus(stated.points, ours.points),
        _minus(stated.numerator, ours.numerator),
        _minus(stated.denominator, ours.denominator),
    )


def _why(ours: Stated, theirs: Stated, places: int) -> Why:
    if ours.points is None or theirs.empty:
        if ours.points is None and theirs.empty:
            return Why.NEITHER
        return Why.ONLY_OURS if theirs.empty else Why.ONLY_PORTAL
    top, bottom = _minus(theirs.numerator, ours.numerator), _minus(theirs.denominator, ours.denominator)
    if top is not None and bottom is not None and (top or bottom):
        return Why.BOTH if top and bottom else Why.NUMERATOR if top else Why.DENOMINATOR
    points = _minus(theirs.points, ours.points)
    if not points:
        return Why.SAME
    if round_half_up(ours.points, places) == round_half_up(ours.points + points, places):
        return Why.ROUNDING
    return Why.PARTS_UNKNOWN if top is None or bottom is None else Why.FORMULA


def _minus(theirs: Fraction | None, ours: Fraction | None) -> Fraction | None:
    return None if theirs is None or ours is None else theirs - ours
