"""Running a plan in thought, as dossiers will: every order in which open steps may end, with every outcome.

Finds what no look at single links finds: branches that meet without waiting, a join that opens too early or never,
an end reached while a branch is still open. Returns are left out: they only repeat what was run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.catalogue.processes.graph import is_return

MOST_STATES = 20_000

TWICE = "join.missing"
EARLY = "join.early"
STUCK = "join.stuck"
OPEN_BRANCHES = "end.open-branches"
TOO_MANY = "too-complex"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    key: str


@dataclass(frozen=True, slots=True)
class _State:
    open: frozenset[str]
    done: frozenset[str]


class _Runner:
    def __init__(self, plan: ProcessPlan) -> None:
        self.steps = {step.key: step for step in plan.steps}
        self.ways: dict[str, dict[str, list[str]]] = {key: {} for key in self.steps}
        for link in plan.links:
            if not is_return(link):
                self.ways[link.source].setdefault(link.outcome, []).append(link.target)
        self.leads = {key: self._ordinary(key) for key in self.steps}
        self.found: dict[Finding, None] = {}

    def _ordinary(self, start: str) -> set[str]:
        """The steps ordinary ways lead to: what a join waits for."""
        seen: set[str] = set()
        waiting = list(self.ways[start].get("", ()))
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting += self.ways[key].get("", ())
        return seen

    def after(self, state: _State) -> Iterator[_State]:
        for key in sorted(state.open):
            for targets in self.ways[key].values():
                following = self._close(state, key, targets)
                if following is not None:
                    yield following

    def _close(self, state: _State, key: str, targets: list[str]) -> _State | None:
        left = state.open - {key}
        opened = set(left)
        for target in dict.fromkeys(targets):
            step = self.steps[target]
            if self._may_open(step, left, state.done | {key}):
                opened.add(target)
        if not opened:
            self.found[Finding(STUCK, key)] = None
            return None
        ends = [one for one in opened - left if self.steps[one].kind == "return"]
        if ends and len(opened) > 1:
            self.found[Finding(OPEN_BRANCHES, ends[0])] = None
        return _State(frozenset(opened), state.done | {key})

    def _may_open(self, step: StepPlan, still_open: frozenset[str], done: frozenset[str]) -> bool:
        again = step.key in still_open or step.key in done
        if again:
            self.found[Finding(EARLY if step.waits_for_all else TWICE, step.key)] = None
            return False
        return not step.waits_for_all or not any(step.key in self.leads[one] for one in still_open)


def run_through(plan: ProcessPlan) -> tuple[Finding, ...]:
    """What goes wrong in some run. The plan must have no cycle but marked returns, and links between known steps."""
    runner = _Runner(plan)
    start = _State(frozenset({plan.first.key}), frozenset())
    seen, waiting = {start}, [start]
    while waiting:
        for following in runner.after(waiting.pop()):
            if following not in seen:
                if len(seen) >= MOST_STATES:
                    return (*runner.found, Finding(TOO_MANY, plan.first.key))
                seen.add(following)
                waiting.append(following)
    return tuple(sorted(runner.found, key=lambda one: (one.code, one.key)))
