"""The workbook comes back as it went out, opens clean, and a bad file is refused with a code."""

import io
import shutil
import subprocess
import time
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engine.figures.api import State
from motcua.reports.forms.cells import BLANK, Cell, read_cell
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.workbook import (
    FINGERPRINT_SHEET,
    Fingerprint,
    Header,
    read_workbook,
    write_workbook,
)

FORMS = form_set()
ROWS = [row for row in FORMS.rows() if not row.is_heading]
HEADER = Header("Tỉnh A", "UBND tỉnh A", "Năm 2025", "Số liệu đến 14/12/2025", "Xuất lúc 08:00")
CELLS = {
    "1!1": read_cell(FORMS.row("1!1"), "1.060", "=HYPERLINK(1)"),
    "3!3.1": read_cell(FORMS.row("3!3.1"), "99,60%"),
    "2!2.2": Cell(State.NOT_APPLICABLE),
    "5!3": Cell(State.NOT_DUE),
    "6!1.1": read_cell(FORMS.row("6!1.1"), "20.991.710"),
}


def fingerprint(revisions=None) -> Fingerprint:
    revisions = revisions or {row.key: 1 for row in ROWS}
    return Fingerprint("uid-1", "tinh-a", "H99", "2025", date(2024, 12, 15), date(2025, 12, 14), revisions)


def made(cells=CELLS) -> bytes:
    return write_workbook(FORMS, cells, fingerprint(), HEADER)


STANDARD = made()


def edited(change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(STANDARD))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line_of(book, key):
    sheet = book[f"Biểu {key[0]}"]
    return sheet, next(row[5].row for row in sheet.iter_rows(max_col=6) if row[5].value == key)


def put(key, value, column=4):
    def change(book):
        sheet, line = line_of(book, key)
        sheet.cell(line, column).value = value

    return change


def test_what_went_out_comes_back():
    back = read_workbook(STANDARD, FORMS)
    assert back.fingerprint == fingerprint()
    assert set(back.cells) == {row.key for row in ROWS}
    for row in ROWS:
        assert back.cells[row.key].same(CELLS.get(row.key, BLANK)), row.key


@settings(max_examples=3, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([r for r in ROWS if r.kind == "count"]), st.integers(0, 10**9), max_size=20
    )
)
def test_any_counts_come_back(counts):
    cells = {row.key: read_cell(row, str(number)) for row, number in counts.items()}
    back = read_workbook(made(cells), FORMS)
    assert all(back.cells[key].same(cell) for key, cell in cells.items())


def test_the_layout_is_the_ministrys():
    book = openpyxl.load_workbook(io.BytesIO(STANDARD))
    assert book.sheetnames == [f"Biểu {n}" for n in range(1, 8)] + [FINGERPRINT_SHEET]
    assert book[FINGERPRINT_SHEET].sheet_state == "hidden"
    sheet = book["Biểu 3"]
    heads = [sheet["A4"].value, sheet["B4"].value, sheet["C4"].value, sheet["C5"].value, sheet["D5"].value]
    assert heads == ["STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "Đơn vị tính", "Số liệu"]
    assert sheet["E4"].value == "Ghi chú" and "C4:D4" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet.page_setup.paperSize == 9 and sheet.print_title_rows == "$4:$5"
    assert sheet.column_dimensions["F"].hidden
    _, line = line_of(book, "3!3.1")
    assert sheet.cell(line, 4).value == 99.6 and sheet.cell(line, 4).number_format == "[$-42A]#,##0.00"
    assert sheet.cell(line, 2).alignment.indent == 1 and sheet["B6"].font.bold


def test_text_that_looks_like_a_formula_stays_text():
    sheet, line = line_of(openpyxl.load_workbook(io.BytesIO(STANDARD)), "1!1")
    assert sheet.cell(line, 5).data_type == "s" and sheet.cell(line, 5).value == "=HYPERLINK(1)"


def test_a_changed_cell_and_note_are_read():
    def change(book):
        put("1!1", 61)(book)
        put("1!1", "đã kiểm lại", column=5)(book)
        put("2!2.2", "")(book)
        put("4!2.5", "2,45%")(book)

    cells = read_workbook(edited(change), FORMS).cells
    assert cells["1!1"].value == 61 and cells["1!1"].note == "đã kiểm lại"
    assert cells["2!2.2"].state is State.BLANK and cells["4!2.5"].value == Decimal("2.45")


def drop_fingerprint(book):
    del book[FINGERPRINT_SHEET]


def alter_fingerprint(book):
    book[FINGERPRINT_SHEET]["B9"].value = "77"


def empty_fingerprint(book):
    book[FINGERPRINT_SHEET].delete_rows(1, 3)


def drop_row(book):
    sheet, line = line_of(book, "1!1")
    sheet.delete_rows(line)


def twice(book):
    put("1!2.1", "1!1", column=6)(book)
    put("1!2.2", "1!2.1", column=6)(book)


def two_bad(book):
    put("1!1", "nhiều")(book)
    put("3!3.1", 101)(book)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (drop_fingerprint, "forms.workbook.fingerprint"),
        (alter_fingerprint, "forms.workbook.fingerprint"),
        (empty_fingerprint, "forms.workbook.fingerprint"),
        (drop_row, "forms.workbook.rows"),
        (twice, "forms.workbook.rows"),
        (put("1!1", "=1+1"), "forms.workbook.formula"),
        (put("1!1", "=cmd|' /C calc'!A0", column=5), "forms.workbook.formula"),
        (put("1!1", -3), "forms.cell.range"),
        (put("1!1", 1.5), "forms.cell.places"),
        (put("1!1", True), "forms.cell.number"),
        (put("1!1", date(2025, 1, 1)), "forms.cell.number"),
        (two_bad, "forms.workbook.cells"),
    ],
)
def test_a_bad_file_is_refused_with_a_code(change, code):
    with pytest.raises(FormsError) as refusal:
        read_workbook(edited(change), FORMS)
    assert refusal.value.code == code and refusal.value.message.endswith(".")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (61 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "forms.workbook.damaged"),
        (b"PK not a zip", "forms.workbook.damaged"),
        (b"x" * (5 * 1024 * 1024 + 1), "forms.workbook.size"),
        (bomb(), "forms.workbook.size"),
        (STANDARD[:-400], "forms.workbook.damaged"),
    ],
    ids=["empty", "garbage", "large", "bomb", "cut"],
)
def test_hostile_or_damaged_bytes_are_refused(content, code):
    with pytest.raises(FormsError) as refusal:
        read_workbook(content, FORMS)
    assert refusal.value.code == code


def test_another_version_of_the_forms_is_refused():
    old = Fingerprint("u", "p", "H", "2019", date(2019, 1, 1), date(2019, 12, 31), {})
    with pytest.raises(FormsError) as refusal:
        read_workbook(write_workbook(FORMS, {}, old, HEADER), FORMS)
    assert refusal.value.code == "forms.workbook.version"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_prints_the_same(tmp_path):
    (tmp_path / "bieu.xlsx").write_bytes(STANDARD)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(tmp_path / "out"), str(tmp_path / "bieu.xlsx")], check=True, timeout=120)
    back = read_workbook((tmp_path / "out" / "bieu.xlsx").read_bytes(), FORMS)
    assert back.fingerprint == fingerprint()
    assert all(back.cells[row.key].same(CELLS.get(row.key, BLANK)) for row in ROWS)


def repacked(part, change) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(STANDARD)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "content",
    [
        repacked(SHEET, lambda xml: xml.replace(b"<v>14</v>", b"<v>99999</v>")),
        repacked(SHEET, lambda xml: xml[: len(xml) // 2]),
        repacked("xl/workbook.xml", lambda xml: b""),
        STANDARD[:3000] + bytes(40) + STANDARD[3040:],
    ],
    ids=["text-out-of-range", "cut", "no-book", "compressed-damage"],
)
def test_no_broken_part_is_more_than_a_refusal(content):
    with pytest.raises(FormsError) as refusal:
        read_workbook(content, FORMS)
    assert refusal.value.code in {
        "forms.workbook.damaged",
        "forms.workbook.fingerprint",
        "forms.workbook.rows",
    }


def test_many_empty_cells_cost_little():
    """A file of some kilobytes once took a gigabyte and half a minute."""
    rows = b"".join(b'<row r="%d">%s</row>' % (row, b"<c/>" * 500) for row in range(3000, 5500))
    content = repacked(SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    tracemalloc.start()
    began = time.process_time()
    assert read_workbook(content, FORMS).cells
    assert time.process_time() - began < 6
    assert tracemalloc.get_traced_memory()[1] < 60 * 1024 * 1024
    tracemalloc.stop()


def test_a_forged_revision_is_refused():
    with pytest.raises(FormsError) as refusal:
        read_workbook(write_workbook(FORMS, CELLS, fingerprint({"1!1": 10**12}), HEADER), FORMS)
    assert refusal.value.code == "forms.workbook.fingerprint"
