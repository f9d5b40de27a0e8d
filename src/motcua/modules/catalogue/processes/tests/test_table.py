from __future__ import annotations

import io
import os
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from motcua.engine.permissions.api import NotPermitted
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import ProcessVersion
from motcua.modules.catalogue.processes.guessing import (
    ReadTime,
    kind_of,
    looks_like_person,
    read_time,
    role_of,
)
from motcua.modules.catalogue.processes.importing import import_bpmn, import_process_table, rows_of
from motcua.modules.catalogue.processes.running import plan_of
from motcua.modules.catalogue.processes.table import plan_from_table
from motcua.modules.catalogue.processes.writing import save_process_draft

ROOT = Path(__file__).resolve().parents[6]
WORKFLOWS = (
    Path(os.environ.get("MOTCUA_REFERENCE_DIR", ROOT.parent / "shared"))
    / "data"
    / "reference-only"
    / "workflows.csv"
)

HEADER = [
    "Mã TTHC",
    "Tên thủ tục",
    "Bước",
    "Nội dung công việc",
    "Trách nhiệm",
    "Thời gian",
    "Kết quả",
    "Quyết định",
]


def rows(*lines):
    return [HEADER, *[[str(cell) for cell in line] for line in lines]]


STRAIGHT = (
    (
        "1.001001",
        "Cấp phép thử",
        1,
        "Tiếp nhận hồ sơ",
        "Bộ phận Một cửa",
        "0,25 ngày làm việc",
        "Phiếu hẹn",
        "9/QĐ",
    ),
    ("1.001001", "Cấp phép thử", 2, "Thẩm định", "Chuyên viên", "02 giờ", "", "9/QĐ"),
    ("1.001001", "Cấp phép thử", 3, "Ký duyệt", "Lãnh đạo Sở", "½ ngày", "", "9/QĐ"),
    ("1.001001", "Cấp phép thử", 4, "Trả kết quả", "Bộ phận Một cửa", "Không tính thời gian", "", "9/QĐ"),
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("0,25 ngày làm việc", ReadTime(1)),
        ("7.5 ngày làm việc", ReadTime(30)),
        ("½ ngày làm việc", ReadTime(2)),
        ("1/2 ngày làm việc", ReadTime(2)),
        ("01 (một) ngày làm việc", ReadTime(4)),
        ("30 ngày", ReadTime(120, assumed=True)),
        ("02 giờ", ReadTime(0, 120)),
        ("0,5 giờ", ReadTime(0, 30)),
        ("30 phút", ReadTime(0, 30)),
        ("01 buổi", ReadTime(2)),
        ("P1DT2H30M", ReadTime(4, 150)),
        ("Không tính thời gian", ReadTime(stated=False)),
        ("Không quy định", ReadTime(stated=False)),
        ("0,3 ngày", None),
        ("1/0 ngày", None),
        ("Lãnh đạo Sở", None),
        ("P", None),
        ("", None),
        ("99999 ngày", None),
    ],
)
def test_times_as_people_write_them(text, time):
    assert read_time(text) == time


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Lãnh đạo Văn phòng UBND tỉnh", "unit-leader"),
        ("Văn thư Văn phòng UBND tỉnh", "clerk"),
        ("Bộ phận tiếp nhận và trả kết quả của Sở tại TTPVHCC tỉnh", "reception-officer"),
        ("Chuyên viên phòng Nội chính", "processing-officer"),
        ("Sở Nội vụ", "processing-officer"),
        ("Ký duyệt hồ sơ", ""),
        ("Người hướng dẫn", ""),
    ],
)
def test_roles_from_words(words, role):
    assert role_of(words) == role


def test_kinds_from_words():
    assert kind_of("Phân công chuyên viên thụ lý", "unit-leader", first=False, last=False) == "assign"
    assert kind_of("Vào sổ, đóng dấu", "clerk", first=False, last=False) == "issue"
    assert kind_of("Ký duyệt", "unit-leader", first=False, last=False) == "sign"
    assert kind_of("Ký tờ trình", "processing-officer", first=False, last=False) == "process"
    assert kind_of("Bất kỳ", "", first=True, last=False) == "reception"
    assert looks_like_person("Chuyên viên Phòng Đổi mới sáng tạo")
    assert not looks_like_person("Trong thời gian thông báo của cơ quan có thẩm quyền")


def test_table_becomes_a_plan():
    read = plan_from_table(rows(*STRAIGHT))
    (one,) = read.plans
    assert [(s.kind, s.role, s.quarters, s.minutes) for s in one.plan.steps] == [
        ("reception", "reception-officer", 1, 0),
        ("process", "processing-officer", 0, 120),
        ("sign", "unit-leader", 2, 0),
        ("return", "reception-officer", 0, 0),
    ]
    assert [(link.source, link.target) for link in one.plan.links] == [("1", "2"), ("2", "3"), ("3", "4")]
    assert one.performers["3"] == "Lãnh đạo Sở"
    assert (one.source, one.lines, one.plan.name) == ("Quyết định 9/QĐ", (2, 3, 4, 5), "Cấp phép thử")
    assert (read.unread, read.assumed, read.rows) == ([], 1, 4)


def test_every_row_that_was_not_read_is_told_with_its_line():
    read = plan_from_table(
        rows(
            *STRAIGHT[:1],
            ("không mã", "", 1, "Việc", "Chuyên viên", "1 ngày"),
            ("1.001001", "", "hai", "Việc", "Chuyên viên", "1 ngày", "", "9/QĐ"),
            ("1.001001", "", 2, "", "", "1 ngày", "", "9/QĐ"),
            ("", "", "", "", "", ""),
            ("1.001001", "", 2, "", "Ký duyệt hồ sơ", "Lãnh đạo Sở", "", "9/QĐ"),
            ("1.001001", "", 2, "Trường hợp khác", "Chuyên viên", "1 ngày làm việc", "", "9/QĐ"),
            ("1.001001", "", 3, "Việc", "Ai đó", "sớm", "", "9/QĐ"),
            ("1.001001", "", 4, "Việc", "Chuyên viên", "", "", "9/QĐ"),
        )
    )
    assert [(one.line, one.code, one.skipped) for one in read.unread] == [
        (3, "row.code", True),
        (4, "row.step", True),
        (5, "row.empty", True),
        (7, "time.person", False),
        (8, "step.again", True),
        (9, "role.unread", False),
        (9, "time.unread", False),
        (10, "time.empty", False),
    ]
    assert read.rows == 8
    (one,) = read.plans
    assert (one.plan.steps[1].name, one.performers["2"]) == ("Ký duyệt hồ sơ", "Lãnh đạo Sở")
    assert (one.plan.steps[1].role, one.plan.steps[1].kind) == ("unit-leader", "sign")


def test_numbering_that_begins_again_is_another_case():
    read = plan_from_table(rows(*STRAIGHT, *STRAIGHT))
    assert [one.plan.variant for one in read.plans] == ["", "case-2"]
    assert read.unread == []


def test_header_must_be_there():
    with pytest.raises(CatalogueError) as caught:
        plan_from_table([["Mã TTHC", "Bước"], ["1.001001", "1"]])
    assert caught.value.code == "catalogue.table.header"
    assert "nội dung, người thực hiện, thời gian" in caught.value.message
    with pytest.raises(CatalogueError) as caught:
        plan_from_table([HEADER])
    assert caught.value.code == "catalogue.table.empty"


@pytest.mark.skipif(not WORKFLOWS.exists(), reason="reference data not here")
def test_every_row_of_real_decisions_is_read_or_told():
    read = plan_from_table(rows_of(WORKFLOWS.read_bytes()))
    assert (read.rows, len(read.plans), len({one.plan.procedure_code for one in read.plans})) == (425, 59, 55)
    assert Counter(one.code for one in read.unread) == REAL_UNREAD
    assert read.steps == 425 - REAL_UNREAD["step.again"]
    assert Counter(one.plan.variant for one in read.plans) == {"": 55, "case-2": 4}


REAL_UNREAD = {"time.person": 79, "step.again": 17, "time.unread": 7, "time.empty": 4, "role.unread": 1}


def csv_of(lines):
    return "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode("utf-8-sig")


def xlsx_of(lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(list(line))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_import_saves_drafts_once(editor, province, procedure, make):
    content = make(rows(*STRAIGHT, ("1.009999", "Lạ", 1, "Tiếp nhận hồ sơ", "Một cửa", "1 ngày", "", "9/QĐ")))
    done = import_process_table(editor, province, content)
    (version,) = done.saved
    assert (version.origin, version.source) == ("real", "Quyết định 9/QĐ")
    assert version.approved_at is None
    assert [one.performer for one in version.steps.all()][2] == "Lãnh đạo Sở"
    assert [one.code for one in done.read.unread] == ["procedure.unknown"]
    again = import_process_table(editor, province, content)
    assert (again.saved, again.same) == ([], 1)


def test_import_leaves_what_a_person_began(editor, province, procedure, plan):
    mine = save_process_draft(editor, procedure, plan)
    done = import_process_table(editor, province, csv_of(rows(*STRAIGHT)))
    assert (done.saved, [one.code for one in done.read.unread]) == ([], ["draft.exists"])
    assert plan_of(mine).steps == plan.steps


def test_import_asks_for_the_permission(person, province, procedure):
    stranger = person("la", province, [])
    with pytest.raises(NotPermitted):
        import_process_table(stranger, province, csv_of(rows(*STRAIGHT)))
    with pytest.raises(NotPermitted):
        import_bpmn(stranger, procedure, b"")
    assert not ProcessVersion.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04broken"])
def test_broken_files_are_refused(editor, province, content):
    with pytest.raises(CatalogueError) as caught:
        import_process_table(editor, province, content)
    assert caught.value.code == "catalogue.import.damaged"


def test_bpmn_import_takes_the_procedures_code(editor, procedure, plan):
    from motcua.modules.catalogue.processes.bpmn import to_bpmn

    version = import_bpmn(editor, procedure, to_bpmn(plan))
    assert plan_of(version).steps == plan.steps
    assert version.process.procedure == procedure
