"""Sample values of this room's API addresses, for the test that walks every one of them with every kind of token."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from motcua.engine.permissions.api import Viewer
from motcua.kernel.ids import uuid7
from motcua.kernel.money import Dong
from motcua.modules.dossiers.api import visible_dossiers
from motcua.modules.payments import api
from motcua.modules.payments.models import Charge, Duty, Order


def some_dossier(viewer: Viewer) -> dict[str, Any]:
    """The newest dossier that owes something; where none does, one of the viewer's is made to."""
    duty = Duty.objects.order_by("-pk").first() or _charged(viewer)
    return {"uid": duty.dossier_uid if duty else uuid7()}


def some_order(viewer: Viewer) -> dict[str, Any]:
    """The newest order; one is placed where there is none."""
    order = Order.objects.order_by("-pk").first() or _ordered(viewer)
    return {"uid": order.uid if order else uuid7()}


@transaction.atomic
def _charged(viewer: Viewer) -> Duty | None:
    for province in viewer.provinces():
        dossier = visible_dossiers(viewer, province).order_by("-pk").first()
        if dossier is not None:
            draft = api.ChargeDraft("fee", "Khoản thu mẫu", Dong(20_000), "Mẫu để thử")
            api.raise_charge(viewer, province, dossier.uid, draft)
    return Duty.objects.order_by("-pk").first()


@transaction.atomic
def _ordered(viewer: Viewer) -> Order | None:
    some_dossier(viewer)
    charge = Charge.objects.filter(state="due", order=None).order_by("-pk").first()
    return Order.objects.get(uid=api.place_order(viewer, [charge.uid], "pos").uid) if charge else None
