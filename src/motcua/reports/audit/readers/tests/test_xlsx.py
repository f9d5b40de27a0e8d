from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as PlainWorkbook
from xlsxwriter import Workbook

from motcua.reports.audit.document import BlockKind, Report
from motcua.reports.audit.readers import read_report
from motcua.reports.audit.readers.number_format import display


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.9861, "0.00%", "98,61%"),
        (0.99614, "0.0%", "99,6%"),
        (1, "0%", "100%"),
        (1155106, "#,##0", "1.155.106"),
        (20991.71, "#,##0.00", "20.991,71"),
        (20991710000, '#,##0.0,,"triệu"', "20.991,7triệu"),
        (1343, "General", "1343"),
        (98.6005, "General", "98,6005"),
        (0.1 + 0.2, "General", "0,3"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1,01"),
        (-12.5, "#,##0.0;(#,##0.0)", "(12,5)"),
        (0, '0;-0;"không"', "không"),
        (5, "00", "05"),
        (12, '0" hồ sơ"', "12 hồ sơ"),
        (1234.5, "[$-42A]#,##0.00_);[Red](#,##0.00)", "1.234,50"),
        (1500000, '#,##0\\ "₫"', "1.500.000 ₫"),
        (3, "@", "3"),
        (1.5, "0.##", "1,5"),
        (2, "0.##", "2"),
        (True, "General", "TRUE"),
        (None, "0", ""),
        ("=1+1", "General", "=1+1"),
        (datetime.datetime(2025, 7, 1), "dd/mm/yyyy", "01/07/2025"),
        (datetime.datetime(2025, 7, 1, 8, 30), "dd/mm/yyyy hh:mm", "01/07/2025 08:30"),
        (1e-7, "0.00", "0,00"),
        (1.2e15, "#,##0", "1.200.000.000.000.000"),
    ],
)
def test_values_are_shown_as_in_the_sheet(value: object, number_format: str, shown: str) -> None:
    assert display(value, number_format) == shown


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**14), 10**14))
def test_grouped_whole_numbers_lose_nothing(value: int) -> None:
    assert int(display(value, "#,##0").replace(".", "")) == value


def make(path: Path) -> Path:
    with Workbook(str(path)) as book:
        percent, grouped = book.add_format({"num_format": "0.00%"}), book.add_format({"num_format": "#,##0"})
        sheet = book.add_worksheet("Biểu 3")
        sheet.merge_range("A1:E1", "Biểu mẫu 3. Cải cách thủ tục hành chính")
        sheet.write_row("A3", ["STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"])
        sheet.write_row("A4", ["1.", "Thống kê"])
        sheet.write_row("A5", ["2.", "Tổng số hồ sơ", "Hồ sơ"])
        sheet.write_number("D5", 153771, grouped)
        sheet.write_row("A6", ["3.", "Tỷ lệ đúng hạn", "%"])
        sheet.write_formula("D6", "=D5/D7", percent, 0.9861)
        sheet.write("A8", "Ghi chú: số liệu đến ngày 30/11/2025.")
        hidden = book.add_worksheet("Nháp")
        hidden.write("A1", 99)
        hidden.hide()
    return path


def test_a_sheet_gives_titles_table_and_notes(tmp_path: Path) -> None:
    document = read_report([make(tmp_path / "a.xlsx")]).documents[0]
    assert [(block.kind, block.text) for block in document.blocks if not block.rows] == [
        (BlockKind.HEADING, "Biểu 3"),
        (BlockKind.HEADING, "Biểu mẫu 3. Cải cách thủ tục hành chính"),
        (BlockKind.PARAGRAPH, "Ghi chú: số liệu đến ngày 30/11/2025."),
    ]
    table = next(block for block in document.blocks if block.rows)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"],
        ["1.", "Thống kê", "", "", ""],
        ["2.", "Tổng số hồ sơ", "Hồ sơ", "153.771", ""],
        ["3.", "Tỷ lệ đúng hạn", "%", "98,61%", ""],
    ]
    assert table.rows[3].cells[3].place.cell == "Biểu 3!D6"
    assert document.warnings == ("Trang tính ẩn “Nháp” không được đọc.",)


def test_forms_under_each_other_in_one_sheet_become_tables(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("Tất cả")
        for start, name in ((0, "Biểu mẫu 1"), (4, "Biểu mẫu 2")):
            sheet.write(start, 0, name)
            sheet.write_row(start + 1, 0, ["STT", "Chỉ tiêu", "Số liệu"])
            sheet.write_row(start + 2, 0, ["1", "Số văn bản", "60"])
    report = read_report([tmp_path / "a.xlsx"])
    kinds = [(block.text, len(block.rows)) for _d, block in report.blocks()]
    assert kinds == [("Tất cả", 0), ("Biểu mẫu 1", 0), ("", 2), ("Biểu mẫu 2", 0), ("", 2)]


def test_a_formula_without_cached_value_is_said(tmp_path: Path) -> None:
    book = PlainWorkbook()
    book.active.title = "Biểu 1"
    book.active.append(["1", "Tỷ lệ", "%", "=1/2"])
    book.save(tmp_path / "a.xlsx")
    warnings = read_report([tmp_path / "a.xlsx"]).documents[0].warnings
    assert len(warnings) == 1
    assert "Biểu 1!D1" in warnings[0]


def test_the_tables_of_the_real_report_survive_a_workbook(
    real_report: Report, convert: dict, tmp_path: Path
) -> None:
    report = read_report([convert["xlsx"](real_report, tmp_path / "a.xlsx")])
    wanted = [
        cell.text
        for _d, block in real_report.blocks()
        for row in block.rows
        for cell in row.cells
        if cell.text
    ]
    found = [
        text
        for _d, block in report.blocks()
        for text in (
            [block.text]
            if block.kind is BlockKind.PARAGRAPH
            else [c.text for row in block.rows for c in row.cells]
        )
        if text
    ]
    assert found == wanted


def test_rows_far_below_are_said_to_be_unread(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("Biểu 1")
        sheet.write_row(0, 0, ["1", "Số văn bản"])
        sheet.write(500_000, 300, "xa")
        sheet.write(500_001, 0, "xa")
    document = read_report([tmp_path / "a.xlsx"]).documents[0]
    assert document.warnings == ("Trang tính “Biểu 1” không được đọc từ dòng 500002.",)
