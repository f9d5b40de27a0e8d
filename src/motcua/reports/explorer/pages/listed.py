"""What a page of records lists: the records themselves, or the different values with how many records each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from django.utils.translation import gettext as _

from motcua.engine.figures.api import MeasureKind, Selection, words_of
from motcua.engine.provinces.api import Province
from motcua.reports.explorer.explaining import value_word
from motcua.reports.explorer.pages import showing
from motcua.reports.explorer.records import Record, listing_of


@dataclass(frozen=True, slots=True)
class Listed:
    """`value`: the one value whose records are listed; None: all that the selection takes."""

    selection: Selection
    value: str | None = None

    @property
    def values(self) -> bool:
        """Whether different values are listed, not records."""
        return self.selection.measure.kind is MeasureKind.DISTINCT and self.value is None

    def headings(self) -> tuple[str, ...]:
        words = words_of(self.selection.fact)
        if self.values:
            column = self.selection.measure.column
            return _(words.columns.get(column, column)), _("Số bản ghi")
        listing = listing_of(self.selection.fact)
        return listing.headings if listing else (_("Bản ghi"),)

    def lines(
        self, province: Province, records: Sequence[tuple[str, Fraction | None]], base: str
    ) -> list[Record]:
        """The lines of a page; `base`: the address of the list, to which a value is added to open it."""
        keys = [key for key, _number in records]
        if self.values:
            names = showing.names_of(province, self.selection.measure.column, keys)
            return [
                Record(
                    names.get(key) or key, f"{base}&mo={quote(key)}" if base else "", (showing.number(count),)
                )
                for key, count in records
            ]
        listing = listing_of(self.selection.fact)
        found = listing.read(province, keys) if listing else {}
        return [found.get(key) or Record(key, "", ()) for key in keys]

    def name(self, province: Province) -> str:
        """The value whose records are listed, in words; "" where there is none."""
        if self.value is None:
            return ""
        column = self.selection.measure.column
        names = showing.names_of(province, column, [self.value])
        return names.get(self.value) or value_word(self.selection.fact, column, self.value)

    def more(self) -> str:
        """What the address of this list has beyond the part's."""
        return "" if self.value is None else f"&mo={quote(self.value)}"
