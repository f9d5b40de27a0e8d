"""Where figures come from: the interface the engine of facts implements, and how a set's inputs are gathered by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Protocol

from motcua.engine.figures.api import Value
from motcua.kernel.periods import CALENDAR_MONTHS, CutOff, PeriodKind, Window, period_of
from motcua.reports.indices.data import Failing, Inputs, Subject
from motcua.reports.indices.definition import Component, IndexSet, Zero

Weights = Mapping[str, Fraction]  # cause → weight of the failing records that bear it
Pools = Mapping[tuple[Fraction, str], int]  # weight of one record and cause → how many records fail so


class Measures(Protocol):
    """Figures of units for a window of days, exactly. A unit's figure counts all below it; the caller names units."""

    def expect(self, figures: Iterable[str], units: Sequence[str], window: Window) -> None:
        """These figures will be asked of these units: a source may count them in one go."""

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        """By unit. A ratio has numerator and denominator even where it is 0/0; a unit left out is blank."""

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        """By unit and cause, the weight of its failing records (data.Failing)."""

    def pools(self, figure: str, unit: str, window: Window) -> Pools:
        """How many records of a unit fail, by weight and cause; exact, and without naming them where it can be."""

    def failing(
        self,
        figure: str,
        unit: str,
        window: Window,
        *,
        cause: str | None = None,
        limit: int | None = None,
        after: str = "",
        among: Collection[str] | None = None,
    ) -> Sequence[Failing]:
        """The failing records of a unit by key, of one cause if it is named; at most `limit`, those after one, those of `among`."""


class Routed:
    """Figures of some rooms from one source, the rest from another: `{"portal.": imports, "": facts}`.

    The longest prefix that fits decides; a figure without a source is blank.
    """

    def __init__(self, sources: Mapping[str, Measures]) -> None:
        self._sources = sorted(sources.items(), key=lambda each: -len(each[0]))

    def expect(self, figures: Iterable[str], units: Sequence[str], window: Window) -> None:
        by_source: dict[str, list[str]] = {}
        for figure in figures:
            prefix = next((prefix for prefix, _source in self._sources if figure.startswith(prefix)), None)
            if prefix is not None:
                by_source.setdefault(prefix, []).append(figure)
        for prefix, source in self._sources:
            if prefix in by_source:
                source.expect(by_source[prefix], units, window)

    def values(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Value]:
        source = self._source(figure)
        return source.values(figure, units, window) if source else {}

    def causes(self, figure: str, units: Sequence[str], window: Window) -> Mapping[str, Weights]:
        source = self._source(figure)
        return source.causes(figure, units, window) if source else {}

    def pools(self, figure: str, unit: str, window: Window) -> Pools:
        source = self._source(figure)
        return source.pools(figure, unit, window) if source else {}

    def failing(
        self,
        figure: str,
        unit: str,
        window: Window,
        *,
        cause: str | None = None,
        limit: int | None = None,
        after: str = "",
        among: Collection[str] | None = None,
    ) -> Sequence[Failing]:
        source = self._source(figure)
        if source is None:
            return ()
        return source.failing(figure, unit, window, cause=cause, limit=limit, after=after, among=among)

    def _source(self, figure: str) -> Measures | None:
        return next((source for prefix, source in self._sources if figure.startswith(prefix)), None)


def gather(
    index: IndexSet, measures: Measures, subjects: Sequence[Subject], window: Window
) -> dict[str, Inputs]:
    """Every figure the set needs, for every subject: one question a figure, whatever the number of units."""
    codes = [subject.code for subject in subjects]
    measures.expect(index.figures(), codes, window)
    values = {figure: measures.values(figure, codes, window) for figure in index.figures()}
    before = Window(date(window.last.year - 1, 1, 1), date(window.last.year - 1, 12, 31))
    last = {figure: measures.values(figure, codes, before) for figure in figures_of_last_year(index)}
    share = share_of_year(window)
    return {
        subject.code: Inputs(
            subject,
            {figure: found[subject.code] for figure, found in values.items() if subject.code in found},
            {figure: found[subject.code] for figure, found in last.items() if subject.code in found},
            share,
        )
        for subject in subjects
    }


def figures_of_last_year(index: IndexSet) -> tuple[str, ...]:
    """The figures that a zero rule wants of last year too."""
    return tuple(
        dict.fromkeys(
            term.figure
            for component in index.components
            if _asks_last_year(component)
            for measure in component.measures.values()
            for term in measure.denominator
        )
    )


def _asks_last_year(component: Component) -> bool:
    rules = [component.zero, *(measure.zero for measure in component.measures.values())]
    return Zero.LAST_YEAR in rules


def share_of_year(window: Window) -> Fraction:
    """1/12 of a calendar month, 1/4 of a quarter, 1 of a year; any other window by its days."""
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR):
        period = period_of(kind, window.last, CALENDAR_MONTHS)
        if period.window(CALENDAR_MONTHS) == window:
            return Fraction(period.last_month - period.first_month + 1, 12)
    return Fraction(window.days, 366 if _leap(window.last.year - 1) else 365)


def window_to(day: date, kind: PeriodKind, cut_off: CutOff) -> Window:
    """From the first day of the period that counts `day` up to that day: what an index shows while it runs."""
    return Window(period_of(kind, day, cut_off).window(cut_off).first, day)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
