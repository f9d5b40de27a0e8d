"""A plan as a BPMN 2.0 file, with its diagram."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.catalogue.processes.bpmn.names import BPMNDI, DC, DI, PREFIXES, XSI, bpmn, ours
from motcua.modules.catalogue.processes.bpmn.shape import Flow, Node, Shape, lane_rows, shape_of
from motcua.modules.catalogue.processes.words import role_name

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for _prefix, _uri in PREFIXES.items():
    ET.register_namespace(_prefix, _uri)


def to_bpmn(plan: ProcessPlan) -> bytes:
    """The plan as BPMN 2.0, valid against the schema of OMG; `parse_bpmn` reads it back equal."""
    shape = shape_of(plan)
    root = ET.Element(
        bpmn("definitions"),
        {"id": "Definitions", "targetNamespace": "urn:motcua:process", "exporter": "motcua"},
    )
    collaboration = ET.SubElement(root, bpmn("collaboration"), {"id": "Collaboration"})
    pool = {"id": "Pool", "name": _safe(plan.name), "processRef": "Process"}
    ET.SubElement(collaboration, bpmn("participant"), pool)
    _process(root, plan, shape)
    _diagram(root, shape)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _safe(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _process(root: ET.Element, plan: ProcessPlan, shape: Shape) -> None:
    process = ET.SubElement(
        root, bpmn("process"), {"id": "Process", "name": _safe(plan.name), "isExecutable": "false"}
    )
    extension = ET.SubElement(process, bpmn("extensionElements"))
    head = {
        "version": str(plan.version_id),
        "uid": str(plan.uid),
        "procedure": plan.procedure_code,
        "variant": plan.variant,
        "decision": _safe(plan.decision),
    }
    ET.SubElement(extension, ours("process"), head)
    if shape.lanes:
        lanes = ET.SubElement(process, bpmn("laneSet"), {"id": "Lanes"})
        for number, (role, nodes) in enumerate(shape.lanes.items(), start=1):
            lane = ET.SubElement(
                lanes,
                bpmn("lane"),
                {"id": f"Lane_{number}", "name": role_name(role) or "–", ours("role"): role},
            )
            for node_id in nodes:
                ET.SubElement(lane, bpmn("flowNodeRef")).text = node_id
    for node in shape.nodes.values():
        _node(process, node, shape)
    for flow in shape.flows:
        _flow(process, flow)


def _node(process: ET.Element, node: Node, shape: Shape) -> None:
    attributes = {"id": node.id}
    if node.step is not None:
        attributes["name"] = _safe(node.step.name)
    if node.default:
        attributes["default"] = node.default
    element = ET.SubElement(process, bpmn(node.type), attributes)
    incoming = [flow.id for flow in shape.flows if flow.target == node.id]
    if node.step is not None:
        joined = any(one.startswith("Join_") for one in _sources(shape, node.id))
        _step(element, node.step, joined=joined)
    for flow_id in incoming:
        ET.SubElement(element, bpmn("incoming")).text = flow_id
    for flow in shape.flows:
        if flow.source == node.id:
            ET.SubElement(element, bpmn("outgoing")).text = flow.id


def _sources(shape: Shape, node_id: str) -> list[str]:
    return [flow.source for flow in shape.flows if flow.target == node_id]


def _step(element: ET.Element, step: StepPlan, *, joined: bool) -> None:
    extension = ET.SubElement(element, bpmn("extensionElements"))
    attributes = {
        "key": step.key,
        "order": str(step.order),
        "kind": step.kind,
        "role": step.role,
        "place": step.place,
        "unit": step.unit_code,
        "quarters": str(step.quarters),
        "minutes": str(step.minutes),
        "actions": " ".join(step.actions),
        "legProcedure": step.leg_procedure,
        "legLimit": step.leg_limit,
    }
    if step.waits_for_all and not joined:
        attributes["waits"] = "true"
    shown = {name: _safe(value) for name, value in attributes.items() if value}
    own = ET.SubElement(extension, ours("step"), shown)
    for name, text in (("work", step.work), ("output", step.output)):
        if text:
            ET.SubElement(own, ours(name)).text = _safe(text)


def _flow(process: ET.Element, flow: Flow) -> None:
    attributes = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    if flow.name:
        attributes["name"] = _safe(flow.name)
    if flow.outcome is not None:
        attributes[ours("outcome")] = _safe(flow.outcome)
    if flow.order is not None:
        attributes[ours("order")] = str(flow.order)
    element = ET.SubElement(process, bpmn("sequenceFlow"), attributes)
    if flow.outcome:
        condition = ET.SubElement(
            element, bpmn("conditionExpression"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}
        )
        condition.text = f"outcome = '{_safe(flow.outcome)}'"


# -- the diagram ----------------------------------------------------------------------------------


def _diagram(root: ET.Element, shape: Shape) -> None:
    diagram = ET.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": "Diagram"})
    plane = ET.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", {"id": "Plane", "bpmnElement": "Collaboration"})
    right = max((node.x + node.width for node in shape.nodes.values()), default=300) + 60
    spans = lane_rows(shape)
    height = sum(size for _top, size in spans.values()) or 110
    _box(plane, "Pool", 60, 40, right - 60, height, horizontal=True)
    for number, (top, size) in enumerate(spans.values(), start=1):
        _box(plane, f"Lane_{number}", 90, top, right - 90, size, horizontal=True)
    for node in shape.nodes.values():
        _box(plane, node.id, node.x, node.y, node.width, node.height)
    for flow in shape.flows:
        _edge(plane, flow, shape.nodes[flow.source], shape.nodes[flow.target])


def _box(
    plane: ET.Element, element: str, x: int, y: int, width: int, height: int, *, horizontal: bool = False
) -> None:
    attributes = {"id": f"{element}_di", "bpmnElement": element}
    if horizontal:
        attributes["isHorizontal"] = "true"
    shape = ET.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", attributes)
    bounds = {"x": x, "y": y, "width": width, "height": height}
    ET.SubElement(shape, f"{{{DC}}}Bounds", {name: str(value) for name, value in bounds.items()})


def _edge(plane: ET.Element, flow: Flow, source: Node, target: Node) -> None:
    edge = ET.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{flow.id}_di", "bpmnElement": flow.id})
    for x, y in _waypoints(source, target):
        ET.SubElement(edge, f"{{{DI}}}waypoint", {"x": str(x), "y": str(y)})


def _waypoints(source: Node, target: Node) -> list[tuple[int, int]]:
    begin = (source.x + source.width, source.y + source.height // 2)
    end = (target.x, target.y + target.height // 2)
    if end[0] >= begin[0]:
        if begin[1] == end[1]:
            return [begin, end]
        turn = end[0] - 12
        return [begin, (turn, begin[1]), (turn, end[1]), end]
    # A way back runs under both.
    low = max(source.y + source.height, target.y + target.height) + 10
    middle = source.x + source.width // 2
    entry = target.x + target.width // 2
    return [
        (middle, source.y + source.height),
        (middle, low),
        (entry, low),
        (entry, target.y + target.height),
    ]
