"""A plan as BPMN's flow nodes and flows: gateways where ways part or meet, and where everything stands.

Each link of the plan has exactly one flow of its own (from the step, or the gateway where its ways part, to the step
or the gateway where its branches meet), which carries its place among the links.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.processes.graph import forward_links, in_order, is_return


@dataclass(slots=True)
class Node:
    id: str
    type: str  # startEvent, endEvent, userTask, exclusiveGateway, parallelGateway
    lane: str
    step: StepPlan | None = None
    default: str = ""
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    outcome: str | None = None
    order: int | None = None


@dataclass(slots=True)
class Shape:
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    lanes: dict[str, list[str]] = field(default_factory=dict)  # role -> node ids, in order

    def add(self, node: Node) -> Node:
        self.nodes[node.id] = node
        self.lanes.setdefault(node.lane, []).append(node.id)
        return node

    def flow(self, source: str, target: str, **more: object) -> Flow:
        made = Flow(f"Flow_{len(self.flows) + 1}", source, target, **more)  # type: ignore[arg-type]
        self.flows.append(made)
        return made


def shape_of(plan: ProcessPlan) -> Shape:
    """Nodes and flows, placed. Any plan will do: what it lacks shows as it is."""
    shape = Shape()
    if not plan.steps:
        return shape
    ids = {step.key: f"Step_{place}" for place, step in enumerate(plan.steps, start=1)}
    first = plan.first
    shape.add(Node("Start", "startEvent", first.role))
    entries = _tasks_and_joins(shape, plan, ids)
    shape.flow("Start", ids[first.key])
    for step in plan.steps:
        _ways(shape, plan, step, ids, entries)
    _ends(shape, plan, ids)
    _place(shape, plan, ids)
    return shape


def _tasks_and_joins(shape: Shape, plan: ProcessPlan, ids: dict[str, str]) -> dict[str, str]:
    """Where forward flows enter each step: its join when it waits for several, else itself."""
    arriving = Counter(link.target for link in forward_links(plan))
    entries = {}
    for step in plan.steps:
        own = ids[step.key]
        if step.waits_for_all and arriving[step.key] > 1:
            join = shape.add(Node(f"Join_{own}", "parallelGateway", step.role))
            shape.flow(join.id, own)
            entries[step.key] = join.id
        else:
            entries[step.key] = own
        shape.add(Node(own, "userTask", step.role, step))
    return entries


def _ways(
    shape: Shape, plan: ProcessPlan, step: StepPlan, ids: dict[str, str], entries: dict[str, str]
) -> None:
    ways: dict[str, list[tuple[int, StepLink]]] = {}
    for order, link in enumerate(plan.links):
        if link.source == step.key and link.target in ids:
            ways.setdefault(link.outcome, []).append((order, link))
    if not ways:
        return
    source = ids[step.key]
    choosing = len(ways) > 1 or "" not in ways
    if choosing:
        gateway = shape.add(Node(f"Choice_{source}", "exclusiveGateway", step.role))
        shape.flow(source, gateway.id)
        source = gateway.id
    for outcome, links in ways.items():
        start = source
        if len(links) > 1:
            split = shape.add(Node(f"Split_{len(shape.nodes)}_{ids[step.key]}", "parallelGateway", step.role))
            into = shape.flow(start, split.id, outcome=outcome if choosing else None)
            _set_default(shape, start, into, outcome, choosing=choosing)
            start = split.id
        for order, link in links:
            target = ids[link.target] if is_return(link) else entries[link.target]
            alone = len(links) == 1 and choosing
            flow = shape.flow(start, target, name=link.label, outcome=outcome if alone else None, order=order)
            _set_default(shape, start, flow, outcome, choosing=alone)


def _set_default(shape: Shape, gateway: str, flow: Flow, outcome: str, *, choosing: bool) -> None:
    if choosing and not outcome:
        shape.nodes[gateway].default = flow.id


def _ends(shape: Shape, plan: ProcessPlan, ids: dict[str, str]) -> None:
    leaving = {link.source for link in plan.links if link.target in ids}
    last = [step for step in plan.steps if step.key not in leaving]
    if not last:
        return
    end = shape.add(Node("End", "endEvent", last[-1].role))
    for step in last:
        shape.flow(ids[step.key], end.id)


# -- where everything stands ----------------------------------------------------------------------

COLUMN, ROW, LEFT, TOP, HEAD = 260, 110, 60, 40, 30
TASK_WIDTH, TASK_HEIGHT, GATE, EVENT = 120, 80, 50, 36


def _place(shape: Shape, plan: ProcessPlan, ids: dict[str, str]) -> None:
    columns = _columns(plan, ids)
    rows = _rows(shape, columns)
    last = max(columns.values(), default=0)
    for node in shape.nodes.values():
        owner = node.id.split("_", 1)[1] if node.type.endswith("Gateway") and "_" in node.id else node.id
        owner = "Step_" + owner.rsplit("Step_", 1)[-1] if "Step_" in owner else owner
        column = columns.get(owner, 0 if node.id == "Start" else last + 1)
        base = LEFT + HEAD + 90 + column * COLUMN
        middle = TOP + rows.get(owner, rows.get(node.id, 0)) * ROW + ROW // 2
        _size(node)
        node.x = base + _offset(node)
        node.y = middle - node.height // 2


def _offset(node: Node) -> int:
    if node.type == "startEvent":
        return -70
    if node.id.startswith("Join_"):
        return -62
    if node.id.startswith("Choice_"):
        return TASK_WIDTH + 12
    if node.id.startswith("Split_"):
        return TASK_WIDTH + 70
    return 0


def _size(node: Node) -> None:
    if node.type == "userTask":
        node.width, node.height = TASK_WIDTH, TASK_HEIGHT
    elif node.type.endswith("Gateway"):
        node.width = node.height = GATE
    else:
        node.width = node.height = EVENT


def _columns(plan: ProcessPlan, ids: dict[str, str]) -> dict[str, int]:
    """How deep each step stands: one more than the deepest that leads to it."""
    depth = {step.key: 0 for step in plan.steps}
    onward = forward_links(plan)
    for step in in_order(plan) or ():
        for link in onward:
            if link.source == step.key:
                depth[link.target] = max(depth[link.target], depth[step.key] + 1)
    if in_order(plan) is None:
        depth = {step.key: place for place, step in enumerate(plan.steps)}
    return {ids[key]: column for key, column in depth.items()}


def _rows(shape: Shape, columns: dict[str, int]) -> dict[str, int]:
    """Lanes one under the other, each as high as the most steps it has in one column."""
    rows: dict[str, int] = {}
    first = 0
    for nodes in shape.lanes.values():
        taken: Counter[int] = Counter()
        for node_id in nodes:
            if node_id in columns:
                rows[node_id] = first + taken[columns[node_id]]
                taken[columns[node_id]] += 1
        for node_id in nodes:
            if node_id in ("Start", "End"):
                rows[node_id] = first
        first += max(taken.values(), default=1)
    return rows


def lane_rows(shape: Shape) -> dict[str, tuple[int, int]]:
    """Top and height of each lane."""
    spans: dict[str, tuple[int, int]] = {}
    top = TOP
    for lane, nodes in shape.lanes.items():
        lowest = max(
            (shape.nodes[one].y + shape.nodes[one].height // 2 for one in nodes), default=top + ROW // 2
        )
        height = max(ROW, (lowest - top) // ROW * ROW + ROW)
        spans[lane] = (top, height)
        top += height
    return spans
