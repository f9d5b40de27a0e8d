"""Every read of payments, within the viewer's scope. Lists read indexes named in `models.py`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.api import Status, visible_dossiers
from motcua.modules.payments import permissions as may
from motcua.modules.payments.models import (
    Charge,
    Comparison,
    Duty,
    FeeProcedure,
    Notice,
    OnlineProcedure,
    Order,
    Receipt,
    Reconciliation,
    Refund,
)

Rows = TypeVar("Rows", bound=Model)


def duties(viewer: Viewer, province: Province) -> QuerySet[Duty]:
    """What dossiers of the viewer's units owe: handled there, or received at their desks."""
    rows = Duty.objects.filter(province=province)
    return viewer.within(rows, may.VIEW) | viewer.within(rows, may.VIEW, unit_path="received_path")


def _through(
    viewer: Viewer, rows: QuerySet[Rows], permission: str, duty: str, own: str = "unit_path"
) -> QuerySet[Rows]:
    """Rows of the viewer's units: by the unit the row names, or by those of its dossier."""
    return (
        viewer.within(rows, permission, unit_path=own)
        | viewer.within(rows, permission, unit_path=f"{duty}__unit_path")
        | viewer.within(rows, permission, unit_path=f"{duty}__received_path")
    )


def charges(viewer: Viewer, province: Province, state: str = "") -> QuerySet[Charge]:
    """Charges of the viewer's units, the newest first; "due": what waits, the longest first."""
    rows = Charge.objects.filter(province=province).select_related("duty")
    if state:
        rows = rows.filter(state=state)
    found = _through(viewer, rows, may.VIEW, "duty")
    return found.order_by("charged_at", "pk") if state == "due" else found.order_by("-pk")


def charges_of_dossier(viewer: Viewer, province: Province, dossier: uuid.UUID) -> QuerySet[Charge]:
    """The charges of one dossier, in the order they were raised."""
    return charges(viewer, province).filter(duty__dossier_uid=dossier).order_by("pk")


def find_charge(viewer: Viewer, province: Province, uid: uuid.UUID) -> Charge | None:
    """One charge, when the viewer may see it."""
    return charges(viewer, province).filter(uid=uid).first()


def find_duty(viewer: Viewer, province: Province, dossier: uuid.UUID) -> Duty | None:
    """What one dossier owes in all; None when nothing was ever raised, or the viewer may not see it."""
    return duties(viewer, province).filter(dossier_uid=dossier).first()


def orders(viewer: Viewer, province: Province) -> QuerySet[Order]:
    """Orders of the viewer's units, the newest first."""
    rows = Order.objects.filter(province=province).select_related("duty")
    return _through(viewer, rows, may.VIEW, "duty").order_by("-pk")


def find_order(viewer: Viewer, province: Province, uid: uuid.UUID) -> Order | None:
    return orders(viewer, province).filter(uid=uid).first()


def receipts_of(viewer: Viewer, province: Province, charge: uuid.UUID) -> QuerySet[Receipt]:
    """Receipts of a charge, cancelled ones too, the newest first."""
    rows = Receipt.objects.filter(province=province, charge__uid=charge)
    return _through(viewer, rows, may.VIEW, "charge__duty").order_by("-pk")


def refunds(viewer: Viewer, province: Province, states: Sequence[str] = ()) -> QuerySet[Refund]:
    """Refunds of the viewer's units, the longest waiting first."""
    rows = Refund.objects.filter(province=province).select_related("charge__duty")
    if states:
        rows = rows.filter(state__in=states)
    return _through(viewer, rows, may.VIEW, "charge__duty").order_by("asked_at", "pk")


def kept_notices(viewer: Viewer, province: Province) -> QuerySet[Notice]:
    """What partners told and no order of ours took, the newest first; of no order: for the whole province's eyes."""
    rows = Notice.objects.filter(province=province, outcome="kept").select_related("order")
    return viewer.within(rows, may.RECONCILE).order_by("-pk")


def paid_but_waiting(viewer: Viewer, province: Province) -> list[uuid.UUID]:
    """The dossiers the viewer may see that still wait for money though all their handling waited for has come since.

    Asked of both rooms each time, so that it is never stale: a dossier let go on elsewhere is not in it.
    """
    waiting = dict(
        visible_dossiers(viewer, province).filter(status=int(Status.PAYMENT)).values_list("uid", "paused_at")
    )
    awaited = Charge.objects.filter(duty=OuterRef("duty"), due_before="handling")
    closed = (
        Charge.objects.filter(
            ~Exists(awaited.filter(state="due")),
            province=province,
            due_before="handling",
            state__in=("paid", "exempt"),
            duty__dossier_uid__in=list(waiting),
        )
        .annotate(dossier=F("duty__dossier_uid"))
        .values_list("dossier", "closed_at")
    )
    found = {uid for uid, at in closed if waiting[uid] is not None and at is not None and at >= waiting[uid]}
    return sorted(found)


def reconciliations(viewer: Viewer, province: Province) -> QuerySet[Reconciliation]:
    """Days compared, the newest first."""
    rows = Reconciliation.objects.filter(province=province)
    return viewer.within(rows, may.RECONCILE).order_by("-day", "partner", "pk")


def differences(viewer: Viewer, province: Province, day: uuid.UUID) -> QuerySet[Comparison]:
    """What did not match on a day, resolved or not, by reference."""
    seen = reconciliations(viewer, province).filter(uid=day)
    return (
        Comparison.objects.filter(reconciliation__in=seen.order_by().values("pk"))
        .exclude(outcome="matched")
        .order_by("key")
    )


def fee_procedures(province: Province, day: object) -> QuerySet[FeeProcedure]:
    """The procedures that have a financial duty on a day."""
    return FeeProcedure.objects.filter(FeeProcedure.on(day), province=province).order_by("procedure_code")  # type: ignore[arg-type]


def online_procedures(province: Province, day: object) -> QuerySet[OnlineProcedure]:
    """The procedures that can be paid online on a day."""
    return OnlineProcedure.objects.filter(OnlineProcedure.on(day), province=province).order_by(  # type: ignore[arg-type]
        "procedure_code"
    )
