"""HTML read without recursion and without a tree: tables with spans, and running text by its block tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from motcua.reports.audit.document import BlockKind, Cell, Place
from motcua.reports.audit.readers.inline import strip_markup
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.shaping import BlockList, square

MAX_DEPTH = 500
MAX_CELLS = 100_000
MAX_SPAN = 100

_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:\s[^<>]*)?)/?>")
_SPAN = re.compile(r"\b(col|row)span\s{0,9}=\s{0,9}[\"']?(\d{1,4})", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]{0,1000}>")
_VOID = {"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base", "source"}
_SILENT = {"script", "style", "head", "template", "title", "noscript"}
_BREAKING = {
    "p",
    "div",
    "li",
    "section",
    "article",
    "ul",
    "ol",
    "blockquote",
    "body",
    "html",
    "header",
    "footer",
}
_BREAKING |= {"h1", "h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}


def looks_like_html(text: str) -> bool:
    """Whether a whole file is an HTML page, judged by its first characters."""
    return bool(
        re.match(r"\s{0,99}(?:<\?xml[^<>]{0,200}>\s{0,99})?<(?:!doctype html|html)\b", text[:1000], re.I)
    )


def without_comments(text: str) -> str:
    """Comments and declarations blanked, line breaks kept so that lines still count."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        stop = len(text) if end < 0 else end + 3
        parts += [text[at:start], "\n" * text.count("\n", start, stop)]
        at = stop
    return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), "".join(parts) + text[at:])


@dataclass
class _OpenCell:
    line: int
    columns: int
    rows: int
    pieces: list[str] = field(default_factory=list)


class _Grid:
    """Places cells on the grid of one table; a span leaves blank cells after its first."""

    def __init__(self, place_at: Callable[[int], Place], first_line: int) -> None:
        self.place_at = place_at
        self.first_line = first_line
        self.lines: list[int] = []
        self.cells: dict[tuple[int, int], Cell] = {}
        self.column = 0

    def open_row(self, line: int) -> None:
        self.lines.append(line)
        self.column = 0

    def put(self, cell: _OpenCell, file: str) -> None:
        if not self.lines:
            self.open_row(cell.line)
        row, place = len(self.lines) - 1, self.place_at(cell.line)
        while (row, self.column) in self.cells:
            self.column += 1
        for down in range(cell.rows):
            for right in range(cell.columns):
                self.cells.setdefault((row + down, self.column + right), Cell("", place))
        self.cells[row, self.column] = Cell(strip_markup(" ".join(cell.pieces)), place)
        self.column += cell.columns
        if len(self.cells) > MAX_CELLS:
            raise refusal(
                "audit.file.too-many-cells", file, sheet=f"bảng ở dòng {self.first_line}", limit=MAX_CELLS
            )

    def finish(self, blocks: BlockList) -> None:
        rows: list[list[Cell]] = [[] for _ in self.lines]
        for (row, _column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            if row < len(rows):
                rows[row].append(cell)
        places = [self.place_at(line) for line in self.lines]
        blocks.add_table(square(rows, places), self.place_at(self.first_line))


class HtmlBlocks:
    """Turns HTML into blocks. Tables inside a table become text of the cell that holds them."""

    def __init__(self, file: str, blocks: BlockList, first_line: int = 1) -> None:
        self.file = file
        self.blocks = blocks
        self.first_line = first_line
        self.grid: _Grid | None = None
        self.cell: _OpenCell | None = None
        self.tables_open = 0
        self.depth = 0
        self.silent = ""
        self.pieces: list[str] = []
        self.block_tag = "p"
        self.block_line = first_line

    def read(self, html: str) -> None:
        """Feeds one whole fragment or page. Raises UnreadableReport when it is nested without end."""
        for line, text, closing, tag, attributes in _tokens(without_comments(html), self.first_line):
            if text and not self.silent:
                self._text(text, line)
            if tag:
                self._tag(tag, closing, attributes, line)
        self._close_table(force=True)
        self._flush()

    def place(self, line: int) -> Place:
        return Place(self.file, line=line)

    def _text(self, text: str, line: int) -> None:
        if self.grid is not None:
            if self.cell is not None:
                self.cell.pieces.append(text)
            return
        if not self.pieces and text.strip():
            self.block_line = line - text.strip("\r\n\t ").count("\n")
        self.pieces.append(text)

    def _tag(self, tag: str, closing: bool, attributes: str, line: int) -> None:
        if self.silent:
            self.silent = "" if closing and tag == self.silent else self.silent
            return
        if tag in _SILENT and not closing:
            self.silent = tag
        elif tag not in _VOID:
            self._nest(closing, line)
        if tag == "table":
            self._close_table() if closing else self._open_table(line)
        elif self.grid is not None:
            self._tag_in_table(tag, closing, attributes, line)
        elif tag in _BREAKING or tag == "br":
            self._flush()
            self.block_tag = "p" if closing or tag == "br" else tag
        else:
            self.pieces.append(f"<{'/' if closing else ''}{tag}>")

    def _nest(self, closing: bool, line: int) -> None:
        self.depth = max(0, self.depth + (-1 if closing else 1))
        if self.depth > MAX_DEPTH:
            raise refusal("audit.file.too-deep", self.file, line=line, limit=MAX_DEPTH)

    def _open_table(self, line: int) -> None:
        self.tables_open += 1
        if self.tables_open == 1:
            self._flush()
            self.grid = _Grid(self.place, line)

    def _close_table(self, *, force: bool = False) -> None:
        self.tables_open = 0 if force else max(0, self.tables_open - 1)
        if self.grid is not None and self.tables_open == 0:
            self._close_cell()
            self.grid.finish(self.blocks)
            self.grid = None

    def _tag_in_table(self, tag: str, closing: bool, attributes: str, line: int) -> None:
        if self.tables_open > 1 or tag not in _CELLS | {"tr"}:
            if self.cell is not None:
                spaced = tag in _BREAKING | _CELLS | {"tr", "br"}
                self.cell.pieces.append(" " if spaced else f"<{'/' if closing else ''}{tag}>")
            return
        self._close_cell()
        if tag == "tr" and not closing and self.grid is not None:
            self.grid.open_row(line)
        elif tag in _CELLS and not closing:
            spans = {
                kind.lower(): min(MAX_SPAN, max(1, int(size))) for kind, size in _SPAN.findall(attributes)
            }
            self.cell = _OpenCell(line, spans.get("col", 1), spans.get("row", 1))

    def _close_cell(self) -> None:
        if self.cell is not None and self.grid is not None:
            self.grid.put(self.cell, self.file)
        self.cell = None

    def _flush(self) -> None:
        raw = "".join(self.pieces)
        self.pieces = []
        text, place = strip_markup(raw), self.place(self.block_line)
        if self.block_tag[0] == "h" and self.block_tag[1:].isdigit():
            self.blocks.add(BlockKind.HEADING, place, text, level=int(self.block_tag[1:]))
        elif self.block_tag == "li":
            self.blocks.add(BlockKind.LIST_ITEM, place, text, level=1)
        else:
            self.blocks.add_line(place, text)


def _tokens(html: str, line: int) -> Iterator[tuple[int, str, bool, str, str]]:
    """(line at the end of the text, text before the tag, closing, tag, attributes); the last has no tag."""
    at = 0
    for found in _TOKEN.finditer(html):
        text = html[at : found.start()]
        line += text.count("\n")
        yield line, text, bool(found[1]), found[2].lower(), found[3]
        line += found[0].count("\n")
        at = found.end()
    yield line + html.count("\n", at), html[at:], False, "", ""
