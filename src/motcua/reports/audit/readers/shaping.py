"""Small decisions every reader takes alike: what is a heading, a list item; how tables are squared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from motcua.reports.audit.document import Block, BlockKind, Cell, Place, TableRow

MAX_HEADING_LENGTH = 300
_LIST_MARK = re.compile(r"^(?:[-–—•●○▪*]|\+)\s+(?=\S)|^[•●○▪]\s*(?=\S)")
_ROMAN = re.compile(r"^(?:PHẦN\s+)?[IVXL]{1,6}[.)/]\s")
_NUMBERED = re.compile(r"^((?:\d{1,2}\.)+\d{0,2})\s")


def list_item(text: str) -> tuple[str, int] | None:
    """Text without its list mark, and its level: 1 for a dash or dot, 2 for a plus. None: no list item."""
    found = _LIST_MARK.match(text)
    if not found:
        return None
    return text[found.end() :], 2 if found[0].startswith("+") else 1


def heading_level(text: str) -> int:
    """Level of an unmarked heading by its numbering: I. is 1, `1.` 2, `1.1.` 3; otherwise 4."""
    if _ROMAN.match(text):
        return 1
    found = _NUMBERED.match(text)
    return 1 + len([part for part in found[1].split(".") if part]) if found else 4


def column_letters(index: int) -> str:
    """Column 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def square(rows: Iterable[Sequence[Cell]], places: Sequence[Place]) -> tuple[TableRow, ...]:
    """Rows padded with blank cells to one width."""
    listed = [list(row) for row in rows]
    width = max((len(row) for row in listed), default=0)
    squared = []
    for row, place in zip(listed, places, strict=True):
        row.extend(Cell("", place) for _ in range(width - len(row)))
        squared.append(TableRow(tuple(row), place))
    return tuple(squared)


class BlockList:
    """Collects the blocks of one document and numbers them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def add(self, kind: BlockKind, place: Place, text: str, *, level: int = 0, mark: str = "") -> None:
        """Adds a block of text; blank text adds nothing."""
        if text:
            self.blocks.append(Block(len(self.blocks), kind, place, text=text, level=level, mark=mark))

    def add_table(self, rows: tuple[TableRow, ...], place: Place) -> None:
        """Adds a table that has at least one cell with text."""
        if any(cell.text for row in rows for cell in row.cells):
            self.blocks.append(Block(len(self.blocks), BlockKind.TABLE, place, rows=rows))

    def add_line(self, place: Place, text: str, *, bold: bool = False) -> None:
        """Adds one line of running text as heading, list item or paragraph, by its look."""
        item = list_item(text)
        if bold and len(text) <= MAX_HEADING_LENGTH:
            shown = item[0] if item else text
            self.add(BlockKind.HEADING, place, shown, level=heading_level(shown))
        elif item:
            self.add(BlockKind.LIST_ITEM, place, item[0], level=item[1])
        else:
            self.add(BlockKind.PARAGRAPH, place, text)
