"""What if: mend some records and see score and places move through the same formula.

The reverse question, the fewest records that reach a target, is `fewest` in `reaching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from motcua.reports.indices.data import Failing, Inputs
from motcua.reports.indices.definition import IndexSet
from motcua.reports.indices.scoring import ComponentScore, Placed, UnitScore, rank, score_unit


@dataclass(frozen=True, slots=True)
class Edit:
    """Failing records of a unit's figure are mended: these ("these 40 on time"), or so many of them unnamed
    ("all fees payable online")."""

    unit: str
    figure: str
    records: tuple[Failing, ...] = ()
    unnamed: Fraction = Fraction()


@dataclass(frozen=True, slots=True)
class Moved:
    """One subject before and after the edits."""

    before: Placed
    after: Placed

    @property
    def gained(self) -> Fraction:
        return self.after.score.gained - self.before.score.gained

    def components(self) -> list[tuple[ComponentScore, ComponentScore]]:
        """The components whose points change, before and after."""
        pairs = zip(self.before.score.components, self.after.score.components, strict=True)
        return [(before, after) for before, after in pairs if before.points != after.points]


def edited(
    inputs: Mapping[str, Inputs], edits: Iterable[Edit], above: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Inputs]:
    """The inputs with the edits made. `above`: unit → the units that count its records too (the province).

    A record named twice in one figure of one unit is mended once.
    """
    once: dict[tuple[str, str], dict[str, Failing]] = {}
    unnamed: dict[tuple[str, str], Fraction] = {}
    for edit in edits:
        place = edit.unit, edit.figure
        once.setdefault(place, {}).update({record.key: record for record in edit.records})
        unnamed[place] = unnamed.get(place, Fraction()) + edit.unnamed
    changed = dict(inputs)
    for (unit, figure), records in once.items():
        weight = sum((record.weight for record in records.values()), unnamed[unit, figure])
        for touched in (unit, *(above or {}).get(unit, ())):
            if touched in changed:
                most = _lacking(changed[touched], figure)
                changed[touched] = changed[touched].mended({figure: min(weight, most)})
    return changed


def _lacking(inputs: Inputs, figure: str) -> Fraction:
    """No more can be mended than fail: what is counted beside what is named may be among it."""
    value = inputs.value(figure)
    if value.numerator is None:
        return Fraction()
    return (
        value.numerator if value.denominator is None else max(Fraction(), value.denominator - value.numerator)
    )


def what_if(
    index: IndexSet,
    inputs: Mapping[str, Inputs],
    edits: Iterable[Edit],
    above: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Moved]:
    """Every subject before and after, places among all that are given: pass subjects of one level."""
    before = {code: score_unit(index, each) for code, each in inputs.items()}
    changed = edited(inputs, edits, above)
    after: dict[str, UnitScore] = {
        code: before[code] if each is inputs[code] else score_unit(index, each)
        for code, each in changed.items()
    }
    placed_before = {each.score.subject.code: each for each in rank(before.values())}
    placed_after = {each.score.subject.code: each for each in rank(after.values())}
    return {code: Moved(placed_before[code], placed_after[code]) for code in inputs}
