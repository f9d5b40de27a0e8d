"""The seven forms as an Excel workbook, out and back. Pure: bytes and cells, no database.

A hidden sheet carries the fingerprint: whose forms, which period and version, which revision stood in each
cell when the file was made, and a hash over it all. A file comes back as what it says beside what it was.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _

from motcua.engine.figures.api import STATE_WORDS
from motcua.reports.forms.cells import BLANK, Cell, from_number, read_cell
from motcua.reports.forms.definitions import Form, FormRow, FormSet
from motcua.reports.forms.errors import FormsError

FINGERPRINT_SHEET = "Dấu vân tay"
LAYOUT = 1
FIRST_ROW = 5
MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 6 * 1024 * 1024  # twenty times a workbook of ours
MAX_PARTS = 300
MAX_SHEET_ROWS = 2_000
KEY_COLUMN, VALUE_COLUMN, NOTE_COLUMN = 5, 3, 4
# Locale of a number format: programs that honour it print 1.234,5 wherever they run.
VIETNAMESE = "[$-42A]"
WIDTHS = (7, 52, 15, 15, 22)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Whose forms a file holds. `revisions` gives per row key the revision it was made from, 0 for none."""

    sheet: str
    province: str
    unit: str
    version: str
    period_from: date
    period_to: date
    revisions: Mapping[str, int]

    def content(self) -> list[tuple[str, str]]:
        pairs = [
            ("layout", str(LAYOUT)),
            ("sheet", self.sheet),
            ("province", self.province),
            ("unit", self.unit),
            ("version", self.version),
            ("period_from", self.period_from.isoformat()),
            ("period_to", self.period_to.isoformat()),
        ]
        return pairs + [(f"row {key}", str(number)) for key, number in sorted(self.revisions.items())]

    def digest(self) -> str:
        """SHA-256 over the content, in hexadecimal."""
        text = json.dumps(self.content(), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Header:
    """What is printed above and below the tables."""

    province_title: str
    unit_title: str
    period: str
    as_of: str
    exported: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a workbook says: its fingerprint and a cell for every row of the forms."""

    fingerprint: Fingerprint
    cells: Mapping[str, Cell] = field(default_factory=dict)


def write_workbook(
    forms: FormSet, cells: Mapping[str, Cell], fingerprint: Fingerprint, header: Header
) -> bytes:
    """The forms laid out as the Ministry lays them out, one sheet a form, and the fingerprint."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": f"Biểu mẫu CCHC {header.period}", "company": header.unit_title})
    styles = _Styles(book)
    for form in forms.forms.values():
        _write_form(book, styles, form, cells, header)
    _write_fingerprint(book, styles, fingerprint)
    book.close()
    return buffer.getvalue()


class _Styles:
    """The cell formats of the workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
        wanted = tuple(sorted({**base, **properties}.items()))
        if wanted not in self._made:
            self._made[wanted] = self._book.add_format(dict(wanted))
        return self._made[wanted]


def _write_form(book: Any, styles: _Styles, form: Form, cells: Mapping[str, Cell], header: Header) -> None:
    sheet = book.add_worksheet(f"Biểu {form.code}")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(KEY_COLUMN, KEY_COLUMN, 10, None, {"hidden": True})
    _write_heading(sheet, styles, form, header)
    for offset, row in enumerate(form.rows):
        _write_row(sheet, styles, FIRST_ROW + offset, row, cells.get(row.key, BLANK))
    _set_up_page(sheet, header, FIRST_ROW + len(form.rows))


def _write_heading(sheet: Any, styles: _Styles, form: Form, header: Header) -> None:
    name, _, title = form.title.partition(". ")
    sheet.merge_range(0, 0, 0, NOTE_COLUMN, name, styles(bold=True, align="center", font_size=14))
    sheet.merge_range(1, 0, 1, NOTE_COLUMN, title, styles(bold=True, align="center", font_size=14))
    about = f"{header.unit_title} · {header.period} · {header.as_of}"
    sheet.merge_range(2, 0, 2, NOTE_COLUMN, about, styles(italic=True, align="center"))
    head = styles(bold=True, align="center", border=1, text_wrap=True, bg_color="#E8EDF3")
    sheet.merge_range(3, 0, 4, 0, "STT", head)
    sheet.merge_range(3, 1, 4, 1, "Chỉ tiêu thống kê", head)
    sheet.merge_range(3, 2, 3, VALUE_COLUMN, "Kết quả thống kê", head)
    sheet.write_string(4, 2, "Đơn vị tính", head)
    sheet.write_string(4, VALUE_COLUMN, "Số liệu", head)
    sheet.merge_range(3, NOTE_COLUMN, 4, NOTE_COLUMN, "Ghi chú", head)
    sheet.write_string(4, KEY_COLUMN, "key", head)


def _write_row(sheet: Any, styles: _Styles, line: int, row: FormRow, cell: Cell) -> None:
    bold = {"bold": row.is_heading or row.depth == 0, "border": 1, "text_wrap": True}
    sheet.write_string(line, 0, row.code, styles(**bold, align="center"))
    sheet.write_string(line, 1, row.label, styles(**bold, indent=row.depth))
    sheet.write_string(line, 2, row.unit, styles(border=1, text_wrap=True, align="center"))
    sheet.write_string(line, KEY_COLUMN, row.key, styles())
    sheet.set_row(line, 16.5 * _lines(row, cell.note))
    if row.is_heading:
        sheet.write_blank(line, VALUE_COLUMN, None, styles(border=1))
        sheet.write_blank(line, NOTE_COLUMN, None, styles(border=1))
        return
    _write_value(sheet, styles, line, cell)
    sheet.write_string(line, NOTE_COLUMN, cell.note, styles(border=1, text_wrap=True, locked=False))


def _write_value(sheet: Any, styles: _Styles, line: int, cell: Cell) -> None:
    decimals = "." + "0" * cell.places if cell.places else ""
    style = styles(border=1, align="right", indent=1, num_format=f"{VIETNAMESE}#,##0{decimals}", locked=False)
    if cell.value is not None:
        sheet.write_number(line, VALUE_COLUMN, cell.value, style)
    elif cell.state is BLANK.state:
        sheet.write_blank(line, VALUE_COLUMN, None, style)
    else:
        sheet.write_string(line, VALUE_COLUMN, STATE_WORDS[cell.state], style)


def _lines(row: FormRow, note: str) -> int:
    """Printed lines of a row: programs do not grow generated rows by themselves."""
    label = len(row.label) + 4 * row.depth
    return max(-(-label // 46), -(-len(row.unit) // 13), -(-len(note) // 19), 1)


def _set_up_page(sheet: Any, header: Header, end: int) -> None:
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.set_margins(left=0.79, right=0.59, top=0.79, bottom=0.79)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3, 4)
    sheet.print_area(0, 0, end - 1, NOTE_COLUMN)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.set_footer(f"&L{_plain(header.exported)}&RTrang &P/&N")
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _plain(text: str) -> str:
    """Text for a page footer, where & begins a code."""
    return text.replace("&", "&&")


def _write_fingerprint(book: Any, styles: _Styles, fingerprint: Fingerprint) -> None:
    sheet = book.add_worksheet(FINGERPRINT_SHEET)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    pairs = [*fingerprint.content(), ("hash", fingerprint.digest())]
    for line, (name, text) in enumerate(pairs):
        sheet.write_string(line, 0, name, styles())
        sheet.write_string(line, 1, text, styles())
    sheet.protect("")
    sheet.hide()


def read_workbook(content: bytes, forms: FormSet) -> ReadBack:
    """What a workbook made by `write_workbook` says now.

    Raises FormsError: forms.workbook.size, .damaged, .fingerprint, .version, .formula, .rows, or
    forms.workbook.cells naming every cell that cannot be read.
    """
    _refuse_large(content)
    try:
        return _read(content, forms)
    except FormsError:
        raise
    except Exception:
        # On a broken or forged part the reader stumbles in its own ways: IndexError, zlib.error, AttributeError.
        raise FormsError(
            "forms.workbook.damaged",
            _("Không đọc được tệp: không phải tệp .xlsx hoặc tệp bị hỏng. Hãy xuất lại."),
        ) from None


def _read(content: bytes, forms: FormSet) -> ReadBack:
    """Row by row: what stands beyond the forms' rows is never built in memory."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    fingerprint = _read_fingerprint(book)
    if fingerprint.version != forms.version:
        raise FormsError(
            "forms.workbook.version",
            _("Tệp dùng bộ biểu mẫu phiên bản {version}, kỳ này dùng {expected}. Hãy xuất lại tệp.").format(
                version=fingerprint.version, expected=forms.version
            ),
        )
    found, problems = _read_cells(book, forms)
    _require_rows(forms, found, problems)
    return ReadBack(fingerprint, found)


def _refuse_large(content: bytes) -> None:
    """Judged by what the archive says of itself, which its reader holds it to."""
    if len(content) > MAX_BYTES:
        raise FormsError(
            "forms.workbook.size",
            _("Tệp lớn hơn {limit} MB nên không được nhận.").format(limit=MAX_BYTES // 1024 // 1024),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        parts = []  # told as damaged by who reads it next
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FormsError("forms.workbook.size", _("Tệp giải nén ra quá lớn nên không được nhận."))


def _read_fingerprint(book: Any) -> Fingerprint:
    if FINGERPRINT_SHEET not in book.sheetnames:
        raise _no_fingerprint(_("không có trang dấu vân tay"))
    rows = book[FINGERPRINT_SHEET].iter_rows(max_row=MAX_SHEET_ROWS, max_col=2, values_only=True)
    pairs = {str(name): str(text) for name, text in rows if name is not None}
    try:
        fingerprint = Fingerprint(
            pairs["sheet"],
            pairs["province"],
            pairs["unit"],
            pairs["version"],
            date.fromisoformat(pairs["period_from"]),
            date.fromisoformat(pairs["period_to"]),
            {name[4:]: _revision(text) for name, text in pairs.items() if name.startswith("row ")},
        )
    except (KeyError, ValueError):
        raise _no_fingerprint(_("trang dấu vân tay không đầy đủ")) from None
    if fingerprint.digest() != pairs.get("hash"):
        raise _no_fingerprint(_("dấu vân tay đã bị sửa"))
    return fingerprint


def _revision(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


def _no_fingerprint(why: str) -> FormsError:
    return FormsError(
        "forms.workbook.fingerprint",
        _(
            "Tệp không dùng được: {why}. Chỉ nhận tệp xuất từ trang này; hãy xuất lại rồi nhập số liệu vào đó."
        ).format(why=why),
    )


def _read_cells(book: Any, forms: FormSet) -> tuple[dict[str, Cell], list[FormsError]]:
    found: dict[str, Cell] = {}
    problems: list[FormsError] = []
    rows = {row.key: row for row in forms.rows() if not row.is_heading}
    for key, value, note in _keyed_cells(book):
        if key in found:
            problems.append(
                FormsError("forms.workbook.rows", _("Dòng {key} có hai lần trong tệp.").format(key=key))
            )
        elif key in rows:
            try:
                found[key] = _cell(rows[key], value, note)
            except FormsError as problem:
                found[key] = BLANK
                problems.append(problem)
    return found, problems


def _keyed_cells(book: Any) -> Iterator[tuple[str, Any, Any]]:
    for sheet in book.worksheets:
        if sheet.title == FINGERPRINT_SHEET:
            continue
        for cells in sheet.iter_rows(max_row=MAX_SHEET_ROWS, max_col=KEY_COLUMN + 1):
            key = cells[KEY_COLUMN].value
            if isinstance(key, str) and "!" in key:
                yield key, cells[VALUE_COLUMN], cells[NOTE_COLUMN]


def _cell(row: FormRow, value: Any, note: Any) -> Cell:
    for each in (value, note):
        if each.data_type == "f":
            raise FormsError(
                "forms.workbook.formula",
                _("Biểu {form}, dòng {code}: ô {coordinate} chứa công thức. Hãy dán thành giá trị.").format(
                    form=row.form, code=row.code, coordinate=each.coordinate
                ),
            )
    words = "" if note.value is None else str(note.value)
    if isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return from_number(row, value.value, words)
    return read_cell(row, "" if value.value is None else str(value.value), words)


def _require_rows(forms: FormSet, found: Mapping[str, Cell], problems: list[FormsError]) -> None:
    missing = [row.key for row in forms.rows() if not row.is_heading and row.key not in found]
    if missing:
        raise FormsError(
            "forms.workbook.rows",
            _("Tệp thiếu {count} dòng ({rows}…). Đừng xóa dòng; hãy xuất lại tệp.").format(
                count=len(missing), rows=", ".join(missing[:5])
            ),
        )
    if len(problems) == 1:
        raise problems[0]
    if problems:
        listed = " ".join(problem.message for problem in problems[:10])
        raise FormsError(
            "forms.workbook.cells",
            _("Tệp có {count} ô không đọc được. {listed}").format(count=len(problems), listed=listed),
        )
