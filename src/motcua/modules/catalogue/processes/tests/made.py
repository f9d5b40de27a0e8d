"""Plans for tests: written short, or drawn at random."""

from __future__ import annotations

import uuid
from itertools import pairwise

from hypothesis import strategies as st

from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan

UID = uuid.UUID("0190a000-0000-7000-8000-000000000001")
KINDS = ("assign", "process", "consult", "review", "approve", "sign", "issue", "joint")
ROLES = ("reception-officer", "processing-officer", "unit-leader", "clerk")


def step(key, order=0, kind="process", role="processing-officer", quarters=2, **more):
    return StepPlan(key, order, kind, more.pop("name", f"Bước {key}"), role, quarters=quarters, **more)


def plan(steps, links, **more):
    """`links`: "1>2" ordinary, "1>2:reject" with an outcome."""
    read = []
    for text in links.split():
        ends, _colon, outcome = text.partition(":")
        source, _arrow, target = ends.partition(">")
        read.append(StepLink(source, target, outcome, f"khi {outcome}" if outcome else ""))
    return ProcessPlan(
        more.get("version_id", 7),
        UID,
        "1.001001",
        more.get("variant", ""),
        "Quy trình thử",
        tuple(steps),
        tuple(read),
    )


def straight(*quarters, **ends):
    """Reception, handling steps, return."""
    middle = [step(str(place), place, quarters=one) for place, one in enumerate(quarters, start=2)]
    last = str(len(quarters) + 2)
    steps = [
        step("1", 1, "reception", "reception-officer", quarters=1, place="receiving"),
        *middle,
        step(last, len(quarters) + 2, "return", "reception-officer", quarters=0, place="returning"),
    ]
    links = " ".join(f"{one.key}>{two.key}" for one, two in pairwise(steps))
    return plan(steps, links, **ends)


@st.composite
def graphs(draw, most=8):
    """Any acyclic graph of steps with times, links only from earlier to later."""
    count = draw(st.integers(2, most))
    steps = [
        step(
            str(place),
            place,
            quarters=draw(st.integers(0, 12)),
            minutes=draw(st.sampled_from((0, 0, 30, 90, 125))),
        )
        for place in range(count)
    ]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14))
    links = [StepLink(str(a), str(b), draw(st.sampled_from(("", "", "x")))) for a, b in chosen]
    return ProcessPlan(0, UID, "1.001001", "", "Thử", tuple(steps), tuple(links))
