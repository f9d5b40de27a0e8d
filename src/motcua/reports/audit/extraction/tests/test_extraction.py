"""From blocks to sentences and figures: joining, splitting, scope, time, plans, and where each figure stands."""

from __future__ import annotations

import csv
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.numbers import Hedge
from motcua.reports.audit.document import Block, BlockKind, Document, Place, Report
from motcua.reports.audit.extraction import Direction, Extraction, Scope, extract
from motcua.reports.audit.extraction.quantities import folded, quantities
from motcua.reports.audit.readers import read_report
from motcua.reports.forms.definitions import form_set


def report(*lines: str | tuple[str, BlockKind]) -> Report:
    blocks = []
    for number, line in enumerate(lines):
        text, kind = line if isinstance(line, tuple) else (line, BlockKind.PARAGRAPH)
        blocks.append(Block(number, kind, Place("bc.md", line=number * 2 + 1), text))
    return Report((Document("bc.md", tuple(blocks), "text/markdown", "0" * 64),))


def read(*lines: str | tuple[str, BlockKind]) -> Extraction:
    return extract(report(*lines))


def test_a_paragraph_cut_by_a_page_is_one_sentence() -> None:
    found = read("Tổng số vốn giải ngân là 13,5 tỷ đồng, bằng 64,2%", "kế hoạch được giao. Câu sau có 2 xã.")
    assert [sentence.text for sentence in found.sentences] == [
        "Tổng số vốn giải ngân là 13,5 tỷ đồng, bằng 64,2% kế hoạch được giao.",
        "Câu sau có 2 xã.",
    ]
    assert [figure.place.line for figure in found.figures] == [1, 1, 3]
    assert found.figures[1].noun == "kế hoạch được giao"


def test_footnotes_may_stand_between() -> None:
    note = ("Công văn số 59-CV/BCĐ ngày 12/9/2025.", BlockKind.FOOTNOTE)
    found = read("Các đơn vị sự nghiệp công lập gồm 12 đơn", note, "vị thuộc sở.")
    assert found.sentences[0].text == "Các đơn vị sự nghiệp công lập gồm 12 đơn vị thuộc sở."
    assert found.sentences[1].footnote


def test_two_broken_texts_find_their_own_ends() -> None:
    footnote = ("Tin, bài: gỡ khó cho doanh nghiệp; phục vụ doanh", BlockKind.FOOTNOTE)
    found = read(
        "Người sử dụng đất được hướng dẫn.",
        footnote,
        "Lĩnh vực cấp giấy chứng nhận quyền sử",
        "nghiệp; nâng cao hiệu quả...",
        "dụng đất. Có 5 xã.",
    )
    texts = [sentence.text for sentence in found.sentences]
    assert "Tin, bài: gỡ khó cho doanh nghiệp; phục vụ doanh nghiệp; nâng cao hiệu quả..." in texts
    assert "Lĩnh vực cấp giấy chứng nhận quyền sử dụng đất." in texts


def test_numbers_and_labels_do_not_end_sentences() -> None:
    found = read(
        "1. Toàn tỉnh có 2.263 hồ sơ. Tại TP. Hà Nội có 1.200 hồ sơ (gồm 2 loại. Loại A nhiều hơn). Hết."
    )
    assert [sentence.text for sentence in found.sentences] == [
        "1. Toàn tỉnh có 2.263 hồ sơ.",
        "Tại TP. Hà Nội có 1.200 hồ sơ (gồm 2 loại. Loại A nhiều hơn).",
        "Hết.",
    ]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Toàn tỉnh tiếp nhận 5 hồ sơ.", Scope.PROVINCE),
        ("Cấp tỉnh tiếp nhận 5 hồ sơ.", Scope.PROVINCE_LEVEL),
        ("Các sở, ngành đã giải quyết 5 hồ sơ.", Scope.PROVINCE_LEVEL),
        ("UBND cấp xã đã giải quyết 5 hồ sơ.", Scope.COMMUNE_LEVEL),
        ("Cấu hình cho 5 TTHC cấp tỉnh và cấp xã.", Scope.PROVINCE),
        ("Sở Xây dựng giảm 5 đơn vị.", Scope.NAMED),
        ("Tỉnh Hòa Sơn (cũ) có 5 đại biểu.", Scope.NAMED),
        ("Đã ban hành 5 văn bản.", Scope.UNSTATED),
    ],
)
def test_scope(text: str, scope: Scope) -> None:
    assert read(text).figures[0].scope is scope


def test_time_hedge_direction_and_plan() -> None:
    found = read(
        "Đến hết ngày 10/11/2025, bộ phận một cửa tiếp nhận gần 3.000 hồ sơ.",
        "Năm 2024 giảm 33 đầu mối.",
        "Mục tiêu năm 2026 đạt 90%.",
        ("IV. NHIỆM VỤ, GIẢI PHÁP NĂM 2026", BlockKind.HEADING),
        "Bảo đảm 100% hồ sơ đúng hạn.",
    )
    received, cut, _, later = found.figures
    assert str(received.timing.as_of) == "2025-11-10" and received.hedge is Hedge.NEARLY
    assert cut.timing.year == 2024 and cut.direction is Direction.DECREASE
    assert [figure.planned for figure in found.figures] == [False, False, True, True]
    assert later.sentence.section.startswith("IV.")


def test_a_day_said_before_a_list_holds_for_its_items() -> None:
    found = read("Kết quả số hóa đến ngày 27/11/2025 như sau:", ("Tỷ lệ đạt 95,07%.", BlockKind.LIST_ITEM))
    assert str(found.figures[0].timing.as_of) == "2025-11-27"


def test_ratios_and_coverage() -> None:
    found = read("Có 342/734 TTHC (đạt 46,59%), khoảng 20 doanh nghiệp, 7 thứ khác. Xếp thứ 6/34.")
    assert [(r.part.printed.value, r.whole.printed.value) for r in found.ratios] == [(342, 734)]
    assert (found.seen, found.bound, found.checkable) == (5, 4, 3)


def test_the_date_of_the_report() -> None:
    found = read("Hòa Sơn, ngày 12 tháng 12 năm 2025", "BÁO CÁO", "Kết quả năm 2025")
    assert found.report_date and str(found.report_date.date) == "2025-12-12"
    half = read("Hòa Sơn, ngày tháng 12 năm 2025").report_date
    assert half and (half.day, half.month, half.year) == (None, 12, 2025)


def test_dates_of_documents_are_told_from_cut_offs() -> None:
    found = read("Quyết định số 303/QĐ-UBND ngày 15/7/2025; tính đến ngày 30/11/2025; ước đến 31/12/2025.")
    assert [(d.of_document, d.as_of, d.estimate) for d in found.dates] == [
        (True, False, False),
        (False, True, False),
        (False, True, True),
    ]


def test_every_named_quantity_is_a_row_of_the_forms() -> None:
    rows = {row.key for form in form_set().forms.values() for row in form.rows}
    keys = {
        part for quantity in quantities() for part in quantity.key.split("+") if not part.startswith("p.")
    }
    assert keys <= rows
    assert {part for quantity in quantities() for key in quantity.also for part in key.split("+")} <= rows


def test_abbreviations_are_written_out() -> None:
    assert folded("12 VBQPPL và TTHC") == "12 van ban quy pham phap luat va thu tuc hanh chinh"


@given(st.lists(st.text(alphabet='aàbđ 0123456789.,;:()/%-\n"Đ', max_size=60), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_failing(lines: list[str]) -> None:
    found = read(*lines)
    assert found.seen == len(found.figures) >= found.bound >= found.checkable
    for figure in found.figures:
        assert figure.printed.text in figure.sentence.text[figure.start : figure.end]


def reference() -> Path | None:
    default = Path(__file__).parents[6] / ".." / "shared"
    folder = Path(os.environ.get("MOTCUA_REFERENCE_DIR", default))
    cases = sorted(folder.glob("cases/*/narrative.csv")) if folder.is_dir() else []
    return cases[0].parent if cases else None


def test_figures_that_a_person_read_are_found() -> None:
    """Nine of ten figures of the reference reading; ranks, and words for zero or all, are not figures here."""
    case = reference()
    if case is None:
        pytest.skip("no reference reports")
    found = extract(read_report([case / "report.md"]))
    mine = Counter((figure.place.line, figure.printed.value) for figure in found.figures)
    with (case / "narrative.csv").open(encoding="utf-8", newline="") as stream:
        wanted = [(int(row["line"]), Decimal(row["value"])) for row in csv.DictReader(stream)]
    assert sum(1 for item in wanted if item in mine) >= 0.94 * len(wanted)


def test_lines_broken_at_one_width_read_as_one_paragraph():
    """A line that begins with a digit goes on with the full line above it; a short line ends its paragraph."""
    wide = [
        "Trong chín tháng đầu năm, các cơ quan hành chính trên địa bàn đã tiếp nhận tổng cộng",
        "141.806 hồ sơ của người dân và doanh nghiệp, trong đó hồ sơ nộp qua mạng chiếm nhiều",
        "Bộ phận Một cửa tỉnh nhận ít hơn các xã, phường; số hồ sơ còn đang xem xét trong hạn",
        "7.412 hồ sơ.",
        "Ngoài ra, các trung tâm đã hướng dẫn cho người dân nộp hồ sơ qua mạng được tất cả là",
        "2.318 lượt, nhiều hơn quý trước, và tổ chức lưu động tại các thôn, tổ dân phố xa xôi",
    ]
    report = read_report([("b.txt", "\n".join(wide).encode())])
    texts = [sentence.text for sentence in extract(report).sentences]
    assert any("tổng cộng 141.806 hồ sơ" in text for text in texts)
    assert any(text.startswith("Ngoài ra") and "tất cả là 2.318 lượt" in text for text in texts)


def test_too_many_figures_are_left_unread_and_said_so():
    lines = [f"Xã thứ {number} có {number + 7} hồ sơ và {number + 9} thủ tục." for number in range(5200)]
    found = extract(read_report([("b.md", "\n\n".join(lines).encode())]))
    assert found.seen < 10_020
    assert len(found.unread) == 1 and "b.md từ dòng" in found.unread[0]
