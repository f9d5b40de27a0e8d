from __future__ import annotations

import re

import defusedxml.ElementTree
from hypothesis import given, settings

from motcua.modules.catalogue.data import ProcessPlan
from motcua.modules.catalogue.processes.comparing import Change, compare_plans
from motcua.modules.catalogue.processes.picture import WIDTH, as_table, picture, summary
from motcua.modules.catalogue.processes.tests.made import UID, plan, step, straight
from motcua.modules.catalogue.processes.tests.test_bpmn import plans
from motcua.modules.catalogue.processes.validation import refusing, validate
from motcua.modules.catalogue.starter.data import starter_procedures
from motcua.modules.catalogue.starter.filling import simulated_procedures

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(one.itertext()) for one in defusedxml.ElementTree.fromstring(svg).iter(f"{SVG}text")]


@settings(max_examples=150, deadline=None)
@given(plans())
def test_every_plan_can_be_drawn_within_its_width(process):
    root = defusedxml.ElementTree.fromstring(picture(process))
    names = [one.tag.removeprefix(SVG) for one in root]
    assert names[:2] == ["title", "desc"]
    assert "script" not in names
    assert all("style" not in one.attrib for one in root.iter())
    assert all(-4 <= float(one.get("cx")) <= WIDTH for one in root.iter(f"{SVG}circle"))
    assert len(as_table(process)) == len(process.steps)


def test_names_are_escaped():
    hostile = straight(2).steps[0]
    process = plan([step("1", 1, "reception", name="<script>alert(1)</script>"), hostile], "")
    assert "<script" not in picture(process, units={"x": "<b>"})


def test_times_add_up_along_the_longest_way():
    said = texts(picture(straight(4, 2)))
    assert [one for one in said if one.startswith("Cộng dồn")] == [
        "Cộng dồn: 0,25 ngày làm việc",
        "Cộng dồn: 1,25 ngày làm việc",
        "Cộng dồn: 1,75 ngày làm việc",
        "Cộng dồn: 1,75 ngày làm việc",
    ]
    assert "4 bước" in summary(straight(4, 2))


def test_progress_is_told_by_word_and_sign():
    said = texts(picture(straight(4, 2), done={"1"}, current={"2", "3"}, late={"3"}))
    assert [one for one in said if one.startswith(("✓ ", "▶", "!"))] == [
        "✓ Đã xong",
        "▶ Đang thực hiện",
        "! Đang thực hiện, đã quá hạn",
    ]


def test_branches_and_returns_are_said_in_words():
    steps = [step("1", 1, "reception"), step("2", 2), step("3", 3), step("4", 4, waits_for_all=True)]
    rows = as_table(plan(steps, "1>2 1>3 2>4 3>4 4>2:return"))
    assert rows[0].ways == ["Mở song song các bước 2, 3"]
    assert rows[1].ways == ["đến bước 4"]
    assert rows[3].ways == ["↩ khi return: về bước 2"]
    said = " ".join(texts(picture(plan(steps, "1>2 1>3 2>4 3>4"))))
    assert "Chờ mọi nhánh đến" in said
    assert re.search(r"A.*Cán bộ thụ lý – Cơ quan giải quyết", said)


def test_empty_plan_is_drawn_empty():
    assert texts(picture(ProcessPlan(0, UID, "1", "", "x", (), ()))) == []


def test_comparison_names_steps_ways_and_the_total():
    steps = [*straight(4).steps[:2], step("7", 3, name="Thêm"), straight(4).steps[2]]
    after = plan([steps[0], step("2", 2, quarters=8, role="clerk"), *steps[2:]], "1>2 2>7 7>3")
    assert compare_plans(straight(4), straight(4)) == []
    assert compare_plans(straight(4), after) == [
        Change("changed", "Bước 2, vai trò", "Cán bộ thụ lý", "Văn thư"),
        Change("changed", "Bước 2, thời gian", "1 ngày làm việc", "2 ngày làm việc"),
        Change("added", "Bước 7: Thêm (Cán bộ thụ lý, 0,5 ngày làm việc)"),
        Change("removed", "Đường từ bước 2 đến bước 3"),
        Change("added", "Đường từ bước 2 đến bước 7"),
        Change("added", "Đường từ bước 7 đến bước 3"),
        Change("changed", "Tổng thời gian", "1,25 ngày làm việc", "2,75 ngày làm việc"),
    ]


def test_processes_of_the_starter_could_all_be_approved():
    wrong = {}
    for one in [*starter_procedures(), *simulated_procedures()[:200]]:
        if one.process is not None:
            process = ProcessPlan(0, UID, one.code, "", one.name, one.process.steps, one.process.links)
            against = refusing(validate(process, one.process.limit))
            if against:
                wrong[one.code] = [problem.message for problem in against]
    assert wrong == {}
