from __future__ import annotations

import re
from pathlib import Path

import pytest

from motcua.reports.audit.document import Block, BlockKind, Report
from motcua.reports.audit.readers import pdf, read_report
from motcua.reports.audit.readers.pdf_layout import (
    Char,
    Edge,
    Page,
    find_grids,
    lines_of,
    page_layout,
    text_of,
)

typst = pytest.importorskip("typst")


def chars(text: str, x: float, y: float, size: float = 12) -> list[Char]:
    found, spaced = [], False
    for index, letter in enumerate(text):
        if letter != " ":
            left = x + index * size / 2
            found.append(Char(letter, left, y, left + size / 2, y + size, spaced, bold=False))
        spaced = letter == " "
    return found


def box(x0: float, y0: float, x1: float, y1: float) -> list[Edge]:
    return [Edge(False, y0, x0, x1), Edge(False, y1, x0, x1), Edge(True, x0, y0, y1), Edge(True, x1, y0, y1)]


def read(path: Path) -> list[Block]:
    return [block for _d, block in read_report([path]).blocks()]


def grid(block: Block) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in block.rows]


def compiled(source: str, path: Path) -> Path:
    path.write_bytes(typst.compile(source.encode()))
    return path


def test_lines_follow_the_page_and_not_the_file() -> None:
    mixed = chars("hai", 10, 40) + chars("một dòng", 10, 10)
    lines = lines_of(mixed)
    assert [text_of(line, 12) for line in lines] == ["một dòng", "hai"]


def test_a_small_raised_number_leaves_the_line() -> None:
    line = [*chars("CCHC", 10, 10), *chars("12", 34, 8, 7), *chars(".", 41, 10)]
    assert [text_of(one, 12) for one in lines_of(line)] == ["CCHC."]


def test_a_merged_cell_has_its_text_once() -> None:
    edges = box(0, 0, 100, 20) + box(0, 20, 50, 40) + box(50, 20, 100, 40)
    layout = page_layout(
        Page(200, 200, chars("Kết quả", 5, 4) + chars("12", 5, 24) + chars("34", 60, 24), edges)
    )
    assert layout["tables"][0]["rows"] == [["Kết quả", ""], ["12", "34"]]
    assert layout["lines"] == []


def test_a_frame_around_text_is_no_table() -> None:
    assert find_grids(box(0, 0, 500, 800)) == []


def test_a_report_reads_the_same_from_pdf(markdown_report: Report, convert: dict, tmp_path: Path) -> None:
    found = read(convert["pdf"](markdown_report, tmp_path / "a.pdf"))
    wanted = [block for _d, block in markdown_report.blocks()]
    assert " ".join(block.text for block in found if not block.rows).replace(
        "1 Số liệu", "Số liệu"
    ) == " ".join(block.text for block in wanted if not block.rows)
    assert grid(found[-1]) == grid(wanted[-1])
    assert found[-1].rows[3].cells[3].place.page == 1
    assert found[-1].rows[3].cells[3].place.cell == "Bảng 1!D4"


def test_paragraphs_are_put_together_and_page_numbers_left_out(tmp_path: Path) -> None:
    long = (
        "Toàn tỉnh tiếp nhận 1.155.106 hồ sơ thủ tục hành chính trong năm 2025 và đã giải quyết đúng hạn. "
        * 4
    )
    source = f'#set page(paper: "a5", numbering: "1")\n#set par(justify: true)\n{long}\n\nĐoạn hai.\n#pagebreak()\nTrang sau.'
    found = read(compiled(source, tmp_path / "a.pdf"))
    assert [(block.text, block.place.page) for block in found] == [
        (long.strip(), 1),
        ("Đoạn hai.", 1),
        ("Trang sau.", 2),
    ]


def test_two_workers_give_the_pages_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = '#set page(paper: "a5")\n' + "\n#pagebreak()\n".join(f"Trang số {n}00" for n in range(1, 8))
    path = compiled(source, tmp_path / "a.pdf")
    alone = read(path)
    monkeypatch.setattr(pdf, "WORTH_TWO_WORKERS_BYTES", 0)
    assert read(path) == alone
    assert [(block.text, block.place.page) for block in alone] == [
        (f"Trang số {n}00", n) for n in range(1, 8)
    ]


def test_footnotes_are_told_from_the_text(tmp_path: Path) -> None:
    source = '#set page(paper: "a5")\nĐạt 99,61%#footnote[Số liệu đến ngày 30/11/2025.] kế hoạch.'
    found = read(compiled(source, tmp_path / "a.pdf"))
    assert [(block.kind, block.text, block.mark) for block in found] == [
        (BlockKind.PARAGRAPH, "Đạt 99,61% kế hoạch.", ""),
        (BlockKind.FOOTNOTE, "Số liệu đến ngày 30/11/2025.", "1"),
    ]


def test_a_turned_page_reads_upright(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    source = "#set page(width: 15cm, height: 20cm)\nMột dòng chữ\n\n#table(columns: 2, [Số văn bản], [60], [Số hồ sơ], [1.800])"
    writer = PdfWriter(clone_from=PdfReader(compiled(source, tmp_path / "a.pdf")))
    page = writer.pages[0]
    height, width = float(page.mediabox.height), float(page.mediabox.width)
    page.add_transformation((0, 1, -1, 0, height, 0))
    page.mediabox.upper_right = (height, width)
    page.cropbox.upper_right = (height, width)
    page.rotate(90)
    writer.write(tmp_path / "turned.pdf")
    found = read(tmp_path / "turned.pdf")
    assert found[0].text == "Một dòng chữ"
    assert grid(found[1]) == [["Số văn bản", "60"], ["Số hồ sơ", "1.800"]]


def test_figures_of_the_real_report_survive_a_pdf(real_report: Report, convert: dict, tmp_path: Path) -> None:
    report = read_report([convert["pdf"](real_report, tmp_path / "a.pdf")])
    wanted, found = _words(real_report), _words(report)
    missing = [word for word in wanted if re.search(r"\d", word) and word not in set(found)]
    assert missing == []
    assert report.documents[0].pages > 20


def _words(report: Report) -> list[str]:
    texts = [block.text for _d, block in report.blocks()]
    texts += [cell.text for _d, block in report.blocks() for row in block.rows for cell in row.cells]
    return " ".join(texts).split()
