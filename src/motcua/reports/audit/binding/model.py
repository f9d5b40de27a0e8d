"""What form binding yields: printed rows tied to rows of the form definitions, and what is odd about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar, cast

from motcua.reports.audit.document import Cell, Place
from motcua.reports.forms.definitions import FormRow, FormSet

T = TypeVar("T")


class CellState(StrEnum):
    """What a value cell holds. Zero is a number; blank, a dash and a word are three other things."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"
    NONE_WORD = "none_word"
    NOT_APPLICABLE = "not_applicable"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FormCell:
    """A value cell. `value` is set only for a number; `decimals` counts printed digits after the comma."""

    text: str
    state: CellState
    place: Place
    value: Decimal | None = None
    decimals: int = 0
    percent_sign: bool = False

    @property
    def is_number(self) -> bool:
        return self.state is CellState.NUMBER


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of a form table as printed, before it is bound. Header and title rows are already gone."""

    number: str
    label: str
    unit: str
    value: FormCell
    note: str
    place: Place
    cells: tuple[Cell, ...] = ()

    @property
    def quote(self) -> str:
        return " | ".join(part for part in (self.number, self.label, self.unit, self.value.text) if part)

    @property
    def quoted_place(self) -> Place:
        """Where the row's value stands (the row, where its lines are counted), with the row as the quote."""
        place = self.value.place if self.value.place.cell else self.place
        return replace(place, quote=self.quote)


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A printed row and the definition it was bound to (`definition` is None for an extra row)."""

    form: str
    printed: PrintedRow
    definition: FormRow | None
    similarity: float = 0.0

    @property
    def key(self) -> str | None:
        return self.definition.key if self.definition else None

    @property
    def cell(self) -> FormCell:
        return self.printed.value

    @property
    def place(self) -> Place:
        return self.printed.quoted_place


class IssueKind(StrEnum):
    """What can be odd about a row."""

    MISSING = "missing"
    EXTRA = "extra"
    UNNUMBERED = "unnumbered"
    RENUMBERED = "renumbered"
    SKIPPED_NUMBER = "skipped_number"
    REPEATED_NUMBER = "repeated_number"
    MOVED = "moved"
    NUMBERING_STYLE = "numbering_style"
    UNIT_DIFFERS = "unit_differs"
    FORM_MISSING = "form_missing"
    FORM_REPEATED = "form_repeated"


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One oddity. `key` names the row of the definitions, `rows` the printed rows it shows in."""

    kind: IssueKind
    form: str
    key: str = ""
    rows: tuple[BoundRow, ...] = ()
    expected: str = ""
    printed: str = ""


@dataclass(frozen=True, eq=False)
class BoundForms:
    """All form rows found in a report. `tables` are (file, block number) of the tables that were read.

    `memo` keeps what several rules derive from the same forms.
    """

    form_set: FormSet
    rows: tuple[BoundRow, ...] = ()
    issues: tuple[RowIssue, ...] = ()
    tables: frozenset[tuple[str, int]] = frozenset()
    unread: tuple[str, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, computed at the first call with this name."""
        if name not in self.memo:
            self.memo[name] = make()
        return cast("T", self.memo[name])

    @cached_property
    def by_key(self) -> dict[str, BoundRow]:
        """Bound rows by key such as "3!1.4"; the first printed one where a key is printed twice."""
        found: dict[str, BoundRow] = {}
        for row in self.rows:
            if row.key:
                found.setdefault(row.key, row)
        return found

    @cached_property
    def forms_found(self) -> tuple[str, ...]:
        return tuple(sorted({row.form for row in self.rows}))

    def row(self, key: str) -> BoundRow | None:
        return self.by_key.get(key)

    def cell(self, key: str) -> FormCell | None:
        row = self.by_key.get(key)
        return row.cell if row else None

    def value(self, key: str) -> Decimal | None:
        """The printed number of a row; None where the row or its number is not there."""
        cell = self.cell(key)
        return cell.value if cell else None

    def numbers(self) -> Iterator[BoundRow]:
        """Bound rows that carry a number."""
        return (row for row in self.by_key.values() if row.cell.is_number)

    def issues_of(self, *kinds: IssueKind) -> tuple[RowIssue, ...]:
        return tuple(issue for issue in self.issues if issue.kind in kinds)
