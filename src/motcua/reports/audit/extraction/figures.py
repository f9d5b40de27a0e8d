"""What is found in the prose of a report: sentences, figures, ratios, dates, each with its place."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from motcua.kernel.intervals import Interval
from motcua.kernel.numbers import DateParts, Hedge, Printed, Token, TokenKind
from motcua.kernel.units import Unit
from motcua.reports.audit.document import Place

if TYPE_CHECKING:
    from motcua.reports.audit.extraction.quantities import Quantity


class Scope(StrEnum):
    """Whom a figure speaks of."""

    UNSTATED = "unstated"
    PROVINCE = "province"
    PROVINCE_LEVEL = "province_level"
    COMMUNE_LEVEL = "commune_level"
    NAMED = "named"


class Direction(StrEnum):
    """What the words before a figure say of its movement."""

    NONE = ""
    INCREASE = "increase"
    DECREASE = "decrease"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of joined paragraphs. `starts` are offsets at which pieces of it begin, `places` theirs.

    `tokens` are its groups of digits, `dated` those that say a day, month or year.
    `section` is the heading it stands under; `planned` says that the section speaks of tasks to come.
    """

    number: int
    text: str
    starts: tuple[int, ...]
    places: tuple[Place, ...]
    paragraph: int
    section: str = ""
    planned: bool = False
    footnote: bool = False
    tokens: tuple[Token, ...] = ()
    dated: tuple[Token, ...] = ()

    def place_at(self, offset: int) -> Place:
        """Where the character at `offset` stands in the file, without a quote."""
        return self.places[max(0, bisect_right(self.starts, offset) - 1)]


@dataclass(frozen=True, slots=True)
class Timing:
    """The day or period a figure speaks of, as far as the text says it.

    `period` is a month, quarter or part of a year as written (`quý iii/2021`); `label` the section it was said in.
    """

    as_of: dt.date | None = None
    year: int | None = None
    label: str = ""
    period: str = ""

    def differs_from(self, other: Timing) -> bool:
        """They say different days or years, or only one of them speaks of a part of the year."""
        days = self.as_of is not None and other.as_of is not None and self.as_of != other.as_of
        years = self.year is not None and other.year is not None and self.year != other.year
        return days or years or self.period != other.period


@dataclass(frozen=True, slots=True)
class ProseFigure:
    """One figure of the prose.

    `lead` holds the words of its clause before it (back to the figure before), `noun` those after it (up to
    the next figure or mark); `depth` counts the brackets it stands in. `planned`: a target, not a result.
    `role`: "part" or "whole" for the two figures of a ratio.
    """

    number: int
    sentence: Sentence
    start: int
    end: int
    printed: Printed
    kind: TokenKind
    hedge: Hedge
    unit: Unit | None
    lead: str
    noun: str
    clause: int
    depth: int
    scope: Scope = Scope.UNSTATED
    scope_name: str = ""
    timing: Timing = Timing()
    direction: Direction = Direction.NONE
    planned: bool = False
    role: str = ""

    @property
    def value(self) -> Interval:
        """A whole count is itself, a figure with decimals is its rounding range."""
        return self.printed.exact()

    @property
    def is_percent(self) -> bool:
        return self.kind is TokenKind.PERCENT

    @property
    def exact(self) -> bool:
        """No word of approximation stands before it."""
        return self.hedge is Hedge.EXACT

    @property
    def place(self) -> Place:
        return self.sentence.place_at(self.start)


@dataclass(frozen=True, slots=True)
class Ratio:
    """`a/b` in the prose."""

    part: ProseFigure
    whole: ProseFigure


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in the prose. `as_of`: it is the day up to which results are told; `before` the words before."""

    sentence: Sentence
    start: int
    end: int
    text: str
    parts: DateParts
    as_of: bool
    estimate: bool
    before: str
    of_document: bool

    @property
    def place(self) -> Place:
        return self.sentence.place_at(self.start)


@dataclass(frozen=True)
class Extraction:
    """Everything read from the prose, in reading order. `report_date` is the report's own, if it says one."""

    sentences: tuple[Sentence, ...] = ()
    figures: tuple[ProseFigure, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    dates: tuple[DateMention, ...] = ()
    report_date: DateParts | None = None
    year: int | None = None
    seen: int = 0
    bound: int = 0
    checkable: int = 0
    unread: tuple[str, ...] = field(default=())

    @cached_property
    def by_sentence(self) -> dict[int, tuple[ProseFigure, ...]]:
        """Figures by the number of their sentence."""
        groups: dict[int, list[ProseFigure]] = {}
        for figure in self.figures:
            groups.setdefault(figure.sentence.number, []).append(figure)
        return {number: tuple(group) for number, group in groups.items()}

    @cached_property
    def quantities(self) -> dict[int, Quantity]:
        """Named quantities of the figures that have one, by the number of the figure."""
        from motcua.reports.audit.extraction.quantities import quantity_of

        found = ((figure.number, quantity_of(self, figure)) for figure in self.figures)
        return {number: quantity for number, quantity in found if quantity}

    @cached_property
    def ratio_by_figure(self) -> dict[int, Ratio]:
        """The first ratio a figure is part or whole of, by the number of the figure."""
        found: dict[int, Ratio] = {}
        for ratio in self.ratios:
            found.setdefault(ratio.part.number, ratio)
            found.setdefault(ratio.whole.number, ratio)
        return found

    def of(self, sentence: Sentence) -> tuple[ProseFigure, ...]:
        return self.by_sentence.get(sentence.number, ())

    def paragraphs(self) -> Iterator[tuple[Sentence, ...]]:
        """Sentences, paragraph by paragraph."""
        current: list[Sentence] = []
        for sentence in self.sentences:
            if current and sentence.paragraph != current[-1].paragraph:
                yield tuple(current)
                current = []
            current.append(sentence)
        if current:
            yield tuple(current)
