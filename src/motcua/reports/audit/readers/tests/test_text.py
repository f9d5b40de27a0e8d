from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reports.audit.document import Block, BlockKind, Report
from motcua.reports.audit.readers import read_report
from motcua.reports.audit.readers.inline import clean_text, strip_markup


def blocks(text: str | bytes, name: str = "a.md") -> list[Block]:
    data = text if isinstance(text, bytes) else text.encode()
    return [block for _document, block in read_report([(name, data)]).blocks()]


def table(text: str) -> list[list[str]]:
    found = [block for block in blocks(text) if block.kind is BlockKind.TABLE]
    assert len(found) == 1
    return [[cell.text for cell in row.cells] for row in found[0].rows]


def test_each_block_names_its_physical_line(markdown_report: Report) -> None:
    seen = [(block.kind.value, block.place.line, block.text) for _d, block in markdown_report.blocks()]
    assert seen == [
        ("heading", 1, "BÁO CÁO"),
        ("heading", 2, "Kết quả cải cách hành chính năm 2025"),
        ("heading", 4, "I. CÔNG TÁC CHỈ ĐẠO"),
        ("paragraph", 6, "Số hồ sơ nhận trong năm là 2.340.517; trả kết quả 2.106.300 hồ sơ, đạt 98,61%."),
        ("footnote", 8, "Số liệu đến ngày 30/11/2025."),
        ("list_item", 10, "Cấp tỉnh tiếp nhận 214.306 hồ sơ."),
        ("list_item", 11, "Trong đó 12 hồ sơ quá hạn."),
        ("heading", 13, "Biểu mẫu 1"),
        ("table", 15, ""),
    ]


def test_a_tab_table_keeps_blank_cells_and_row_lines(markdown_report: Report) -> None:
    rows = list(markdown_report.blocks())[-1][1].rows
    assert [row.place.line for row in rows] == [15, 16, 17, 18, 19]
    assert [cell.text for cell in rows[4].cells] == [
        "",
        "Số nhiệm vụ",
        "Nhiệm vụ",
        "1.800",
        "Dòng không có số thứ tự",
    ]
    assert [cell.text for cell in rows[2].cells] == ["1.", "Số văn bản chỉ đạo", "Văn bản", "60", ""]


def test_a_footnote_carries_its_mark(markdown_report: Report) -> None:
    notes = [block for _d, block in markdown_report.blocks() if block.kind is BlockKind.FOOTNOTE]
    assert [(note.mark, note.place.line) for note in notes] == [("1", 8)]


@pytest.mark.parametrize("new_line", ["\n", "\r\n", "\r"])
def test_lines_count_alike_for_every_line_end(new_line: str) -> None:
    found = blocks(new_line.join(["một", "", "hai\x0bba\u2028bốn", "năm"]))
    assert [(block.place.line, block.text) for block in found] == [(1, "một"), (3, "hai ba bốn"), (4, "năm")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_read(encoding: str) -> None:
    text = "Báo cáo kết quả cải cách hành chính năm 2025 của tỉnh, đạt 99,61% hồ sơ đúng hạn"
    assert blocks(text.encode(encoding))[0].text == text


def test_decomposed_letters_become_nfc() -> None:
    assert blocks("Ti\u0065\u0302\u0301p nha\u0323\u0302n")[0].text == "Tiếp nhận"


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("đạt **99,61%** kế hoạch", "đạt 99,61% kế hoạch"),
        ("(*Số vốn là 15.105,31 tỷ đồng*).", "(Số vốn là 15.105,31 tỷ đồng)."),
        ("tỉnh Bắc<sup>12</sup>, năm 2025", "tỉnh Bắc, năm 2025"),
        ("diện tích 25 m<sup>2</sup>", "diện tích 25 m²"),
        ("ghi chú (*) 3 * 4", "ghi chú (*) 3 * 4"),
        ("20\u00a0991\u202f710", "20 991 710"),
        ("1.155 .106 hồ sơ; năm 2025 .", "1.155.106 hồ sơ; năm 2025 ."),
        ("thủ\u00ad tục\u200b hành\ufeff chính", "thủ tục hành chính"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("[Cổng dịch vụ](https://example.vn) tỉnh", "Cổng dịch vụ tỉnh"),
        ("Mã TTHC_01 và \\*", "Mã TTHC_01 và *"),
        ("5 < 6 và 7 > 3", "5 < 6 và 7 > 3"),
        ("\x1b[31mđỏ", "[31mđỏ"),
    ],
)
def test_markup_goes_and_figures_stay(raw: str, seen: str) -> None:
    assert strip_markup(raw) == seen


def test_a_pipe_table_with_and_without_outer_pipes() -> None:
    expected = [["STT", "Chỉ tiêu", "Số liệu"], ["1", "Số văn bản", "60"], ["", "Trống", ""]]
    assert (
        table("| STT | Chỉ tiêu | Số liệu |\n|---|:---|---:|\n| 1 | Số văn bản | 60 |\n|  | Trống |  |\n")
        == expected
    )
    assert (
        table("STT | Chỉ tiêu | Số liệu\n--- | --- | ---\n1 | Số văn bản | 60\n | Trống |\n")[:2]
        == expected[:2]
    )


def test_an_escaped_pipe_belongs_to_its_cell() -> None:
    assert table("| a \\| b | c |\n|---|---|\n| 1 | 2 |")[0] == ["a | b", "c"]


def test_a_cell_broken_over_lines_is_put_together() -> None:
    text = "STT\tChỉ tiêu\tĐơn vị\tSố liệu\n1.\tSố văn bản\n(kết luận, chỉ thị)\tVăn bản\t60\n2.\tNhóm\n2.1\tMục\tBan\t4"
    rows = table(text)
    assert rows[1] == ["1.", "Số văn bản (kết luận, chỉ thị)", "Văn bản", "60"]
    assert rows[2:] == [["2.", "Nhóm", "", ""], ["2.1", "Mục", "Ban", "4"]]


def test_an_html_table_with_spans() -> None:
    html = (
        "Trước\n<table>\n<tr><th rowspan=2>STT</th><th colspan='2'>Kết quả</th></tr>\n"
        "<tr><td>Đơn vị</td><td>Số <b>liệu</b></td></tr>\n<tr><td>1<td>%<td>99,61%\n</table>\nSau"
    )
    found = blocks(html)
    assert [block.text for block in found] == ["Trước", "", "Sau"]
    rows = found[1].rows
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["STT", "Kết quả", ""],
        ["", "Đơn vị", "Số liệu"],
        ["1", "%", "99,61%"],
    ]
    assert [row.place.line for row in rows] == [3, 4, 5]


def test_a_whole_html_page() -> None:
    page = (
        "<!DOCTYPE html>\n<html><head><title>x</title><style>p{}</style></head>\n<body><h1>BÁO CÁO</h1>\n"
        "<p>Đạt 99,61%<br>năm 2025</p><script>alert(1)</script>\n<ul><li>Một</li></ul></body></html>"
    )
    found = [(block.kind.value, block.text) for block in blocks(page, "a.html")]
    assert found == [
        ("heading", "BÁO CÁO"),
        ("paragraph", "Đạt 99,61%"),
        ("paragraph", "năm 2025"),
        ("list_item", "Một"),
    ]


def test_tabs_that_indent_make_no_table() -> None:
    found = blocks("\tKính gửi: Bộ Nội vụ.\n\tThực hiện Công văn số 1.")
    assert [block.kind for block in found] == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]


def test_several_files_make_one_report_with_distinct_names() -> None:
    report = read_report([("x/a.md", b"mot"), ("y\\a.md", b"hai")])
    assert [document.file for document in report.documents] == ["a.md", "a.md (2)"]


def test_the_real_report_has_its_tables_and_footnotes(real_report: Report) -> None:
    kinds = [block.kind for _d, block in real_report.blocks()]
    assert kinds.count(BlockKind.TABLE) == 12
    assert kinds.count(BlockKind.FOOTNOTE) == 15


def test_lines_of_the_real_report_hold_what_the_blocks_say(
    real_report: Report, real_report_path: Path
) -> None:
    lines = real_report_path.read_text(encoding="utf-8").split("\n")
    for _document, block in real_report.blocks():
        for row in block.rows:
            for cell in row.cells:
                assert cell.text in strip_markup(lines[cell.place.line - 1])
        assert block.text in strip_markup(lines[block.place.line - 1])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_clean_text_is_settled_and_single_spaced(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "  " not in once and once == once.strip()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="ab1.|\t<>*_#-[]()^~` ", max_size=30), max_size=12))
def test_any_lines_are_read_with_lines_that_exist(lines: list[str]) -> None:
    for block in blocks("x\n" + "\n".join(lines)):
        assert 1 <= block.place.line <= len(lines) + 1
        assert len({len(row.cells) for row in block.rows}) <= 1
