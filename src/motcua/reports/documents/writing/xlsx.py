"""The annexed forms as a workbook, each cell with where it comes from; equal content gives equal bytes."""

from __future__ import annotations

import datetime as dt
import io
from fractions import Fraction
from typing import Any

import xlsxwriter

from motcua.reports.documents.content import Annex, Bound, Content, Row

_HEADS = (
    "STT",
    "Chỉ tiêu thống kê",
    "Đơn vị tính",
    "Số liệu",
    "Ghi chú",
    "Nguồn",
    "Tử số",
    "Mẫu số",
    "Chỉ tiêu tính",
)
_WIDTHS = (8, 62, 16, 16, 24, 22, 14, 14, 30)


def write_xlsx(content: Content) -> bytes:
    """One sheet a form."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": content.head.get("about", ""), "created": dt.datetime(1980, 1, 1)})
    writer = _Writer(book)
    for annex in content.annexes:
        writer.annex(annex)
    book.close()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12, "border": 1, "valign": "top"}
        self.book = book
        self.head = book.add_format({**font, "bold": True, "align": "center", "text_wrap": True})
        self.text = book.add_format({**font, "text_wrap": True})
        self.strong = book.add_format({**font, "text_wrap": True, "bold": True})
        self.title = book.add_format({"font_name": "Times New Roman", "font_size": 14, "bold": True})
        self.numbers: dict[int, Any] = {}
        self.font = font

    def annex(self, annex: Annex) -> None:
        sheet = self.book.add_worksheet(f"Biểu {annex.code}")
        sheet.write(0, 0, annex.title, self.title)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        for column, (name, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write(2, column, name, self.head)
        for place, row in enumerate(annex.rows, start=3):
            self._row(sheet, place, row)

    def _row(self, sheet: Any, place: int, row: Row) -> None:
        form = self.strong if row.bound is None else self.text
        for column, text in enumerate((row.code, row.label, row.unit)):
            sheet.write_string(place, column, text, form)
        bound = row.bound or Bound("", "")
        if bound.value:
            number = Fraction(bound.value)
            places = len(bound.shown.rstrip("%").partition(",")[2])
            sheet.write_number(place, 3, float(number), self._number(places))
        else:
            sheet.write_string(place, 3, bound.shown, self.text)
        texts = (row.note, row.origin, bound.numerator, bound.denominator, bound.figure)
        for column, text in enumerate(texts, start=4):
            sheet.write_string(place, column, text, self.text)

    def _number(self, places: int) -> Any:
        if places not in self.numbers:
            shown = "#,##0" + ("." + "0" * places if places else "")
            self.numbers[places] = self.book.add_format({**self.font, "num_format": f"[$-42A]{shown}"})
        return self.numbers[places]
