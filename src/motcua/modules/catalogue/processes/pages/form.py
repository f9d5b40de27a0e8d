"""A plan as a form of rows: steps and ways, added, moved and removed by the form's own buttons, without script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from motcua.kernel.text import nfc
from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.processes.validation import Problem
from motcua.modules.catalogue.processes.words import decimal_text
from motcua.modules.catalogue.starter.usual import ACTIONS, ROLES

MOST_ROWS = 200
LONGEST = 5_000
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?")
_STEP_FIELDS = (
    "key",
    "name",
    "kind",
    "role",
    "place",
    "unit",
    "days",
    "minutes",
    "work",
    "output",
    "leg",
    "limit",
)


@dataclass(slots=True)
class Typed:
    """What was typed, as a plan, and the times that were no times."""

    plan: ProcessPlan
    problems: list[Problem]


def read_form(post: Mapping[str, str], base: ProcessPlan) -> Typed:
    """The plan a form says; name, variant and code stay those of `base` where the form has none."""
    problems: list[Problem] = []
    steps = [_step(post, at, place, problems) for place, at in enumerate(_rows(post, "s"), start=1)]
    links = [_link(post, at) for at in _rows(post, "l")]
    kept = tuple(link for link in links if link.source or link.target)
    plan = replace(base, name=_text(post, "name") or base.name, steps=tuple(steps), links=kept)
    return Typed(plan, problems)


def _rows(post: Mapping[str, str], letter: str) -> list[int]:
    found = {
        int(match[1])
        for name in post
        if (match := re.fullmatch(rf"{letter}-(\d{{1,4}})-(?:key|source)", name))
    }
    return sorted(found)[:MOST_ROWS]


def _text(post: Mapping[str, str], name: str) -> str:
    return nfc(post.get(name, "")).replace("\x00", "").strip()[:LONGEST]


def _step(post: Mapping[str, str], at: int, place: int, problems: list[Problem]) -> StepPlan:
    said = {name: _text(post, f"s-{at}-{name}") for name in _STEP_FIELDS}
    kind = said["kind"] if said["kind"] in ACTIONS or said["kind"] == "joint" else "process"
    key = said["key"] or str(place)
    actions = _text(post, f"s-{at}-actions").split()
    if not actions or _text(post, f"s-{at}-was") != kind:
        actions = list(ACTIONS.get(kind, ()))
    quarters = _amount(said["days"], Fraction(4), key, problems)
    minutes = _amount(said["minutes"], Fraction(1), key, problems)
    return StepPlan(
        key=key,
        order=place,
        kind=kind,  # type: ignore[arg-type]
        name=said["name"],
        role=said["role"],
        place=said["place"],  # type: ignore[arg-type]
        unit_code=said["unit"] if said["place"] == "unit" else "",
        work=said["work"],
        output=said["output"],
        quarters=quarters,
        minutes=minutes,
        actions=tuple(actions),
        waits_for_all=bool(post.get(f"s-{at}-waits")),
        leg_procedure=said["leg"] if kind == "joint" else "",
        leg_limit=said["limit"] if kind == "joint" else "",
    )


def _amount(text: str, times: Fraction, key: str, problems: list[Problem]) -> int:
    if not text:
        return 0
    if _NUMBER.fullmatch(text):
        exact = Fraction(text.replace(",", ".")) * times
        if exact.denominator == 1:
            return int(exact)
    message = (
        _("Bước “{step}”: số ngày “{text}” phải là bội số của 0,25.")
        if times == 4
        else _("Bước “{step}”: số phút “{text}” phải là số nguyên.")
    )
    problems.append(Problem("step.time", message.format(step=key, text=text[:20]), (key,)))
    return 0


def _link(post: Mapping[str, str], at: int) -> StepLink:
    said = [_text(post, f"l-{at}-{name}") for name in ("source", "target", "outcome", "label")]
    return StepLink(*said)


def changed_by(act: str, plan: ProcessPlan) -> ProcessPlan:
    """The plan after a button of the form: add-step, remove-step:3, up-step:3, add-link, remove-link:0, chain."""
    verb, _colon, where = act.partition(":")
    at = int(where) if where.isdigit() and len(where) < 5 else -1
    steps, links = list(plan.steps), list(plan.links)
    if verb == "add-step" and len(steps) < MOST_ROWS:
        steps.append(_new_step(steps))
    elif verb == "remove-step" and 0 <= at < len(steps):
        gone = steps.pop(at).key
        links = [link for link in links if gone not in (link.source, link.target)]
    elif verb == "up-step" and 0 < at < len(steps):
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
    elif verb == "add-link" and len(links) < MOST_ROWS:
        links.append(StepLink("", ""))
    elif verb == "remove-link" and 0 <= at < len(links):
        links.pop(at)
    elif verb == "chain":
        keys = [step.key for step in steps]
        kept = [link for link in links if link.outcome]
        links = [*(StepLink(one, two) for one, two in pairwise(keys)), *kept]
    numbered = tuple(replace(step, order=place) for place, step in enumerate(steps, start=1))
    return replace(plan, steps=numbered, links=tuple(links))


def _new_step(steps: list[StepPlan]) -> StepPlan:
    taken = {step.key for step in steps}
    key = next(
        str(number)
        for number in range(len(steps) + 1, len(steps) + MOST_ROWS + 2)
        if str(number) not in taken
    )
    return StepPlan(key, len(steps) + 1, "process", "", ROLES["process"])


def step_rows(plan: ProcessPlan) -> list[dict[str, Any]]:
    """What the form shows of each step."""
    return [
        {
            "step": step,
            "days": decimal_text(Fraction(step.quarters, 4)) if step.quarters else "",
            "minutes": str(step.minutes) if step.minutes else "",
            "actions": " ".join(step.actions),
        }
        for step in plan.steps
    ]
