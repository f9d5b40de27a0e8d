"""Outputs: equal bytes from equal content, every figure with its binding, nothing lost on the way."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pypdfium2
import pytest
from docx import Document

from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.documents.tests.made import composed
from motcua.reports.documents.writing.docx import write_docx
from motcua.reports.documents.writing.html import write_html
from motcua.reports.documents.writing.json import read_json, write_json
from motcua.reports.documents.writing.pdf import write_pdf
from motcua.reports.documents.writing.xlsx import write_xlsx

AT = dt.datetime(2025, 12, 16, 8, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def content():
    return composed()


@pytest.mark.parametrize(
    "write", [write_docx, write_html, write_json, write_xlsx, lambda one: write_pdf(one, AT)]
)
def test_equal_content_gives_equal_bytes(content, write):
    assert write(content) == write(composed())


def test_every_figure_stands_in_a_control_that_names_it(content):
    packed = write_docx(content)
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        text = file.read("word/document.xml").decode()
    tags = re.findall(r'<w:tag w:val="([^"]*)"', text)
    assert tags == [bound.ref[:64] for _place, bound in content.bounds()]
    assert len(set(re.findall(r'<w:sdtPr>.*?<w:id w:val="(\d+)"', text))) == len(tags)
    said = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(packed)).paragraphs)
    assert "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH" in said


def test_the_pdf_is_tagged_and_says_what_the_content_says(content):
    packed = write_pdf(content, AT)
    assert b"/StructTreeRoot" in packed and b"pdfaid" in packed
    with pypdfium2.PdfDocument(packed) as file:
        pages = [page.get_textpage().get_text_range() for page in file]
    whole = " ".join(" ".join(pages).split())
    for passage in content.passages():
        if passage.kind == "text":
            assert " ".join(passage.text.split())[:40] in whole
    assert pages[1].split()[0] == "2" and not pages[0].startswith("1")


def test_the_workbook_holds_numbers_as_numbers(content):
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(content)))
    assert len(book.sheetnames) == 7
    sheet = book["Biểu 3"]
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=4)}
    assert isinstance(rows["3.1"][3].value, float) and rows["3.1"][5].value == "kê khai"


def test_a_report_read_back_is_the_report(content):
    assert read_json(write_json(content)) == content


def test_no_figure_is_without_its_link_in_html(content):
    page = write_html(content).decode()
    assert page.count('data-figure="') == sum(1 for _one in content.bounds())
    assert "<script" not in page


def test_our_auditor_can_read_the_word_file(content, tmp_path):
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(write_docx(content))
    result = audit_report(read_report([path]))
    assert result.coverage is not None
