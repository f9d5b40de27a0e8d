from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.processes.bpmn import parse_bpmn, to_bpmn
from motcua.modules.catalogue.processes.tests.made import KINDS, ROLES, UID, plan, step, straight

SCHEMA = Path(__file__).parent / "bpmn-schema" / "BPMN20.xsd"


@cache
def schema():
    return xmlschema.XMLSchema(str(SCHEMA))


TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x1EFF, exclude_categories=("Cs", "Cc", "Co", "Cn")),
    min_size=1,
    max_size=20,
).map(lambda text: " ".join(text.split()) or "x")
LINES = st.lists(TEXT, max_size=2).map("\n".join)


@st.composite
def plans(draw):
    keys = draw(st.lists(st.text("abc123", min_size=1, max_size=3), unique=True, min_size=1, max_size=7))
    steps = [
        StepPlan(
            key=key,
            order=draw(st.integers(0, 9)),
            kind=draw(st.sampled_from(("reception", "return", *KINDS))),
            name=draw(TEXT),
            role=draw(st.sampled_from(("", *ROLES))),
            place=draw(st.sampled_from(("receiving", "handling", "returning", "unit"))),
            unit_code=draw(st.sampled_from(("", "H05.15"))),
            work=draw(LINES),
            output=draw(LINES),
            quarters=draw(st.integers(0, 99)),
            minutes=draw(st.integers(0, 99)),
            actions=draw(st.sampled_from(((), ("submit",), ("approve", "return_step")))),
            waits_for_all=draw(st.booleans()),
            leg_procedure=draw(st.sampled_from(("", "1.001193"))),
            leg_limit=draw(st.sampled_from(("", "03 ngày làm việc"))),
        )
        for key in keys
    ]
    pairs = st.tuples(
        st.sampled_from(keys),
        st.sampled_from(keys),
        st.sampled_from(("", "", "reject", "return", "return-x")),
    )
    chosen = draw(st.lists(pairs, unique=True, max_size=12))
    links = tuple(StepLink(a, b, outcome, draw(st.just("") | TEXT)) for a, b, outcome in chosen)
    return ProcessPlan(
        draw(st.integers(0, 10**12)),
        UID,
        "1.001001",
        draw(st.sampled_from(("", "green-60"))),
        draw(TEXT),
        tuple(steps),
        links,
        draw(st.just("") | TEXT),
    )


@settings(max_examples=400, deadline=None)
@given(plans())
def test_what_is_written_is_read_back_equal(process):
    assert parse_bpmn(to_bpmn(process)) == process


@settings(max_examples=40, deadline=None)
@given(plans())
def test_whatever_is_written_is_valid_against_the_schema_of_omg(process):
    schema().validate(to_bpmn(process).decode())


def test_diagram_shows_every_node_and_flow():
    steps = [
        step("1", 1, "reception", "reception-officer"),
        step("2", 2),
        step("3", 3, role="clerk"),
        step("4", 4, role="unit-leader", waits_for_all=True),
        step("5", 5, "return", "reception-officer"),
    ]
    text = to_bpmn(plan(steps, "1>2 1>3 2>4 3>4 4>5 4>2:return")).decode()
    assert text.count("<bpmn:parallelGateway") == 2
    assert text.count("<bpmn:exclusiveGateway") == 1
    assert text.count("<bpmndi:BPMNEdge") == text.count("<bpmn:sequenceFlow")
    nodes = sum(
        text.count(f"<bpmn:{one} ")
        for one in ("userTask", "parallelGateway", "exclusiveGateway", "startEvent", "endEvent")
    )
    lanes = text.count("<bpmn:lane ")
    assert (nodes, lanes) == (10, 4)
    assert text.count("<bpmndi:BPMNShape") == nodes + lanes + 1
    assert "outcome = 'return'" in text


def test_shapes_do_not_overlap():
    import re

    steps = [step(str(n), n, role=ROLES[n % 2]) for n in range(6)]
    text = to_bpmn(plan(steps, "0>1 0>2 0>3 1>4 2>4 3>4 4>5 4>1:return")).decode()
    boxes = {
        name: tuple(map(int, size))
        for name, *size in re.findall(
            r'bpmnElement="((?:Step|Join|Split|Choice|Start|End)\w*)">\s*<dc:Bounds x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"',
            text,
        )
    }
    assert len(boxes) == 10
    for one, (x, y, w, h) in boxes.items():
        for two, (a, b, c, d) in boxes.items():
            assert one >= two or x + w <= a or a + c <= x or y + h <= b or b + d <= y, (one, two)


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:collaboration id="c"><bpmn:participant id="p" name="Cấp phép" processRef="proc" /></bpmn:collaboration>
  <bpmn:process id="proc" isExecutable="true">
    <bpmn:laneSet id="ls">
      <bpmn:lane id="l1" name="Bộ phận Một cửa"><bpmn:flowNodeRef>t1</bpmn:flowNodeRef><bpmn:flowNodeRef>t6</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l2" name="Chuyên viên phòng"><bpmn:flowNodeRef>t2</bpmn:flowNodeRef><bpmn:flowNodeRef>t3</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l3" name="Lãnh đạo Sở"><bpmn:flowNodeRef>t4</bpmn:flowNodeRef></bpmn:lane>
      <bpmn:lane id="l4" name="Văn thư"><bpmn:flowNodeRef>t5</bpmn:flowNodeRef></bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="s"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:task id="t1" name="Tiếp nhận hồ sơ"><bpmn:documentation>Kiểm tra giấy tờ.
Thời gian: 0,25 ngày làm việc</bpmn:documentation></bpmn:task>
    <bpmn:parallelGateway id="g1" />
    <bpmn:userTask id="t2" name="Thẩm định hồ sơ" camunda:assignee="x"><bpmn:extensionElements><camunda:properties /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:boundaryEvent id="b2" attachedToRef="t2"><bpmn:timerEventDefinition id="te"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2DT4H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:manualTask id="t3" name="Lấy ý kiến đơn vị" />
    <bpmn:parallelGateway id="g2" />
    <bpmn:userTask id="t4" name="Ký duyệt kết quả" />
    <bpmn:exclusiveGateway id="g3" name="Đồng ý?" default="f9" />
    <bpmn:task id="t5" name="Vào sổ, đóng dấu" />
    <bpmn:task id="t6" name="Trả kết quả" />
    <bpmn:endEvent id="e" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t1" />
    <bpmn:sequenceFlow id="f2" sourceRef="t1" targetRef="g1" />
    <bpmn:sequenceFlow id="f3" sourceRef="g1" targetRef="t2" />
    <bpmn:sequenceFlow id="f4" sourceRef="g1" targetRef="t3" />
    <bpmn:sequenceFlow id="f5" sourceRef="t2" targetRef="g2" />
    <bpmn:sequenceFlow id="f6" sourceRef="t3" targetRef="g2" />
    <bpmn:sequenceFlow id="f7" sourceRef="g2" targetRef="t4" />
    <bpmn:sequenceFlow id="f8" sourceRef="t4" targetRef="g3" />
    <bpmn:sequenceFlow id="f9" sourceRef="g3" targetRef="t5" />
    <bpmn:sequenceFlow id="f10" name="Chưa đạt" sourceRef="g3" targetRef="t2" />
    <bpmn:sequenceFlow id="f11" sourceRef="t5" targetRef="t6" />
    <bpmn:sequenceFlow id="f12" sourceRef="t6" targetRef="e" />
    <bpmn:textAnnotation id="a"><bpmn:text>Ghi chú</bpmn:text></bpmn:textAnnotation>
  </bpmn:process>
</bpmn:definitions>
"""


def test_file_drawn_elsewhere_becomes_a_plan():
    from motcua.modules.catalogue.processes.validation import validate

    read = parse_bpmn(FOREIGN.encode())
    assert read.name == "Cấp phép"
    assert [(one.key, one.kind, one.role) for one in read.steps] == [
        ("1", "reception", "reception-officer"),
        ("2", "process", "processing-officer"),
        ("3", "consult", "processing-officer"),
        ("4", "sign", "unit-leader"),
        ("5", "issue", "clerk"),
        ("6", "return", "reception-officer"),
    ]
    assert [(one.quarters, one.minutes) for one in read.steps[:3]] == [(1, 0), (8, 240), (0, 0)]
    assert [one.waits_for_all for one in read.steps] == [False, False, False, True, False, False]
    assert set(read.links) == {
        StepLink("1", "2"),
        StepLink("1", "3"),
        StepLink("2", "4"),
        StepLink("3", "4"),
        StepLink("4", "5"),
        StepLink("4", "2", "return-chua-dat", "Chưa đạt"),
        StepLink("5", "6"),
    }
    assert validate(read, "05 ngày làm việc") == ()
    assert parse_bpmn(to_bpmn(read)) == read


def foreign(old, new):
    assert old in FOREIGN
    return FOREIGN.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("xml", "code", "told"),
    [
        (b"<a", "bpmn.damaged", ""),
        (b"<a/>", "bpmn.damaged", ""),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "bpmn.damaged", ""),
        (foreign('<bpmn:task id="t5"', '<bpmn:serviceTask id="t5"'), "bpmn.unsupported", "t5"),
        (
            foreign('<bpmn:exclusiveGateway id="g3"', '<bpmn:inclusiveGateway id="g3"'),
            "bpmn.unsupported",
            "g3",
        ),
        (
            foreign(
                '<bpmn:task id="t6" name="Trả kết quả" />',
                '<bpmn:task id="t6"><bpmn:multiInstanceLoopCharacteristics /></bpmn:task>',
            ),
            "bpmn.unsupported",
            "t6",
        ),
        (
            foreign(
                '<bpmn:timerEventDefinition id="te">',
                '<bpmn:outgoing>f3</bpmn:outgoing><bpmn:timerEventDefinition id="te">',
            ),
            "bpmn.unsupported",
            "b2",
        ),
        (
            foreign('<bpmn:endEvent id="e" />', '<bpmn:subProcess id="sub" /><bpmn:endEvent id="e" />'),
            "bpmn.unsupported",
            "sub",
        ),
        (foreign('sourceRef="t6" targetRef="e"', 'sourceRef="t6" targetRef="nowhere"'), "bpmn.flow", "f12"),
        (
            foreign('sourceRef="g3" targetRef="t5"', 'sourceRef="g3" targetRef="g3"'),
            "bpmn.gateway-loop",
            "g3",
        ),
        (
            foreign(
                "</bpmn:process>", '</bpmn:process><bpmn:process id="two"><bpmn:task id="z" /></bpmn:process>'
            ),
            "bpmn.several-processes",
            "two",
        ),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "bpmn.no-process", ""),
        (to_bpmn(straight(2)).replace(b'quarters="2"', b'quarters="two"'), "bpmn.value", ""),
        (b" " * (5 * 2**20 + 1), "bpmn.size", ""),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_element(xml, code, told):
    with pytest.raises(CatalogueError) as caught:
        parse_bpmn(xml)
    assert caught.value.code == f"catalogue.{code}"
    assert told in caught.value.message


def test_lane_decides_the_role_after_a_step_was_moved():
    text = to_bpmn(straight(2)).decode()
    moved = text.replace('motcua:role="processing-officer"', 'motcua:role="clerk"')
    assert parse_bpmn(moved.encode()).steps[1].role == "clerk"


def test_characters_that_xml_cannot_hold_are_left_out():
    process = straight(2)
    odd = replace(process, name="Quy\x0b trình")
    assert parse_bpmn(to_bpmn(odd)).name == "Quy trình"


def test_schemas_are_as_published():
    import hashlib
    import re

    listed = dict(re.findall(r"\| (\w+\.xsd) \| (\w+) \|", (SCHEMA.parent / "SOURCE.md").read_text()))
    found = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in SCHEMA.parent.glob("*.xsd")}
    assert found == listed
