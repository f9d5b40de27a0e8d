"""The list of units on a day, as a workbook or as CSV. Public."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.reference.organisations.api import UnitInfo, label_of, units_on
from motcua.reference.organisations.pages.days import day_in, span_of

HEADINGS = (
    _("Mã định danh"),
    _("Tên"),
    _("Tên gọn"),
    _("Loại"),
    _("Mã địa bàn"),
    _("Thuộc"),
    _("Từ ngày"),
    _("Đến trước ngày"),
)
WIDTHS = (22, 52, 36, 36, 12, 22, 12, 14)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(PUBLIC)
def units(request: ViewedRequest, form: str) -> HttpResponse:
    """All units of the province on the day asked for."""
    if request.province is None or form not in ("xlsx", "csv"):
        raise Http404
    day = day_in(request.GET, span_of(request.province))
    found = units_on(request.province, day)
    name = f"don-vi-{request.province.key}-{day:%Y-%m-%d}.{form}"
    content = _workbook(found) if form == "xlsx" else _csv(found)
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _rows(found: Sequence[UnitInfo]) -> Iterator[tuple[str, ...]]:
    codes = {unit.uid: unit.code for unit in found}
    for unit in found:
        yield (
            unit.code,
            unit.name,
            unit.short_name,
            label_of(unit.kind),
            unit.place_code,
            codes.get(unit.parent, "") if unit.parent else "",
            f"{unit.valid_from:%d/%m/%Y}",
            f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "",
        )


def _csv(found: Sequence[UnitInfo]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(str, HEADINGS))
    writer.writerows([_plain(cell) for cell in row] for row in _rows(found))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is made plain text."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


def _workbook(found: Sequence[UnitInfo]) -> bytes:
    target = io.BytesIO()
    with Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(str(_("Đơn vị")))
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_row(0, 0, map(str, HEADINGS), bold)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for number, row in enumerate(_rows(found), start=1):
            sheet.write_row(number, 0, row)
        sheet.autofilter(0, 0, max(len(found), 1), len(HEADINGS) - 1)
    return target.getvalue()
