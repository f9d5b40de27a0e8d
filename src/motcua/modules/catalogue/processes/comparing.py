"""What differs between two versions of a process, step by step, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.catalogue.processes.graph import critical_path
from motcua.modules.catalogue.processes.words import days_text, kind_name, place_name, role_name, step_time


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. kind: added, removed, changed; `what` names the step or way."""

    kind: str
    what: str
    before: str = ""
    after: str = ""


def compare_plans(before: ProcessPlan, after: ProcessPlan) -> list[Change]:
    """Steps by key, ways by their ends, and the total; nothing when both run the same."""
    old, new = {one.key: one for one in before.steps}, {one.key: one for one in after.steps}
    found = [Change("removed", _step(one)) for key, one in old.items() if key not in new]
    for key, step in new.items():
        if key not in old:
            found.append(Change("added", _step(step)))
        else:
            found += _steps(old[key], step)
    found += _ways(before, after)
    return [*found, *_total(before, after)]


def _step(step: StepPlan) -> str:
    return _("Bước {key}: {name} ({role}, {time})").format(
        key=step.key, name=step.name, role=role_name(step.role), time=step_time(step)
    )


def _steps(old: StepPlan, new: StepPlan) -> Iterator[Change]:
    pairs = (
        (_("tên"), old.name, new.name),
        (_("loại việc"), kind_name(old.kind), kind_name(new.kind)),
        (_("vai trò"), role_name(old.role), role_name(new.role)),
        (_("nơi thực hiện"), old.unit_code or place_name(old.place), new.unit_code or place_name(new.place)),
        (_("thời gian"), step_time(old), step_time(new)),
        (_("kết quả"), old.output, new.output),
        (_("nội dung"), old.work, new.work),
        (_("chờ mọi nhánh"), _yes(old.waits_for_all), _yes(new.waits_for_all)),
    )
    for label, one, two in pairs:
        if one != two:
            yield Change("changed", _("Bước {key}, {what}").format(key=new.key, what=label), one, two)


def _yes(value: bool) -> str:
    return _("có") if value else _("không")


def _ways(before: ProcessPlan, after: ProcessPlan) -> Iterator[Change]:
    old = {(one.source, one.target, one.outcome): one for one in before.links}
    new = {(one.source, one.target, one.outcome): one for one in after.links}
    for kind, ways, others in (("removed", old, new), ("added", new, old)):
        for key, link in ways.items():
            if key not in others:
                text = _("Đường từ bước {source} đến bước {target}").format(
                    source=link.source, target=link.target
                )
                yield Change(kind, f"{text} ({link.label or link.outcome})" if link.outcome else text)


def _total(before: ProcessPlan, after: ProcessPlan) -> Iterator[Change]:
    old, new = critical_path(before), critical_path(after)
    if old and new and old.minutes != new.minutes:
        yield Change("changed", _("Tổng thời gian"), days_text(old.minutes), days_text(new.minutes))
