"""What a chart is drawn of, and what comes out of drawing: a picture and the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Literal

from django.utils.safestring import SafeString, mark_safe

Number = int | Fraction | Decimal
Tone = Literal["", "good", "warn", "bad", "wait", "none"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a chart. `value` None is no number (and no bar); `shown` is how people read it.

    `short`: the label under a narrow column ("" the label itself). `url`: where its records or its page are. `tone`
    colours it, `word` says the same beside the colour. `note`: a second line. `vi`: the label is the province's own data
    and stays Vietnamese on an English page.
    """

    label: str
    value: Number | None
    shown: str
    short: str = ""
    url: str = ""
    tone: Tone = ""
    word: str = ""
    note: str = ""
    vi: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Marks of one name, in the order of the labels that all series of a chart share."""

    name: str
    marks: tuple[Mark, ...]
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A mark that lies somewhere: degrees east and north, or None where nobody knows."""

    mark: Mark
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `number` aligns it to the right, `vi` as in `Mark`."""

    text: str
    url: str = ""
    number: bool = False
    vi: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`head` and every row have the same length; the first cell of a row names it."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def markup(self) -> SafeString:
        """Head and rows as HTML: long tables are most of a page, and templates are slow at cells."""
        head = "".join(_cell(cell, "th", ' scope="col"') for cell in self.head)
        rows = "".join(f"<tr>{_row(row)}</tr>" for row in self.rows)
        return mark_safe(f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>")  # noqa: S308 - `_cell` escapes

    def texts(self) -> list[list[str]]:
        """Head and rows as plain text: what is exported."""
        return [[cell.text for cell in row] for row in (self.head, *self.rows)]


def _row(cells: Sequence[Cell]) -> str:
    first, *others = cells
    return _cell(first, "th", ' scope="row"', "fw-normal") + "".join(_cell(each, "td") for each in others)


def _cell(cell: Cell, name: str, more: str = "", kind: str = "") -> str:
    kinds = " ".join(filter(None, (kind, "mc-num" if cell.number else "")))
    written = f' class="{kinds}"' if kinds else ""
    language = ' lang="vi"' if cell.vi else ""
    text = escape(str(cell.text))
    inside = f'<a href="{escape(cell.url)}">{text}</a>' if cell.url else text
    return f"<{name}{more}{written}{language}>{inside}</{name}>"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its table. `name`: an identifier within the page and of the exported file."""

    name: str
    title: str
    svg: SafeString
    table: Table


def table_of(marks: Sequence[Mark], heading: str, value: str, note: str = "") -> Table:
    """Label, value, and word and note where any mark has them."""
    words, notes = any(each.word for each in marks), any(each.note for each in marks)
    head = [Cell(heading), Cell(value, number=True)]
    head += [Cell(note)] if words or notes else []
    rows = []
    for each in marks:
        row = [Cell(each.label, each.url, vi=each.vi), Cell(each.shown, number=True)]
        if words or notes:
            row.append(Cell(" · ".join(filter(None, (each.word, each.note)))))
        rows.append(tuple(row))
    return Table(tuple(head), tuple(rows))


def table_of_series(series: Sequence[Series], heading: str) -> Table:
    """A row a label, a column a series."""
    head = (Cell(heading), *(Cell(each.name, number=True) for each in series))
    labels = series[0].marks if series else ()
    rows = tuple(
        (
            Cell(first.label, vi=first.vi),
            *(Cell(each.marks[at].shown, each.marks[at].url, number=True) for each in series),
        )
        for at, first in enumerate(labels)
    )
    return Table(head, rows)
