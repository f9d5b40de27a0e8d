"""A workbook against the values: base (when the file was made), yours (in the file), current. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from motcua.engine.figures.api import State
from motcua.reports.forms.cells import BLANK, Cell
from motcua.reports.forms.definitions import FormRow, FormSet


class Kind(StrEnum):
    """Who changed the cell since the file was made."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Difference:
    row: FormRow
    base: Cell
    yours: Cell
    current: Cell

    @property
    def kind(self) -> Kind:
        if self.current.same(self.base):
            return Kind.MINE
        return Kind.THEIRS if self.yours.same(self.base) else Kind.BOTH


def compare(
    forms: FormSet, base: Mapping[str, Cell], yours: Mapping[str, Cell], current: Mapping[str, Cell]
) -> tuple[Difference, ...]:
    """The rows whose cell in the file differs from the current one, in printed order."""
    rows = (
        Difference(row, base.get(row.key, BLANK), yours[row.key], current.get(row.key, BLANK))
        for row in forms.rows()
        if row.key in yours
    )
    return tuple(each for each in rows if not each.yours.same(each.current))


def store(cells: Mapping[str, Cell], revisions: Mapping[str, int]) -> list[dict[str, Any]]:
    """Cells and the revisions they were made from, as JSON."""
    return [
        {
            "row": key,
            "base": revisions.get(key, 0),
            "state": cell.state.value,
            "value": None if cell.value is None else str(cell.value),
            "raw": cell.raw,
            "places": cell.places,
            "note": cell.note,
        }
        for key, cell in cells.items()
    ]


def restore(entries: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], dict[str, Cell]]:
    """The reverse of `store`: base revisions and cells by row key."""
    cells = {
        entry["row"]: Cell(
            State(entry["state"]),
            None if entry["value"] is None else Decimal(entry["value"]),
            entry["raw"],
            entry["places"],
            entry["note"],
        )
        for entry in entries
    }
    return {entry["row"]: entry["base"] for entry in entries}, cells
