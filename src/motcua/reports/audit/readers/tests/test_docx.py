from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from motcua.reports.audit.document import Block, BlockKind, Report
from motcua.reports.audit.readers import read_report
from motcua.reports.audit.readers.docx_numbering import format_count

FOOTNOTES = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Số liệu đến 30/11/2025.</w:t></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)


def read(path: Path) -> list[Block]:
    return [block for _document, block in read_report([path]).blocks()]


def saved(document: object, path: Path) -> list[Block]:
    document.save(str(path))
    return read(path)


def grid(block: Block) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in block.rows]


def test_a_report_reads_the_same_from_word(markdown_report: Report, convert: dict, tmp_path: Path) -> None:
    found = read(convert["docx"](markdown_report, tmp_path / "a.docx"))
    wanted = [block for _d, block in markdown_report.blocks()]
    assert [block.text for block in found] == [block.text for block in wanted]
    assert grid(found[-1]) == grid(wanted[-1])
    assert [block.kind for block in found[:3]] == [BlockKind.HEADING] * 3
    assert found[5].kind is BlockKind.LIST_ITEM


def test_places_count_paragraphs_and_name_cells(
    markdown_report: Report, convert: dict, tmp_path: Path
) -> None:
    found = read(convert["docx"](markdown_report, tmp_path / "a.docx"))
    assert [block.place.paragraph for block in found] == list(range(1, 10))
    assert found[-1].rows[3].cells[3].place.cell == "Bảng 1!D4"
    assert found[-1].rows[3].cells[3].text == "98,61%"


def test_merged_cells_keep_the_grid(tmp_path: Path) -> None:
    document = WordDocument()
    table = document.add_table(3, 4)
    for index, text in enumerate(["STT", "Chỉ tiêu", "Kết quả", "x"]):
        table.cell(0, index).text = text
    table.cell(0, 3).text = ""
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 0).merge(table.cell(1, 0))
    for index, text in enumerate(["1", "Số văn bản", "60", "ghi chú"]):
        table.cell(2, index).text = text
    block = saved(document, tmp_path / "a.docx")[0]
    assert grid(block) == [
        ["STT", "Chỉ tiêu", "Kết quả", ""],
        ["", "", "", ""],
        ["1", "Số văn bản", "60", "ghi chú"],
    ]


def test_a_footnote_follows_its_paragraph_and_leaves_no_mark_in_it(tmp_path: Path) -> None:
    document = WordDocument()
    paragraph = document.add_paragraph("Đạt 99,61%")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)
    paragraph.add_run(" kế hoạch")
    document.save(str(tmp_path / "plain.docx"))
    with zipfile.ZipFile(tmp_path / "plain.docx") as old, zipfile.ZipFile(tmp_path / "a.docx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/footnotes.xml", FOOTNOTES)
    found = read(tmp_path / "a.docx")
    assert [(block.kind, block.text, block.mark) for block in found] == [
        (BlockKind.PARAGRAPH, "Đạt 99,61% kế hoạch", ""),
        (BlockKind.FOOTNOTE, "Số liệu đến 30/11/2025.", "1"),
    ]


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = WordDocument()
    for text in ("Cải cách thể chế", "Cải cách thủ tục"):
        document.add_paragraph(text, style="List Number")
    assert [block.text for block in saved(document, tmp_path / "a.docx")] == [
        "1. Cải cách thể chế",
        "2. Cải cách thủ tục",
    ]


@pytest.mark.parametrize(
    ("count", "kind", "text"),
    [
        (4, "upperRoman", "IV"),
        (9, "lowerRoman", "ix"),
        (27, "lowerLetter", "aa"),
        (3, "decimal", "3"),
        (3, "decimalZero", "03"),
    ],
)
def test_counts_in_the_formats_of_word(count: int, kind: str, text: str) -> None:
    assert format_count(count, kind) == text


def test_deleted_and_hidden_text_is_not_read_and_inserted_text_is(tmp_path: Path) -> None:
    document = WordDocument()
    paragraph = document.add_paragraph("Giải quyết ")
    for xml in (
        f"<w:del {nsdecls('w')}><w:r><w:delText>100</w:delText></w:r></w:del>",
        f"<w:ins {nsdecls('w')}><w:r><w:t>200</w:t></w:r></w:ins>",
        f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>",
        f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>3</w:t></w:r>',
        f'<w:r {nsdecls("w")}><w:t xml:space="preserve"> hồ sơ</w:t></w:r>',
    ):
        paragraph._p.append(parse_xml(xml))
    document.save(str(tmp_path / "a.docx"))
    report = read_report([tmp_path / "a.docx"])
    assert report.documents[0].blocks[0].text == "Giải quyết 200 hồ sơ"
    assert any("chưa chấp nhận" in warning for warning in report.documents[0].warnings)


def test_content_controls_and_nested_tables_are_read(tmp_path: Path) -> None:
    document = WordDocument()
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(0, control)
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Ngoài"
    table.cell(0, 1).add_table(1, 2).cell(0, 1).text = "Trong bảng 7"
    found = saved(document, tmp_path / "a.docx")
    assert found[0].text == "Trong khung"
    assert [grid(block) for block in found[1:]] == [[["Ngoài", ""]], [["", "Trong bảng 7"]]]


def test_the_strict_dialect_reads_alike(markdown_report: Report, convert: dict, tmp_path: Path) -> None:
    path = convert["docx"](markdown_report, tmp_path / "a.docx")
    strict = tmp_path / "strict.docx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = re.sub(
                    rb"http://schemas.openxmlformats.org/(\w+)/2006/main",
                    rb"http://purl.oclc.org/ooxml/\1/main",
                    data,
                )
            new.writestr(name, data)
    assert [block.text for block in read(strict)] == [block.text for block in read(path)]


def test_the_real_report_reads_the_same_from_word(real_report: Report, convert: dict, tmp_path: Path) -> None:
    found = read(convert["docx"](real_report, tmp_path / "a.docx"))
    wanted = [block for _d, block in real_report.blocks()]
    assert [grid(block) for block in found if block.rows] == [grid(block) for block in wanted if block.rows]
    assert [block.text for block in found] == [block.text for block in wanted]
