"""The public figures of a province and a year: counted once in a while, kept, and read by everybody."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.core.cache import cache

from motcua.engine.facts.api import measure_figures, sources, whole_province
from motcua.engine.figures.api import (
    REGISTRY,
    UNIT,
    Figure,
    FigureError,
    Measured,
    Value,
    definition_digest,
    nothing,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.periods import Period, PeriodKind, Window, period_of
from motcua.reference.calendars.api import parameter
from motcua.reports.explorer.api import places
from motcua.reports.openfigures.hiding import WHOLE, Place, hidden_places
from motcua.reports.openfigures.parameters import FIGURES, LEAST

KEPT = 600  # seconds for which a book serves everybody
YEARS = 3


@dataclass(frozen=True, slots=True)
class Number:
    """A figure at a place: exact parts, as text of fractions; `hidden` ones have none."""

    numerator: str
    denominator: str
    hidden: bool = False

    def value(self, figure: Figure) -> Value:
        """In the four states; a hidden one is blank."""
        if self.hidden or not self.numerator:
            return Value.blank()
        if figure.is_ratio:
            return Value.ratio(Fraction(self.numerator), Fraction(self.denominator or 0))
        return Value.of(Fraction(self.numerator))


@dataclass(frozen=True, slots=True)
class Book:
    """`numbers`: by figure, then unit ("" the province), then month number as text ("" the year). `as_of`: the cut-off."""

    year: int
    as_of: dt.datetime | None
    position: int
    least: int
    figures: tuple[str, ...]
    months: tuple[int, ...]
    numbers: Mapping[str, Mapping[Place, Number]]

    def at(self, figure: str, unit: str, month: str = WHOLE) -> Number:
        """A number; nothing counted where no record was."""
        return self.numbers[figure].get((unit, month), Number("0", "0"))

    @property
    def tag(self) -> str:
        """Changes whenever anything in the book may."""
        text = f"{self.year}:{self.position}:{self.as_of}:{self.least}:{self.figures}"
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def public_figures(province: Province, day: dt.date) -> list[Figure]:
    """The figures made public, of those that are defined and counted over facts."""
    known = {source.name for source in sources()}
    found = []
    for code in parameter(province.pk, FIGURES, day):
        try:
            figure = REGISTRY.figure(code, day)
        except FigureError:
            continue
        if {part.fact for part in figure.selections()} <= known:
            found.append(figure)
    return found


def years(day: dt.date) -> list[int]:
    """The report years offered, the present one first."""
    return [period_of(PeriodKind.YEAR, day).year - back for back in range(YEARS)]


def months_of(year: int, day: dt.date) -> list[Period]:
    """The reporting months of a year that have begun."""
    return [
        month
        for month in Period(PeriodKind.YEAR, year).parts(PeriodKind.MONTH)
        if month.window().first <= day
    ]


def book_of(province: Province, year: int) -> Book:
    """The book as kept, at most ten minutes old. Raises FactsError while facts are not built."""
    day = today()
    figures = public_figures(province, day)
    least = parameter(province.pk, LEAST, day)
    prints = ",".join(definition_digest(each) for each in figures)
    mark = hashlib.sha256(f"{prints}:{least}:{day}".encode()).hexdigest()[:24]
    key = f"open.book:{province.pk}:{year}:{mark}"
    kept: Book | None = cache.get(key)
    if kept is None:
        kept = count_book(province, year, figures, least, day)
        cache.set(key, kept, KEPT)
    return kept


def count_book(province: Province, year: int, figures: Sequence[Figure], least: int, day: dt.date) -> Book:
    """Counts everything anew: each month over all units as they are now, and the sums of them."""
    known = places(province, "now", day)
    months = months_of(year, day)
    counted: dict[str, dict[Place, Measured]] = {each.code: {} for each in figures}
    snapshot = None
    for month in months:
        window = Window(month.window().first, min(month.window().last, day))
        measured = measure_figures(province, figures, window, (UNIT,), scope=whole_province(province))
        snapshot = measured.snapshot
        for figure in figures:
            for (code,), one in measured.of(figure).items():
                owner = known.owner_of(code) or "?"
                for place in (
                    (owner, str(month.number)),
                    (owner, WHOLE),
                    (WHOLE, str(month.number)),
                    (WHOLE, WHOLE),
                ):
                    before = counted[figure.code].get(place, nothing(figure))
                    counted[figure.code][place] = before + one
    return Book(
        year,
        snapshot.as_of if snapshot else None,
        snapshot.position if snapshot else 0,
        least,
        tuple(each.code for each in figures),
        tuple(month.number for month in months),
        {each.code: _numbers(each, counted[each.code], least) for each in figures},
    )


def _numbers(figure: Figure, counted: Mapping[Place, Measured], least: int) -> dict[Place, Number]:
    hidden: set[Place] = set()
    if figure.is_ratio:
        hidden = hidden_places({place: int(one.denominator or 0) for place, one in counted.items()}, least)
    return {
        place: Number("", _text(one.denominator), hidden=True)
        if place in hidden
        else Number(_text(one.numerator), _text(one.denominator))
        for place, one in counted.items()
    }


def _text(number: Fraction | None) -> str:
    return "" if number is None else str(number)
