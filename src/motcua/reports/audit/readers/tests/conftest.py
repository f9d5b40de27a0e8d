"""The same report as Markdown, Word, Excel and PDF: a made-up one always, the real one where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from docx import Document as WordDocument
from xlsxwriter import Workbook

from motcua.reports.audit.document import Block, BlockKind, Report
from motcua.reports.audit.readers import read_report

PROJECT = Path(__file__).resolve().parents[6]

MARKDOWN = """**BÁO CÁO**
**Kết quả cải cách hành chính năm 2025**

**I. CÔNG TÁC CHỈ ĐẠO**

Số hồ sơ nhận trong năm là 2.340.517; trả kết quả 2.106.300 hồ sơ, đạt 98,61%<sup>1</sup>.

<sup>1</sup> Số liệu đến ngày 30/11/2025.

- Cấp tỉnh tiếp nhận 214.306 hồ sơ.
+ Trong đó 12 hồ sơ quá hạn.

**Biểu mẫu 1**

STT\tChỉ tiêu thống kê\tKết quả thống kê\t\tGhi chú
\t\tĐơn vị tính\tSố liệu\t
1.\t<b>Số văn bản chỉ đạo</b>\tVăn bản\t60\t
2.\tTỷ lệ hoàn thành\t%\t98,61%\t
\tSố nhiệm vụ\tNhiệm vụ\t1.800\tDòng không có số thứ tự
"""


@pytest.fixture
def markdown_report() -> Report:
    return read_report([("báo cáo.md", MARKDOWN.encode())])


@pytest.fixture(scope="session")
def real_report_path() -> Path:
    folder = Path(os.environ.get("MOTCUA_REFERENCE_DIR", PROJECT.parent / "shared"))
    path = folder / "cases" / "bac-ninh-2025" / "report.md"
    if not path.exists():
        pytest.skip("the real report is not at hand (MOTCUA_REFERENCE_DIR)")
    return path


@pytest.fixture(scope="session")
def real_report(real_report_path: Path) -> Report:
    return read_report([real_report_path])


def to_docx(report: Report, path: Path) -> Path:
    """Write the blocks of a report as a Word document."""
    document = WordDocument()
    for _document, block in report.blocks():
        if block.kind is BlockKind.TABLE:
            table = document.add_table(len(block.rows), len(block.rows[0].cells), style="Table Grid")
            for row, written in zip(block.rows, table.rows, strict=True):
                for cell, target in zip(row.cells, written.cells, strict=True):
                    target.text = cell.text
        elif block.kind is BlockKind.HEADING:
            document.add_heading(block.text, level=min(block.level, 9) or 4)
        elif block.kind is BlockKind.LIST_ITEM:
            document.add_paragraph(block.text, style="List Bullet")
        else:
            document.add_paragraph(block.text)
    document.save(str(path))
    return path


def to_xlsx(report: Report, path: Path) -> Path:
    """Write each table of a report as a sheet."""
    with Workbook(str(path)) as book:
        for index, block in enumerate(tables_of(report), start=1):
            sheet = book.add_worksheet(f"Biểu {index}")
            for number, row in enumerate(block.rows):
                sheet.write_row(number, 0, [cell.text for cell in row.cells])
    return path


def to_pdf(report: Report, path: Path) -> Path:
    """Typeset a report; long tables break over pages and repeat their header as Word does."""
    typst = pytest.importorskip("typst")
    source = [
        '#set page(paper: "a4", numbering: "1")',
        '#set text(size: 12pt, lang: "vi")',
        "#set par(justify: true)",
    ]
    for _document, block in report.blocks():
        source.append(_typst_table(block) if block.kind is BlockKind.TABLE else _typst_text(block))
    path.write_bytes(typst.compile("\n\n".join(source).encode()))
    return path


def _typst_text(block: Block) -> str:
    quoted = _quoted(block.text)
    if block.kind is BlockKind.HEADING:
        return f'#text(weight: "bold", {quoted})'
    mark = {BlockKind.LIST_ITEM: "- ", BlockKind.FOOTNOTE: f"{block.mark} "}.get(block.kind, "")
    return f"#{_quoted(mark + block.text)}"


def _typst_table(block: Block) -> str:
    cells = ", ".join(_quoted(cell.text) for row in block.rows for cell in row.cells)
    width = len(block.rows[0].cells)
    columns = "(1.4cm, 1fr, 2.5cm, 2.5cm, 2.5cm)" if width == 5 else str(width)
    return f"#table(columns: {columns}, {cells})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def tables_of(report: Report) -> list[Block]:
    return [block for _document, block in report.blocks() if block.kind is BlockKind.TABLE]


@pytest.fixture
def convert() -> dict[str, object]:
    """Writers of a report in another format, by suffix."""
    return {"docx": to_docx, "xlsx": to_xlsx, "pdf": to_pdf}
