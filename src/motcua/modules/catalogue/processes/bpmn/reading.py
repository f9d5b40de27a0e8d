"""A BPMN 2.0 file as a plan: ours read back exactly, others' as far as they say what a step needs.

Extensions of other vendors are left aside. What a dossier could not follow (sub-processes, events in between,
inclusive gateways, loops of one task) is refused by code, with the id of the element.
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field, replace

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _

from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.processes.bpmn.names import BPMN, bpmn, ours
from motcua.modules.catalogue.processes.graph import RETURN, in_order, is_return
from motcua.modules.catalogue.processes.guessing import ReadTime, kind_of, read_time, role_of
from motcua.modules.catalogue.processes.usual import UNSAVED
from motcua.modules.catalogue.starter.usual import ACTIONS

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_STEPS = 200
TASKS = {"task", "userTask", "manualTask"}
GATEWAYS = {"exclusiveGateway", "parallelGateway"}
EVENTS = {"startEvent", "endEvent"}
LEFT_ASIDE = {
    "laneSet",
    "documentation",
    "extensionElements",
    "ioSpecification",
    "property",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "auditing",
    "monitoring",
    "sequenceFlow",
}
_SPOKEN_TIME = re.compile(r"thời (?:gian|hạn)[^:\n]*:\s*([^\n;.]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Flow:
    source: str
    target: str
    name: str
    condition: str
    outcome: str | None
    order: int


@dataclass(slots=True)
class _File:
    nodes: dict[str, ET.Element] = field(default_factory=dict)
    flows: list[_Flow] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)  # node id -> role of its lane
    timers: dict[str, str] = field(default_factory=dict)  # task id -> text of the timer on its edge
    incoming: Counter[str] = field(default_factory=Counter)
    defaults: set[tuple[str, str]] = field(default_factory=set)

    def type(self, node: str) -> str:
        return _local(self.nodes[node])

    def leaving(self, node: str) -> list[_Flow]:
        return [flow for flow in self.flows if flow.source == node]


def parse_bpmn(xml: bytes) -> ProcessPlan:
    """Reads a file as a plan. Raises CatalogueError catalogue.bpmn.size, .damaged, .no-process, .several-processes,
    .unsupported, .flow, .gateway-loop, .steps, .value: each names the element's id where there is one."""
    root = _parsed(xml)
    process = _the_process(root)
    read = _read(process)
    tasks = [one for one in read.nodes if read.type(one) in TASKS]
    if not tasks:
        raise CatalogueError("bpmn.no-process", _("Tệp BPMN không có công việc nào."))
    if len(tasks) > MAX_STEPS:
        raise CatalogueError("bpmn.steps", _("Quy trình có quá {n} bước.").format(n=MAX_STEPS))
    try:
        return _plan(root, process, read, tasks)
    except ValueError as error:
        if isinstance(error, CatalogueError):
            raise
        raise CatalogueError(
            "bpmn.value", _("Tệp BPMN có giá trị không đọc được: {why}").format(why=error)
        ) from error


def _parsed(xml: bytes) -> ET.Element:
    if len(xml) > MAX_BYTES:
        raise CatalogueError("bpmn.size", _("Tệp BPMN lớn quá {n} MB.").format(n=MAX_BYTES // 2**20))
    try:
        root = defusedxml.ElementTree.fromstring(xml, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise CatalogueError("bpmn.damaged", _("Không đọc được tệp: không phải XML hợp lệ.")) from error
    if root.tag != bpmn("definitions"):
        raise CatalogueError("bpmn.damaged", _("Tệp này không phải BPMN 2.0."))
    if sum(1 for _one in root.iter()) > MAX_ELEMENTS:
        raise CatalogueError("bpmn.size", _("Tệp BPMN có quá nhiều phần tử."))
    return root


def _the_process(root: ET.Element) -> ET.Element:
    found = [one for one in root.iter(bpmn("process")) if any(_local(child) in TASKS for child in one)]
    if not found:
        processes = list(root.iter(bpmn("process")))
        if len(processes) == 1:
            return processes[0]
        raise CatalogueError("bpmn.no-process", _("Tệp BPMN không có quy trình nào có công việc."))
    if len(found) > 1:
        raise CatalogueError(
            "bpmn.several-processes",
            _("Tệp có {n} quy trình ({ids}); mỗi tệp chỉ nhập một quy trình.").format(
                n=len(found), ids=", ".join(one.get("id", "?") for one in found)
            ),
        )
    return found[0]


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _refused(element: ET.Element) -> CatalogueError:
    return CatalogueError(
        "bpmn.unsupported",
        _("Phần tử {type} “{id}” chưa dùng được trong quy trình nội bộ; hãy vẽ lại phần này.").format(
            type=_local(element), id=element.get("id", "?")
        ),
    )


def _read(process: ET.Element) -> _File:
    read = _File()
    for child in process:
        if not str(child.tag).startswith(f"{{{BPMN}}}"):
            continue
        kind = _local(child)
        if kind in TASKS | GATEWAYS | EVENTS:
            _take_node(read, child)
        elif kind == "boundaryEvent":
            _take_timer(read, child)
        elif kind not in LEFT_ASIDE:
            raise _refused(child)
    for place, child in enumerate(process.iter(bpmn("sequenceFlow"))):
        _take_flow(read, child, place)
    for lane in process.iter(bpmn("lane")):
        _take_lane(read, lane)
    return read


def _take_node(read: _File, element: ET.Element) -> None:
    looping = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
    if any(element.find(bpmn(one)) is not None for one in looping):
        raise _refused(element)
    node = element.get("id")
    if not node or node in read.nodes:
        raise CatalogueError("bpmn.flow", _("Có phần tử thiếu id hoặc trùng id “{id}”.").format(id=node))
    read.nodes[node] = element
    if element.get("default"):
        read.defaults.add((node, element.get("default", "")))


def _take_timer(read: _File, element: ET.Element) -> None:
    """A timer on a task's edge tells its time; any other event there would be a way a dossier cannot take."""
    timer = element.find(bpmn("timerEventDefinition"))
    if timer is None or element.find(bpmn("outgoing")) is not None:
        raise _refused(element)
    read.timers[element.get("attachedToRef", "")] = "".join(timer.itertext()).strip()


def _take_flow(read: _File, element: ET.Element, place: int) -> None:
    source, target = element.get("sourceRef", ""), element.get("targetRef", "")
    if source not in read.nodes or target not in read.nodes:
        raise CatalogueError(
            "bpmn.flow",
            _("Đường nối “{id}” không nối hai phần tử của quy trình.").format(id=element.get("id", "?")),
        )
    condition = element.find(bpmn("conditionExpression"))
    outcome = element.get(ours("outcome"))
    if outcome is None and (source, element.get("id", "")) in read.defaults:
        outcome = ""
    order = element.get(ours("order"))
    read.incoming[target] += 1
    read.flows.append(
        _Flow(
            source,
            target,
            element.get("name", ""),
            squeeze("".join(condition.itertext())) if condition is not None else "",
            outcome,
            int(order) if order is not None else 1_000_000 + place,
        )
    )


def _take_lane(read: _File, lane: ET.Element) -> None:
    """Inner lanes come after the outer ones, so the innermost decides."""
    role = lane.get(ours("role"))
    if role is None:
        role = role_of(lane.get("name", ""))
    for ref in lane.findall(bpmn("flowNodeRef")):
        read.roles[(ref.text or "").strip()] = role


# -- links ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """What was gathered on the way from a task to the next."""

    outcome: str = ""
    label: str = ""
    order: int = 10**9
    ours: bool = True
    joined: bool = False


def _links(read: _File, task: str) -> list[tuple[str, _Way]]:
    found: list[tuple[str, _Way]] = []
    flows = read.leaving(task)
    for flow in flows:
        _follow(read, flow, _step_on(_Way(), flow, chosen=bool(flow.condition)), found, ())
    return found


def _follow(
    read: _File, flow: _Flow, way: _Way, found: list[tuple[str, _Way]], passed: tuple[str, ...]
) -> None:
    target = flow.target
    kind = read.type(target)
    if kind in TASKS:
        found.append((target, way))
        return
    if kind in EVENTS:
        if kind == "startEvent":
            raise CatalogueError("bpmn.flow", _("Sự kiện bắt đầu “{id}” có đường đến.").format(id=target))
        return
    if target in passed:
        raise CatalogueError(
            "bpmn.gateway-loop", _("Các cổng “{ids}” nối vòng quanh nhau.").format(ids=", ".join(passed))
        )
    leaving = read.leaving(target)
    chosen = kind == "exclusiveGateway" and len(leaving) > 1
    joined = way.joined or (kind == "parallelGateway" and read.incoming[target] > 1)
    for following in leaving:
        only = kind == "exclusiveGateway" and following.outcome is not None
        onward = _step_on(replace(way, joined=joined), following, chosen=chosen or only)
        _follow(read, following, onward, found, (*passed, target))


def _step_on(way: _Way, flow: _Flow, *, chosen: bool) -> _Way:
    label = way.label if not flow.name else flow.name if not way.label else f"{way.label}; {flow.name}"
    order = min(way.order, flow.order) if flow.order < 1_000_000 or way.order >= 1_000_000 else way.order
    own = way.ours and (flow.outcome is not None or not chosen)
    outcome = way.outcome
    if flow.outcome is not None:
        outcome = _both(outcome, flow.outcome)
    elif chosen:
        outcome = _both(outcome, _slug(flow.name or flow.condition))
        label = label or flow.condition
    return replace(way, outcome=outcome, label=label, order=order, ours=own)


def _both(one: str, other: str) -> str:
    return f"{one}-{other}"[:40] if one and other else one or other


def _slug(text: str) -> str:
    return search_key(text).replace(" ", "-")[:30].strip("-")


# -- steps and the plan ---------------------------------------------------------------------------


def _plan(root: ET.Element, process: ET.Element, read: _File, tasks: list[str]) -> ProcessPlan:
    keys = _keys(read, tasks)
    gathered = [
        (way.order, StepLink(keys[task], keys[target], way.outcome, way.label), way.ours, target)
        for task in tasks
        for target, way in _links(read, task)
    ]
    waiting = {target for task in tasks for target, way in _links(read, task) if way.joined}
    gathered.sort(key=lambda one: one[0])
    links = _once(_marked(read, keys, [(link, own) for _order, link, own, _target in gathered]))
    head = process.find(f"{bpmn('extensionElements')}/{ours('process')}")
    said = head.attrib if head is not None else {}
    steps = _steps(read, tasks, keys, links, waiting)
    return ProcessPlan(
        version_id=int(said.get("version", 0)),
        uid=uuid.UUID(said["uid"]) if "uid" in said else UNSAVED,
        procedure_code=said.get("procedure", ""),
        variant=said.get("variant", ""),
        name=process.get("name") or _pool_name(root, process),
        steps=steps,
        links=links,
        decision=said.get("decision", ""),
    )


def _pool_name(root: ET.Element, process: ET.Element) -> str:
    for pool in root.iter(bpmn("participant")):
        if pool.get("processRef", "").rpartition(":")[2] == process.get("id"):
            return pool.get("name", "")
    return ""


def _own(element: ET.Element) -> ET.Element | None:
    return element.find(f"{bpmn('extensionElements')}/{ours('step')}")


def _keys(read: _File, tasks: list[str]) -> dict[str, str]:
    """Our own keys where the file has them; else numbers in the order of the file."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for task in tasks:
        own = _own(read.nodes[task])
        key = own.get("key", "") if own is not None else ""
        if key and key not in taken:
            keys[task] = key
            taken.add(key)
    number = 0
    for task in tasks:
        while task not in keys:
            number += 1
            if str(number) not in taken:
                keys[task] = str(number)
                taken.add(str(number))
    return keys


def _once(links: list[StepLink]) -> tuple[StepLink, ...]:
    """Two ways of one outcome between the same steps are one link."""
    return tuple({(one.source, one.target, one.outcome): one for one in reversed(links)}.values())[::-1]


def _marked(read: _File, keys: dict[str, str], links: list[tuple[StepLink, bool]]) -> list[StepLink]:
    """A way back that another program drew with a condition becomes a marked return."""
    start = next((one for one in read.nodes if read.type(one) == "startEvent"), "")
    depth = _depths(keys, [link for link, _own in links], read, start)
    return [
        replace(link, outcome=f"{RETURN}-{link.outcome}"[:40])
        if not own and link.outcome and not is_return(link) and depth[link.target] <= depth[link.source]
        else link
        for link, own in links
    ]


def _depths(keys: dict[str, str], links: list[StepLink], read: _File, start: str) -> dict[str, int]:
    """Steps away from the start, by the shortest way; what it does not reach comes last."""
    far = len(keys) + 1
    depth = dict.fromkeys(keys.values(), far)
    opening: list[tuple[str, _Way]] = []
    if start:
        for flow in read.leaving(start):
            _follow(read, flow, _Way(), opening, ())
    waiting = [keys[target] for target, _way in opening] or list(keys.values())[:1]
    for key in waiting:
        depth[key] = 0
    while waiting:
        key = waiting.pop(0)
        for link in links:
            if link.source == key and depth[link.target] > depth[key] + 1:
                depth[link.target] = depth[key] + 1
                waiting.append(link.target)
    return depth


def _steps(
    read: _File, tasks: list[str], keys: dict[str, str], links: tuple[StepLink, ...], waiting: set[str]
) -> tuple[StepPlan, ...]:
    drawn = [task for task in tasks if _own(read.nodes[task]) is None]
    made = {task: _our_step(read, task, keys[task], task in waiting) for task in tasks if task not in drawn}
    if drawn:
        order = _order(keys, links)
        made |= {task: _drawn_step(read, task, keys[task], order, links, task in waiting) for task in drawn}
    steps = [made[task] for task in tasks]
    return tuple(steps) if not drawn else tuple(sorted(steps, key=lambda one: one.order))


def _our_step(read: _File, task: str, key: str, waits: bool) -> StepPlan:
    element = read.nodes[task]
    own = _own(element)
    assert own is not None
    return StepPlan(
        key=key,
        order=int(own.get("order", 0)),
        kind=own.get("kind", "process"),  # type: ignore[arg-type]
        name=element.get("name", ""),
        role=read.roles.get(task, own.get("role", "")),
        place=own.get("place", ""),  # type: ignore[arg-type]
        unit_code=own.get("unit", ""),
        work=own.findtext(ours("work"), ""),
        output=own.findtext(ours("output"), ""),
        quarters=int(own.get("quarters", 0)),
        minutes=int(own.get("minutes", 0)),
        actions=tuple(own.get("actions", "").split()),
        waits_for_all=waits or own.get("waits") == "true",
        leg_procedure=own.get("legProcedure", ""),
        leg_limit=own.get("legLimit", ""),
    )


def _order(keys: dict[str, str], links: tuple[StepLink, ...]) -> dict[str, int]:
    bare = tuple(StepPlan(key, place, "process", key, "") for place, key in enumerate(keys.values()))
    sorted_steps = in_order(ProcessPlan(0, UNSAVED, "", "", "", bare, links)) or bare
    return {step.key: place for place, step in enumerate(sorted_steps, start=1)}


def _drawn_step(
    read: _File, task: str, key: str, order: dict[str, int], links: tuple[StepLink, ...], waits: bool
) -> StepPlan:
    element = read.nodes[task]
    name = squeeze(element.get("name", ""))
    words = "\n".join("".join(one.itertext()).strip() for one in element.findall(bpmn("documentation")))
    role = read.roles.get(task) or role_of(name)
    onward = [link for link in links if link.source == key and not is_return(link)]
    kind = kind_of(name, role, first=order[key] == 1, last=not onward)
    time = _drawn_time(read.timers.get(task, ""), words) or ReadTime()
    return StepPlan(
        key=key,
        order=order[key],
        kind=kind,
        name=name,
        role=role,
        place={"reception": "receiving", "return": "returning"}.get(kind, "handling"),  # type: ignore[arg-type]
        work=words,
        quarters=time.quarters,
        minutes=time.minutes,
        actions=ACTIONS.get(kind, ()),
        waits_for_all=waits,
    )


def _drawn_time(timer: str, words: str) -> ReadTime | None:
    spoken = _SPOKEN_TIME.search(words)
    return read_time(timer) or (read_time(spoken[1]) if spoken else None)
