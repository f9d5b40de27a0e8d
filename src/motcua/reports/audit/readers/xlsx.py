"""Reader of Excel workbooks: each sheet its titles, tables and notes; figures as displayed, formulas by their cache."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.reports.audit.document import BlockKind, Cell, Document, Place
from motcua.reports.audit.readers.container import Package
from motcua.reports.audit.readers.inline import clean_text
from motcua.reports.audit.readers.number_format import display
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.shaping import BlockList, column_letters, square

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELLS = 200_000
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_SHEETS = 200

_TITLE = re.compile(r"^(?:biểu|mẫu|phụ lục|bảng)\b", re.IGNORECASE)
_XML_PART = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    texts: tuple[str, ...]

    @property
    def filled(self) -> list[int]:
        return [column for column, text in enumerate(self.texts) if text]


def read_xlsx(package: Package) -> Document:
    """Blocks of a workbook; a place is a cell such as `Biểu 3!C12`. Hidden sheets are not read.

    Raises UnreadableReport.
    """
    for name in sorted(package.names):
        if _XML_PART.search(name):
            package.refuse_doctype(name, package.part(name))
    reader = _WorkbookReader(package)
    reader.read()
    return Document(
        package.name,
        tuple(reader.blocks.blocks),
        MEDIA_TYPE,
        package.source.sha256,
        warnings=tuple(reader.warnings),
    )


class _WorkbookReader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.file = package.name
        self.blocks = BlockList()
        self.warnings: list[str] = []

    def read(self) -> None:
        workbook = self._open(values=True)
        if len(workbook.worksheets) > MAX_SHEETS:
            raise refusal("audit.file.damaged", self.file, detail=f"có quá {MAX_SHEETS} trang tính")
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                self._sheet(sheet)
            else:
                self.warnings.append(f"Trang tính ẩn “{sheet.title}” không được đọc.")
        self._warn_of_uncalculated(workbook)

    def _open(self, *, values: bool):  # type: ignore[no-untyped-def]  # openpyxl has no types
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return load_workbook(
                    io.BytesIO(self.package.source.data), read_only=True, data_only=values, keep_links=False
                )
        except (
            InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError,
            AttributeError, IndexError, OSError,
        ) as error:  # fmt: skip
            raise refusal("audit.file.damaged", self.file, detail="sổ tính không đúng cấu trúc") from error

    def _sheet(self, sheet) -> None:  # type: ignore[no-untyped-def]
        rows = list(self._rows(sheet))
        if not rows:
            return
        self.blocks.add(BlockKind.HEADING, Place(self.file, cell=f"{sheet.title}!A1"), sheet.title, level=1)
        for part in _parts(rows):
            if len(part) == 1 and len(part[0].filled) == 1:
                self._line(sheet.title, part[0])
            else:
                self._table(sheet.title, part)

    def _rows(self, sheet) -> Iterator[_Row]:  # type: ignore[no-untyped-def]
        """Rows with something in them. Raises UnreadableReport beyond the limits."""
        seen = 0
        try:
            for number, cells in _filled_rows(sheet):
                if number > MAX_ROWS:
                    self.warnings.append(f"Trang tính “{sheet.title}” không được đọc từ dòng {number}.")
                    return
                texts = [_text(cell) for cell in cells]
                while texts and not texts[-1]:
                    texts.pop()
                seen += len(texts)
                if seen > MAX_CELLS:
                    raise refusal("audit.file.too-many-cells", self.file, sheet=sheet.title, limit=MAX_CELLS)
                if texts:
                    yield _Row(number, tuple(texts))
        except (
            SyntaxError,
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            zipfile.BadZipFile,
            OSError,
        ) as error:
            raise refusal(
                "audit.file.damaged", self.file, detail=f"trang tính “{sheet.title}” không đọc được"
            ) from error

    def _line(self, title: str, row: _Row) -> None:
        column = row.filled[0]
        place = Place(self.file, cell=f"{title}!{column_letters(column)}{row.number}")
        text = row.texts[column]
        if _TITLE.match(text) and len(text) < 200:
            self.blocks.add(BlockKind.HEADING, place, text, level=2)
        else:
            self.blocks.add_line(place, text)

    def _table(self, title: str, rows: list[_Row]) -> None:
        places = [Place(self.file, cell=f"{title}!A{row.number}") for row in rows]
        cells = [
            [
                Cell(text, Place(self.file, cell=f"{title}!{column_letters(column)}{row.number}"))
                for column, text in enumerate(row.texts)
            ]
            for row in rows
        ]
        self.blocks.add_table(square(cells, places), places[0])

    def _warn_of_uncalculated(self, workbook) -> None:  # type: ignore[no-untyped-def]
        """A workbook written by a program may hold formulas that no spreadsheet has worked out yet."""
        if not any(
            b"<f>" in self.package.part(name) or b"<f " in self.package.part(name)
            for name in self.package.names
            if name.startswith("xl/worksheets/sheet")
        ):
            return
        formulas = self._open(values=False)
        for values_sheet, formula_sheet in zip(workbook.worksheets, formulas.worksheets, strict=False):
            blank = _uncalculated(values_sheet, formula_sheet)
            if blank:
                self.warnings.append(
                    f"Trang tính “{values_sheet.title}” có {len(blank)} ô công thức chưa có kết quả "
                    f"(ô đầu tiên: {blank[0]}); hãy mở bằng Excel và lưu lại."
                )


def _filled_rows(sheet) -> Iterator[tuple[int, tuple]]:  # type: ignore[no-untyped-def, type-arg]
    """Rows that hold cells, with their numbers. All rows of a gap are one object, which makes gaps cheap."""
    from openpyxl.cell.read_only import EMPTY_CELL

    sheet.reset_dimensions()
    gap = None
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if cells is gap:
            continue
        if all(cell is EMPTY_CELL for cell in cells):
            gap = cells
        else:
            yield number, cells


def _text(cell) -> str:  # type: ignore[no-untyped-def]
    return "" if cell.value is None else clean_text(display(cell.value, cell.number_format))


def _uncalculated(values_sheet, formula_sheet) -> list[str]:  # type: ignore[no-untyped-def]
    calculated = {
        cell.coordinate
        for _number, cells in _filled_rows(values_sheet)
        for cell in cells
        if cell.value is not None
    }
    return [
        f"{values_sheet.title}!{cell.coordinate}"
        for _number, cells in _filled_rows(formula_sheet)
        for cell in cells
        if cell.value is not None and cell.data_type == "f" and cell.coordinate not in calculated
    ]


def _parts(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Cuts a sheet into lines of text and tables.

    A row with one filled cell is a line before the first wide row and after the last one, and wherever
    it reads like the title of a form; inside a table it is a group row.
    """
    table: list[_Row] = []
    for row in rows:
        narrow = len(row.filled) == 1
        title = narrow and bool(_TITLE.match(row.texts[row.filled[0]]))
        if narrow and (not table or title):
            yield from _table_and_lines(table)
            table = []
            yield [row]
        else:
            table.append(row)
    yield from _table_and_lines(table)


def _table_and_lines(table: list[_Row]) -> Iterator[list[_Row]]:
    end = len(table)
    while end and len(table[end - 1].filled) == 1 and not table[end - 1].texts[0][:1].isdigit():
        end -= 1
    if end:
        yield table[:end]
    for row in table[end:]:
        yield [row]
