"""Where index sets overlap: one figure used by several sets or components is measured once and serves them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from motcua.reports.indices.definition import Component, IndexSet


@dataclass(frozen=True, slots=True)
class Use:
    """One component that reads a figure."""

    index: IndexSet
    component: Component


@dataclass(frozen=True, slots=True)
class Shared:
    """A figure and every component that reads it, in the order of the sets."""

    figure: str
    uses: tuple[Use, ...]

    @property
    def sets(self) -> tuple[str, ...]:
        """The codes of the sets it serves."""
        return tuple(dict.fromkeys(use.index.code for use in self.uses))


def uses(sets: Iterable[IndexSet]) -> dict[str, Shared]:
    """Every figure of the sets with all its uses."""
    found: dict[str, list[Use]] = {}
    for index in sets:
        for component in index.components:
            for figure in component.figures():
                found.setdefault(figure, []).append(Use(index, component))
    return {figure: Shared(figure, tuple(each)) for figure, each in found.items()}


def overlaps(sets: Iterable[IndexSet]) -> list[Shared]:
    """The figures that serve more than one component: those of most sets first, then of most components, then by code."""
    shared = [each for each in uses(sets).values() if len(each.uses) > 1]
    return sorted(shared, key=lambda each: (-len(each.sets), -len(each.uses), each.figure))
