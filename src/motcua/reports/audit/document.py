"""A report as the readers hand it on: blocks of text and tables, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. `line` counts from 1 in text files; otherwise page, paragraph or cell."""

    file: str
    line: int | None = None
    page: int | None = None
    paragraph: int | None = None
    cell: str | None = None
    quote: str = ""

    def as_json(self) -> dict[str, object]:
        pairs = {
            "file": self.file,
            "line": self.line,
            "page": self.page,
            "paragraph": self.paragraph,
            "cell": self.cell,
            "quote": self.quote,
        }
        return {key: value for key, value in pairs.items() if value is not None}


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    FOOTNOTE = "footnote"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without markup (NFC, inner white space single), and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[Cell, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, footnote (text set) or a table (rows set).

    `number` is the block's position in its document, from 0. A footnote carries its mark in `mark`;
    text is NFC without markup, and `place.quote` is empty: findings quote the sentence they speak of.
    A table that a page break cut in two stays two blocks: joining is the work of form binding.
    """

    number: int
    kind: BlockKind
    place: Place
    text: str = ""
    rows: tuple[TableRow, ...] = ()
    level: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One file that was read."""

    file: str
    blocks: tuple[Block, ...]
    media_type: str
    sha256: str
    pages: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Several files that make one report."""

    documents: tuple[Document, ...] = field(default_factory=tuple)

    def blocks(self) -> Iterator[tuple[Document, Block]]:
        for document in self.documents:
            for block in document.blocks:
                yield document, block


class UnreadableReport(Exception):
    """A file that cannot or must not be read. `code` is stable; the message is Vietnamese, for people."""

    def __init__(self, code: str, message: str, file: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.file = file
