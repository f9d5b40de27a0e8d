"""Plans to simplify procedures: written, compared, summed up for the province, finished."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.kernel.text import squeeze
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Procedure, Simplification
from motcua.modules.catalogue.processes import events
from motcua.modules.catalogue.processes.costs import Burden, Cost, cost_of, formula, formula_on, percent_saved
from motcua.modules.catalogue.processes.drafting import require_drafter

GOAL = Decimal(30)  # percent, of time and of cost (Resolution 68-NQ/TW)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a plan says. `formula` "" takes the one in force today."""

    what: str
    before: Burden
    after: Burden
    why: str = ""
    legal_change: str = ""
    decision_number: str = ""
    decision_date: dt.date | None = None
    formula: str = ""
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Benefit:
    """Before and after of days, yearly cost and papers, each with the percentage saved (None: nothing to save)."""

    before: Burden
    after: Burden
    cost_before: Cost
    cost_after: Cost
    days_saved: Decimal | None
    cost_saved: Decimal | None
    papers_saved: Decimal | None

    @property
    def saved(self) -> Decimal:
        """Đồng saved in a year."""
        return self.cost_before.year - self.cost_after.year


def benefit_of(row: Simplification) -> Benefit:
    """What a plan brings, by the formula it was written with."""
    by = formula(row.formula)
    before, after = Burden.from_json(row.before), Burden.from_json(row.after)
    old, new = cost_of(before, by), cost_of(after, by)
    return Benefit(
        before,
        after,
        old,
        new,
        percent_saved(before.days, after.days),
        percent_saved(old.year, new.year),
        percent_saved(before.papers, after.papers),
    )


def save_simplification(
    viewer: Viewer,
    procedure: Procedure,
    proposal: Proposal,
    *,
    uid: uuid.UUID | None = None,
    idempotency_key: str | None = None,
) -> Simplification:
    """Writes a plan, or changes one that is not finished.

    Raises NotPermitted, CatalogueError catalogue.simplification.what, .formula, .finished, .values.
    """
    require_drafter(viewer, procedure)
    by = _checked(proposal)
    with transaction.atomic():
        procedure = (
            Procedure.objects.select_for_update(of=("self",)).select_related("province").get(pk=procedure.pk)
        )
        if done := _done_before(procedure.province, events.SIMPLIFICATION_SAVED, idempotency_key):
            return Simplification.objects.get(province=procedure.province, uid=done.payload["plan"])
        row = _row(procedure, uid)
        row.what, row.why, row.legal_change = (
            proposal.what.strip(),
            proposal.why.strip(),
            proposal.legal_change.strip(),
        )
        row.decision_number, row.decision_date = (
            squeeze(proposal.decision_number)[:100],
            proposal.decision_date,
        )
        row.before, row.after = proposal.before.to_json(), proposal.after.to_json()
        row.formula, row.due = by, proposal.due
        row.save()
        payload = {"code": procedure.code, "plan": str(row.uid), "formula": by}
        _tell(viewer, events.SIMPLIFICATION_SAVED, row, payload, idempotency_key)
    return row


def _checked(proposal: Proposal) -> str:
    if not proposal.what.strip():
        raise CatalogueError("simplification.what", _("Hãy ghi nội dung đơn giản hóa."))
    by = proposal.formula or formula_on(today()).code
    try:
        formula(by)
    except KeyError as error:
        raise CatalogueError(
            "simplification.formula", _("Không có công thức “{code}”.").format(code=by)
        ) from error
    for burden in (proposal.before, proposal.after):
        numbers = [burden.days, burden.papers, burden.fees, burden.times, burden.subjects, burden.gdp]
        numbers += [value for one in burden.activities for value in (one.hours, one.direct)]
        if min(Fraction(one) for one in numbers) < 0:
            raise CatalogueError("simplification.values", _("Số ngày, chi phí, giấy tờ không được âm."))
    return by


def _row(procedure: Procedure, uid: uuid.UUID | None) -> Simplification:
    if uid is None:
        return Simplification(province=procedure.province, procedure=procedure)
    row = Simplification.objects.select_for_update().filter(procedure=procedure, uid=uid).first()
    if row is None or row.done_at is not None:
        raise CatalogueError("simplification.finished", _("Phương án này không còn sửa được."))
    return row


def finish_simplification(
    viewer: Viewer, row: Simplification, day: dt.date, *, idempotency_key: str | None = None
) -> Simplification:
    """Says that the plan was carried out. Raises CatalogueError catalogue.simplification.finished, .day."""
    require_drafter(viewer, row.procedure)
    with transaction.atomic():
        row = (
            Simplification.objects.select_for_update(of=("self",))
            .select_related("province", "procedure")
            .get(pk=row.pk)
        )
        if _done_before(row.province, events.SIMPLIFICATION_DONE, idempotency_key):
            return row
        if row.done_at is not None:
            raise CatalogueError("simplification.finished", _("Phương án này đã hoàn thành."))
        if day > today():
            raise CatalogueError("simplification.day", _("Ngày hoàn thành chưa đến."))
        row.done_at = day
        row.save(update_fields=["done_at"])
        payload = {"code": row.procedure.code, "plan": str(row.uid), "day": day}
        _tell(viewer, events.SIMPLIFICATION_DONE, row, payload, idempotency_key)
    return row


@dataclass(frozen=True, slots=True)
class Totals:
    """All plans of a province. `time_goal`, `cost_goal`: procedures cut by 30 % or more, of `procedures`."""

    plans: int
    finished: int
    procedures: int
    time_goal: int
    cost_goal: int
    cost_before: Decimal
    cost_after: Decimal

    @property
    def saved_percent(self) -> Decimal | None:
        return percent_saved(self.cost_before, self.cost_after)

    @property
    def time_share(self) -> Decimal | None:
        return percent_saved(self.procedures, self.procedures - self.time_goal)

    @property
    def cost_share(self) -> Decimal | None:
        return percent_saved(self.procedures, self.procedures - self.cost_goal)


def plans_of(province: Province) -> QuerySet[Simplification]:
    return (
        Simplification.objects.filter(province=province)
        .select_related("procedure", "province")
        .order_by("-pk")
    )


def totals(rows: Iterable[Simplification]) -> Totals:
    """Sums plans; of several plans of one procedure the furthest cut counts for the goals, all for the money."""
    plans = finished = 0
    before = after = Decimal(0)
    time: dict[int, Decimal] = {}
    cost: dict[int, Decimal] = {}
    for row in rows:
        benefit = benefit_of(row)
        plans, finished = plans + 1, finished + (row.done_at is not None)
        before, after = before + benefit.cost_before.year, after + benefit.cost_after.year
        for kept, cut in ((time, benefit.days_saved), (cost, benefit.cost_saved)):
            kept[row.procedure_id] = max(kept.get(row.procedure_id, Decimal(0)), cut or Decimal(0))
    return Totals(
        plans,
        finished,
        len(time),
        sum(cut >= GOAL for cut in time.values()),
        sum(cut >= GOAL for cut in cost.values()),
        before,
        after,
    )


def _done_before(province: Province, type_: str, key: str | None) -> Event | None:
    if not key:
        return None
    return Event.objects.filter(province=province, type=type_, idempotency_key=key).first()


def _tell(
    viewer: Viewer, type_: str, row: Simplification, payload: dict[str, object], key: str | None
) -> None:
    record(
        type_,
        province=row.province,
        subject=f"procedure:{row.procedure.code}",
        payload=payload,
        actor=viewer.user,
        idempotency_key=key,
    )
