"""Tables of a report as form rows: columns by their header, titles inside tables, repeated headers skipped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from motcua.kernel.text import without_diacritics
from motcua.reports.audit.binding.labels import label_key, split_number
from motcua.reports.audit.binding.model import CellState, FormCell, PrintedRow
from motcua.reports.audit.binding.values import read_cell
from motcua.reports.audit.document import Block, BlockKind, Cell, Report, TableRow

_TITLE = re.compile(
    r"\bbieu\s+(?:mau\s+)?(?:so\s+)?(?P<form>\d{1,2}|[ivx]{1,5})\b|\bbieu\s+so\s*:?\s*(?P<other>\d{1,2})\b"
)
_NUMBER_CELL = re.compile(r"^(?:\d{1,2}(?:[.,]\d{1,2})*|[IVX]{1,5}|[a-zđ])[.)]?$")
_HEADER_WORDS = (
    ("number", ("stt", "so tt", "tt", "muc")),
    ("note", ("ghi chu", "giai trinh", "dien giai")),
    ("unit", ("don vi tinh", "dvt", "don vi")),
    ("value", ("so lieu", "gia tri", "ket qua", "thuc hien", "so luong")),
    ("label", ("chi tieu", "noi dung", "tieu chi", "ten chi tieu")),
)
_WHOLE_ONLY = {"don vi", "so luong", "tt", "muc", "noi dung", "thuc hien"}
_CONTEXT_BLOCKS = 4
_TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; None where there is no such column."""

    number: int | None
    label: int
    unit: int | None
    value: int | None
    note: int | None
    width: int


@dataclass(slots=True)
class FormTable:
    """Rows under one title (or none), with the title's text and the block they came from."""

    title: str
    rows: list[PrintedRow] = field(default_factory=list)
    sources: list[tuple[str, int]] = field(default_factory=list)
    has_header: bool = False
    carried: list[PrintedRow] = field(default_factory=list)


def form_tables(report: Report) -> list[FormTable]:
    """Every table that could be part of a form, in order of the report."""
    found: list[FormTable] = []
    for document in report.documents:
        context: list[str] = []
        columns: Columns | None = None
        for block in document.blocks:
            if block.kind is not BlockKind.TABLE:
                context.append(block.text)
                continue
            tables, columns = _read_block(block, _title_of(context), columns)
            found.extend(tables)
            context = []
    return found


def title_number(text: str) -> str:
    """The form number a title names ("Biểu mẫu 3" -> "3"), else ""."""
    match = _TITLE.search(without_diacritics(text).casefold())
    if not match:
        return ""
    number = match["form"] or match["other"]
    roman = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
    return roman.get(number, number.lstrip("0"))


def _title_of(context: Sequence[str]) -> str:
    near = [text for text in context[-_CONTEXT_BLOCKS:] if text and len(text) <= _TITLE_LENGTH]
    starts = [index for index, text in enumerate(near) if title_number(text)]
    return " ".join(near[starts[-1] :]) if starts else " ".join(near[-2:])


def _read_block(block: Block, title: str, before: Columns | None) -> tuple[list[FormTable], Columns | None]:
    columns, header_rows = _columns_of(block, before)
    if columns is None:
        return [], before
    source = (block.place.file, block.number)
    table = FormTable(title, sources=[source], has_header=header_rows > 0)
    tables = [table]
    for row in block.rows:
        inner = _inner_title(row)
        if inner:
            table = FormTable(inner, sources=[source], has_header=True)
            tables.append(table)
            continue
        if _is_header(row) or not any(cell.text for cell in row.cells):
            table.has_header = table.has_header or _is_header(row)
            continue
        if table.title and not table.rows and _single_text(row) and title_number(table.title):
            table.title = f"{table.title} {_single_text(row)}"
            continue
        _add(table, _printed(row, columns))
    return [table for table in tables if table.rows or table.carried], columns


def _add(table: FormTable, row: PrintedRow) -> None:
    """A row of its own, or the tail of the row before that a page break cut off."""
    if row.label or row.number or row.unit or row.value.state is not CellState.BLANK:
        table.rows.append(row)
        return
    if row.note and table.rows:
        last = table.rows[-1]
        table.rows[-1] = replace(last, note=f"{last.note} {row.note}".strip())
    elif row.note:
        table.carried.append(row)


def _inner_title(row: TableRow) -> str:
    text = _single_text(row)
    return text if text and len(text) <= _TITLE_LENGTH and title_number(text) else ""


def _single_text(row: TableRow) -> str:
    """The one text of a row whose other cells are empty (or repeat it, as merged cells do)."""
    texts = {cell.text for cell in row.cells if cell.text}
    return texts.pop() if len(texts) == 1 else ""


def _role(text: str) -> str | None:
    key = label_key(text)
    for role, words in _HEADER_WORDS:
        if key in words or any(_begins(key, word) for word in words):
            return role
    return None


def _begins(key: str, word: str) -> bool:
    return word not in _WHOLE_ONLY and key.startswith(word + " ")


def _is_header(row: TableRow) -> bool:
    texts = [cell.text for cell in row.cells if cell.text]
    if texts and all(re.fullmatch(r"\(?[1-9A-E]\)?", text) for text in texts) and len(texts) >= 4:
        return [text.strip("()") for text in texts] in (list("12345"), list("1234"), list("ABCDE"))
    if any(_NUMBER_CELL.match(text) for text in texts[:1]):
        return False
    roles = [_role(text) for text in dict.fromkeys(texts)]
    return len({role for role in roles if role}) >= 2


def _columns_of(block: Block, before: Columns | None) -> tuple[Columns | None, int]:
    """Columns by header rows; without one, the columns of the table before; else by what cells hold."""
    width = max((len(row.cells) for row in block.rows), default=0)
    headers = [row for row in block.rows[:8] if _is_header(row)][:2]
    if headers:
        columns = _from_headers(headers, width)
        if columns:
            return columns, len(headers)
    if before and before.width == width:
        return before, 0
    return _from_content(block.rows, width), 0


def _from_headers(headers: Sequence[TableRow], width: int) -> Columns | None:
    roles: dict[str, int] = {}
    for row in reversed(headers):
        for index, cell in enumerate(row.cells):
            role = _role(cell.text) if cell.text else None
            if role and role not in roles and index not in roles.values():
                roles[role] = index
    label = roles.get("label")
    if label is None:
        return None
    return Columns(
        roles.get("number"), label, roles.get("unit"), roles.get("value"), roles.get("note"), width
    )


def _from_content(rows: Sequence[TableRow], width: int) -> Columns | None:
    """A guess without header: the longest text is the label, a column of numbers right of it the value."""
    if width < 2 or not rows:
        return None
    lengths: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for row in rows:
        for index, cell in enumerate(row.cells):
            lengths[index] += len(cell.text)
            numbers[index] += int(read_cell(cell).is_number)
    label = max(range(width), key=lambda index: lengths[index])
    value = max((index for index in range(label + 1, width)), key=lambda index: numbers[index], default=None)
    if value is None or not numbers[value]:
        return None
    number = 0 if label > 0 and _mostly_numbers(rows, 0) else None
    unit = label + 1 if value - label == 2 else None
    note = value + 1 if value + 1 < width else None
    return Columns(number, label, unit, value, note, width)


def _mostly_numbers(rows: Sequence[TableRow], column: int) -> bool:
    texts = [row.cells[column].text for row in rows if column < len(row.cells) and row.cells[column].text]
    return bool(texts) and sum(bool(_NUMBER_CELL.match(text)) for text in texts) >= len(texts) / 2


def _printed(row: TableRow, columns: Columns) -> PrintedRow:
    label, number = _text(row, columns.label), _text(row, columns.number)
    if not number:
        number, label = split_number(label)
    unit = _text(row, columns.unit)
    return PrintedRow(
        number, label, unit, _value(row, columns, unit), _text(row, columns.note), row.place, row.cells
    )


def _text(row: TableRow, column: int | None) -> str:
    if column is None or column >= len(row.cells):
        return ""
    return row.cells[column].text


def _value(row: TableRow, columns: Columns, unit: str) -> FormCell:
    cell = Cell("", row.place)
    if columns.value is not None and columns.value < len(row.cells):
        cell = row.cells[columns.value]
    return read_cell(cell, unit)


def rows_of(tables: Sequence[FormTable]) -> Iterator[PrintedRow]:
    for table in tables:
        yield from table.rows
