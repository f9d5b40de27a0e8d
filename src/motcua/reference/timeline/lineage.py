"""Following what became of a thing, and carrying figures along. Pure, exact."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from motcua.reference.timeline.data import WHOLE, Link

Shares = dict[uuid.UUID, Fraction]


class Genealogy:
    """All links of one province, to be followed forwards and backwards."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._forward: dict[uuid.UUID, list[Link]] = defaultdict(list)
        self._backward: dict[uuid.UUID, list[Link]] = defaultdict(list)
        for link in links:
            self._forward[link.predecessor].append(link)
            self._backward[link.successor].append(link)

    def successors(self, subject: uuid.UUID) -> list[Link]:
        """The links to what directly followed."""
        return list(self._forward.get(subject, ()))

    def predecessors(self, subject: uuid.UUID) -> list[Link]:
        """The links from what directly came before."""
        return list(self._backward.get(subject, ()))

    def on(self, subject: uuid.UUID, day: dt.date) -> Shares:
        """Where a thing is on a later day: what holds which share of it. Shares add up to one whole.

        A thing abolished without an heir stays itself, so that no figure is lost.
        """
        onward = [link for link in self._forward.get(subject, ()) if link.day <= day]
        if not onward:
            return {subject: WHOLE}
        found: Shares = defaultdict(Fraction)
        for link in onward:
            for holder, share in self.on(link.successor, day).items():
                found[holder] += link.share * share
        return dict(found)

    def climb(self, figures: Mapping[uuid.UUID, int | Fraction], day: dt.date) -> Shares:
        """Sums of figures on what the things had become by a day; the grand total never changes.

        Only sums may climb: carry a ratio as its numerator and its denominator, apart.
        """
        totals: Shares = defaultdict(Fraction)
        for subject, amount in figures.items():
            for holder, share in self.on(subject, day).items():
                totals[holder] += amount * share
        return dict(totals)

    def climb_whole(self, figures: Mapping[uuid.UUID, int], day: dt.date) -> dict[uuid.UUID, int]:
        """`climb` for counts: each figure is cut into whole parts by largest remainder, none lost."""
        totals: dict[uuid.UUID, int] = defaultdict(int)
        for subject, amount in figures.items():
            for holder, part in apportion(amount, self.on(subject, day)).items():
                totals[holder] += part
        return dict(totals)


def apportion(amount: int, shares: Mapping[uuid.UUID, Fraction]) -> dict[uuid.UUID, int]:
    """Whole parts that add up to `amount`, nearest to their shares (largest remainder, then order of uid)."""
    exact = {holder: amount * share for holder, share in shares.items()}
    parts = {holder: value.numerator // value.denominator for holder, value in exact.items()}
    left = amount - sum(parts.values())
    by_remainder = sorted(exact, key=lambda holder: (parts[holder] - exact[holder], str(holder)))
    for holder in by_remainder[:left]:
        parts[holder] += 1
    return parts
