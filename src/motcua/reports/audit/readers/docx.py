"""Reader of Word documents: paragraphs, automatic numbers, tables with merged cells, footnotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from motcua.reports.audit.document import BlockKind, Cell, Document, Place
from motcua.reports.audit.readers.container import Package
from motcua.reports.audit.readers.docx_numbering import Numbering
from motcua.reports.audit.readers.inline import clean_text, superscript
from motcua.reports.audit.readers.ooxml import attribute, child, children, is_on, local, number
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.shaping import MAX_HEADING_LENGTH, BlockList, column_letters, square

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_DEPTH = 60
MAX_SPAN = 64

# What the page does not show: deletions, field codes, the fallback copy of drawings, properties.
_HIDDEN = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "Fallback",
    "pPr",
    "rPr",
    "sectPr",
    "tblPr",
    "trPr",
    "tcPr",
}
_TRANSPARENT = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "body"}
_SPACES = {"tab", "br", "cr", "ptab"}


@dataclass
class _Paragraph:
    """What is gathered while walking one paragraph."""

    pieces: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return clean_text("".join(self.pieces))


def read_docx(package: Package) -> Document:
    """Blocks of a Word document in reading order; `paragraph` counts paragraphs from 1. Raises UnreadableReport."""
    reader = _WordReader(package)
    reader.read(package.xml("word/document.xml"))
    return Document(
        package.name,
        tuple(reader.blocks.blocks),
        MEDIA_TYPE,
        package.source.sha256,
        warnings=tuple(reader.warnings),
    )


class _WordReader:
    def __init__(self, package: Package) -> None:
        self.file = package.name
        self.blocks = BlockList()
        self.paragraphs = 0
        self.tables = 0
        self.marks = 0
        self.warnings: list[str] = []
        self.notes = {kind: _notes(package, f"word/{kind}s.xml", kind) for kind in ("footnote", "endnote")}
        self.heading_styles = _heading_styles(_optional(package, "word/styles.xml"))
        self.numbering = Numbering(_optional(package, "word/numbering.xml"))
        self.style_numbers = _style_numbers(_optional(package, "word/styles.xml"))

    def read(self, root: Element) -> None:
        for element in _flow(root, self.file):
            if local(element) == "p":
                self._paragraph(element)
            else:
                self._table(element)
        names = {local(element) for element in root.iter()}
        if names & {"ins", "del", "moveFrom"}:
            self.warnings.append("Văn bản còn các sửa đổi chưa chấp nhận; đã đọc theo nội dung sau khi sửa.")
        if names & {"drawing", "pict", "object"}:
            self.warnings.append("Văn bản có hình ảnh hoặc đối tượng nhúng; số liệu trong đó không được đọc.")

    def _paragraph(self, element: Element) -> None:
        self.paragraphs += 1
        paragraph = _gather(element, self.file)
        place = Place(self.file, paragraph=self.paragraphs)
        style = attribute(child(child(element, "pPr"), "pStyle"), "val")
        label, listed = self._label(element, style)
        text = clean_text(f"{label} {paragraph.text}") if paragraph.text else ""
        level = self.heading_styles.get(style, 0)
        if level and len(text) <= MAX_HEADING_LENGTH:
            self.blocks.add(BlockKind.HEADING, place, text, level=level)
        elif listed and not label:
            self.blocks.add(BlockKind.LIST_ITEM, place, text, level=listed)
        else:
            self.blocks.add_line(place, text, bold=bool(text) and paragraph.bold > 0 and paragraph.plain == 0)
        self._add_notes(paragraph, place)
        for inner in _inner_tables(element, self.file):
            self._table(inner)

    def _label(self, element: Element, style: str) -> tuple[str, int]:
        """Printed automatic number of a paragraph, and its list level from 1 (0: not in a list)."""
        numbers = child(child(element, "pPr"), "numPr")
        number_id = attribute(child(numbers, "numId"), "val") or self.style_numbers.get(style, "")
        if number_id in {"", "0"}:
            return "", 0
        level = number(attribute(child(numbers, "ilvl"), "val"), 0)
        return self.numbering.next_label(number_id, level), level + 1

    def _add_notes(self, paragraph: _Paragraph, place: Place) -> None:
        for kind, note_id in paragraph.notes:
            self.marks += 1
            text = self.notes[kind].get(note_id, "")
            self.blocks.add(BlockKind.FOOTNOTE, place, text, mark=str(self.marks))

    def _table(self, table: Element) -> None:
        self.tables += 1
        name, first = f"Bảng {self.tables}", self.paragraphs + 1
        rows, places, nested, notes = [], [], [], _Paragraph()
        for index, row in enumerate(_rows(table, self.file), start=1):
            place = Place(self.file, paragraph=self.paragraphs + 1, cell=f"{name}!A{index}")
            cells = self._row(row, f"{name}!", index, notes)
            rows.append(cells)
            places.append(place)
            nested += [inner for cell in _cells(row, self.file) for inner in _inner_tables(cell, self.file)]
        self.blocks.add_table(square(rows, places), Place(self.file, paragraph=first, cell=f"{name}!A1"))
        self._add_notes(notes, Place(self.file, paragraph=first))
        for inner in nested:
            self._table(inner)

    def _row(self, row: Element, prefix: str, index: int, notes: _Paragraph) -> list[Cell]:
        """Cells of one row on the grid: a cell that spans columns leaves blank ones after it."""
        cells: list[Cell] = []
        skipped = number(attribute(child(child(row, "trPr"), "gridBefore"), "val"), 0)
        for _ in range(min(skipped, MAX_SPAN)):
            cells.append(self._cell("", prefix, len(cells), index))
        for element in _cells(row, self.file):
            properties = child(element, "tcPr")
            text = self._cell_text(element, notes)
            merged = child(properties, "vMerge")
            if merged is not None and attribute(merged, "val") != "restart":
                text = ""
            cells.append(self._cell(text, prefix, len(cells), index))
            span = number(attribute(child(properties, "gridSpan"), "val"), 1)
            for _ in range(1, min(span, MAX_SPAN)):
                cells.append(self._cell("", prefix, len(cells), index))
        return cells

    def _cell(self, text: str, prefix: str, column: int, row: int) -> Cell:
        place = Place(
            self.file, paragraph=self.paragraphs or 1, cell=f"{prefix}{column_letters(column)}{row}"
        )
        return Cell(text, place)

    def _cell_text(self, element: Element, notes: _Paragraph) -> str:
        texts = []
        for paragraph in _flow(element, self.file):
            if local(paragraph) != "p":
                continue
            self.paragraphs += 1
            gathered = _gather(paragraph, self.file)
            style = attribute(child(child(paragraph, "pPr"), "pStyle"), "val")
            label, _listed = self._label(paragraph, style)
            texts.append(f"{label} {gathered.text}")
            notes.notes += gathered.notes
        return clean_text(" ".join(texts))


def _flow(container: Element, file: str, depth: int = 0) -> Iterator[Element]:
    """Paragraphs and tables directly in a container, through content controls and accepted insertions."""
    _check_depth(depth, file)
    for element in container:
        name = local(element)
        if name in {"p", "tbl"}:
            yield element
        elif name in _TRANSPARENT:
            yield from _flow(element, file, depth + 1)


def _descend(container: Element, wanted: str, file: str, depth: int = 0) -> Iterator[Element]:
    _check_depth(depth, file)
    for element in container:
        if local(element) == wanted:
            yield element
        elif local(element) in _TRANSPARENT:
            yield from _descend(element, wanted, file, depth + 1)


def _rows(table: Element, file: str) -> Iterator[Element]:
    return _descend(table, "tr", file)


def _cells(row: Element, file: str) -> Iterator[Element]:
    return _descend(row, "tc", file)


def _inner_tables(element: Element, file: str) -> list[Element]:
    """Tables right inside a cell, or in a text box of a paragraph; those within them are found in their turn."""
    found: list[Element] = []
    waiting = [(inner, 0) for inner in reversed(list(element))]
    while waiting:
        item, depth = waiting.pop()
        _check_depth(depth, file)
        if local(item) == "tbl":
            found.append(item)
        elif local(item) not in _HIDDEN:
            waiting += [(inner, depth + 1) for inner in reversed(list(item))]
    return found


def _check_depth(depth: int, file: str) -> None:
    if depth > MAX_DEPTH:
        raise refusal("audit.file.too-deep", file, line=1, limit=MAX_DEPTH)


def _gather(paragraph: Element, file: str) -> _Paragraph:
    """Visible text of a paragraph. Text boxes anchored in it are read with it; tables in them are not."""
    gathered = _Paragraph()
    waiting: list[tuple[Element, int]] = [(item, 0) for item in reversed(list(paragraph))]
    while waiting:
        element, depth = waiting.pop()
        _check_depth(depth, file)
        name = local(element)
        if name == "r":
            _run(element, gathered)
            boxes = [item for item in element if local(item) not in _RUN_TEXT]
            waiting += [(item, depth + 1) for item in reversed(boxes)]
        elif name not in _HIDDEN and name not in {"tbl", "t"}:
            if name == "p":
                gathered.pieces.append(" ")
            waiting += [(item, depth + 1) for item in reversed(list(element))]
    return gathered


_RUN_TEXT = {"t", "noBreakHyphen", "footnoteReference", "endnoteReference"} | _SPACES


def _run(run: Element, gathered: _Paragraph) -> None:
    properties = child(run, "rPr")
    if is_on(child(properties, "vanish")):
        return
    text = "".join(_run_text(item, gathered) for item in run)
    if attribute(child(properties, "vertAlign"), "val") == "superscript":
        text = superscript(text, "".join(gathered.pieces[-2:]))
    gathered.pieces.append(text)
    if text.strip():
        bold = is_on(child(properties, "b"))
        gathered.bold += bold
        gathered.plain += not bold


def _run_text(item: Element, gathered: _Paragraph) -> str:
    name = local(item)
    if name == "t":
        return item.text or ""
    if name in _SPACES:
        return " "
    if name == "noBreakHyphen":
        return "-"
    if name in {"footnoteReference", "endnoteReference"}:
        gathered.notes.append((name.removesuffix("Reference"), attribute(item, "id")))
    return ""


def _optional(package: Package, name: str) -> Element | None:
    return package.xml(name) if name in package.names else None


def _notes(package: Package, name: str, kind: str) -> dict[str, str]:
    """Text of each note by its id; separators have a type and are left out."""
    notes = {}
    for note in children(_optional(package, name), kind):
        if attribute(note, "type") in {"", "normal"}:
            paragraphs = [_gather(paragraph, package.name).text for paragraph in children(note, "p")]
            notes[attribute(note, "id")] = clean_text(" ".join(paragraphs))
    return notes


def _heading_styles(styles: Element | None) -> dict[str, int]:
    """Heading level by style id, from the outline level or the style's own name."""
    levels = {}
    for style in children(styles, "style"):
        name = attribute(child(style, "name"), "val").lower()
        outline = attribute(child(child(style, "pPr"), "outlineLvl"), "val")
        if name.startswith("heading ") and name[8:].isdigit():
            levels[attribute(style, "styleId")] = int(name[8:])
        elif outline.isdigit() and int(outline) < 9:
            levels[attribute(style, "styleId")] = int(outline) + 1
        elif name == "title":
            levels[attribute(style, "styleId")] = 1
    return levels


def _style_numbers(styles: Element | None) -> dict[str, str]:
    """Numbering that a style gives to its paragraphs."""
    numbered = {}
    for style in children(styles, "style"):
        number_id = attribute(child(child(child(style, "pPr"), "numPr"), "numId"), "val")
        if number_id:
            numbered[attribute(style, "styleId")] = number_id
    return numbered
