"""One dossier as a visitor has it before them: what is open, and what they may do with it now."""

from __future__ import annotations

from functools import cached_property

from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import Prepared
from motcua.kernel.clock import today
from motcua.modules.catalogue.api import process_plan
from motcua.modules.catalogue.data import ProcessPlan, StepPlan
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.case import PERMISSION_OF_KIND
from motcua.modules.dossiers.models import (
    Dossier,
    DossierResult,
    Reopening,
    SupplementConsent,
    Task,
    TaskState,
)
from motcua.modules.dossiers.pages.choosing import Choices, performer_choices, unit_choices
from motcua.modules.dossiers.parts import leads_to
from motcua.modules.dossiers.performers import hands_before
from motcua.modules.dossiers.states import TABLE, Status, held_seats, is_at_desk
from motcua.reference.calendars.api import parameter

_STEPS = Prepared(Task, "dossier_id = %s ORDER BY opened_at, closed_at NULLS LAST, id")
_PEOPLE = Prepared(User, "id = ANY(%s)")


class Desk:
    """A dossier, its steps, and the visitor's rights over it. Asks each thing once."""

    def __init__(self, viewer: Viewer, province: Province, dossier: Dossier) -> None:
        self.viewer = viewer
        self.province = province
        self.dossier = dossier
        self._people: dict[tuple[str, str], Choices] = {}

    @property
    def status(self) -> Status:
        return Status(self.dossier.status)

    @cached_property
    def tasks(self) -> list[Task]:
        """All steps, the oldest first."""
        found = _STEPS.rows(self.dossier.pk)
        keys = {key for task in found for key in (task.assignee_id, task.closed_by_id) if key}
        people = {user.pk: user for user in _PEOPLE.rows(sorted(keys))} if keys else {}
        for task in found:
            task.dossier = self.dossier
            task.assignee = people.get(task.assignee_id)
            task.closed_by = people.get(task.closed_by_id)
        return found

    @cached_property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.closed_at is None]

    @cached_property
    def plan(self) -> ProcessPlan | None:
        return process_plan(self.dossier.process_id) if self.dossier.process_id else None

    @cached_property
    def result(self) -> DossierResult | None:
        return DossierResult.objects.filter(dossier=self.dossier).first()

    @cached_property
    def reopening(self) -> Reopening | None:
        """The wish to reopen that waits for a decision."""
        rows = Reopening.objects.filter(dossier=self.dossier, decided_at__isnull=True)
        return rows.select_related("asked_by").first()

    @cached_property
    def consents(self) -> list[SupplementConsent]:
        return list(
            SupplementConsent.objects.filter(dossier=self.dossier).select_related("by").order_by("pk")
        )

    # -- rights -------------------------------------------------------------------------------------

    def may(self, permission: str, path: str) -> bool:
        return self.viewer.may(permission, province=self.province, unit_path=path)

    @cached_property
    def paths(self) -> set[str]:
        """Of the units that have the dossier in charge; whoever is asked an opinion has that step alone."""
        dossier = self.dossier
        return {dossier.unit_path, dossier.received_path, dossier.return_path}

    def may_move(self, operation: str) -> bool:
        """The state table lets the operation be done from here, and the visitor holds it over the seat named."""
        move = TABLE[operation]
        if self.dossier.status not in move.sources:
            return False
        if move.seat == "task" or not move.permissions:
            return True
        dossier = self.dossier
        units = (dossier.received_path, dossier.unit_path, dossier.return_path)
        at_desk = is_at_desk(dossier.status, [task.kind for task in self.open_tasks])
        return bool(held_seats(move, units, at_desk, self.may))

    def may_do(self, task: Task) -> bool:
        """The step's permission in its unit, and the step is nobody's, the visitor's, or theirs to direct."""
        if not self.may(PERMISSION_OF_KIND[task.kind], task.unit_path):
            return False
        return task.assignee_id in (None, self.viewer.user_id) or self.may(may.ASSIGN, task.unit_path)

    def hands(self, kind: str) -> set[int]:
        """Who may not do a step of this kind, having prepared the dossier (`dossiers.four_eyes`)."""
        kinds = hands_before(parameter(self.province.pk, "dossiers.four_eyes", today()), kind)
        return {
            task.closed_by_id
            for task in self.tasks
            if task.kind in kinds and task.state == TaskState.DONE and task.closed_by_id
        }

    def may_decide(self, task: Task) -> bool:
        """`may_do`, and the visitor did not prepare what is decided on."""
        return self.may_do(task) and self.viewer.user_id not in self.hands(task.kind)

    # -- the process --------------------------------------------------------------------------------

    def after(self, task: Task, outcome: str = "") -> tuple[StepPlan, ...]:
        """What the process opens after a step."""
        return self.plan.after(task.key, outcome) if self.plan and _planned(task) else ()

    def leads_to_return(self, task: Task) -> bool:
        return any(step.kind == "return" for step in self.after(task))

    def earlier(self, task: Task) -> list[StepPlan]:
        """Steps before this one in the process, the nearest first, without reception."""
        plan = self.plan
        if plan is None or not _planned(task):
            return []
        found = [
            step
            for step in plan.steps
            if step.key != task.key and step.kind != "reception" and leads_to(plan, step.key, task.key)
        ]
        return sorted(found, key=lambda step: -step.order)

    # -- choices ------------------------------------------------------------------------------------

    def performers(self, kind: str, unit_path: str, *, but: int | None = None) -> Choices:
        """Who may be given a step of this kind; `but`: who is just ending the step before it."""
        known = self._people.get((kind, unit_path))
        if known is None:
            known = self._people[kind, unit_path] = performer_choices(self.province, kind, unit_path)
        barred = {str(one) for one in (*self.hands(kind), but) if one is not None}
        return [(key, words) for key, words in known if key not in barred]

    def next_performers(self, task: Task) -> Choices:
        """Officers for the step that comes next, when one of the dossier's own units does it."""
        for step in self.after(task):
            if step.kind == "return":
                continue
            rule = parameter(self.province.pk, "dossiers.four_eyes", today())
            me = self.viewer.user_id if task.kind in hands_before(rule, step.kind) else None
            if step.place == "handling":
                return self.performers(step.kind, self.dossier.unit_path, but=me)
            if step.place == "receiving":
                return self.performers(step.kind, self.dossier.received_path, but=me)
        return []

    @cached_property
    def units(self) -> Choices:
        """Other agencies, to ask or to hand the dossier to."""
        return unit_choices(self.province, without=self.dossier.unit_code)


def _planned(task: Task) -> bool:
    return "?" not in task.key
