"""Sample values of this room's routes: dossiers of the demonstration, in the viewer's units."""

from __future__ import annotations

import datetime as dt
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.demo import load_demo_dossiers
from motcua.modules.dossiers.filters import save_filter
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Slip, SupplementException
from motcua.modules.dossiers.queries import in_units


def _province(viewer: Viewer) -> Province:
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    load_demo_dossiers(province)
    return province


def _dossier(viewer: Viewer) -> dict[str, Any]:
    """The newest dossier of the viewer's units with a result's file when there is one, else any with a scan."""
    province = _province(viewer)
    rows = Dossier.objects.filter(province=province, code__isnull=False)
    mine = in_units(viewer, rows).order_by("-pk")
    filed = DossierResult.objects.filter(file_id__isnull=False).values("dossier")
    found = mine.filter(pk__in=filed).first() or mine.first() or rows.order_by("-pk").first()
    return {"uid": found.uid if found else ""}


def _slip(viewer: Viewer) -> dict[str, Any]:
    uid = _dossier(viewer)["uid"]
    return {"uid": uid, "slip": Slip.objects.filter(dossier__uid=uid).order_by("pk")[0].uid}


def _paper(viewer: Viewer) -> dict[str, Any]:
    uid = _dossier(viewer)["uid"]
    papers = Component.objects.filter(dossier__uid=uid, file_id__isnull=False)
    return {"uid": uid, "number": papers.order_by("number")[0].number}


def _received(viewer: Viewer) -> dict[str, Any]:
    """A dossier taken at the viewer's own desk."""
    rows = Dossier.objects.filter(province=_province(viewer), code__isnull=False)
    mine = viewer.within(rows, may.RECEIVE, unit_path="received_path")
    return {"uid": (mine.order_by("-pk").first() or rows.order_by("-pk")[0]).uid}


def _work(viewer: Viewer) -> dict[str, Any]:
    return _dossier(viewer) | {"work": "claim"}


def _filter(viewer: Viewer) -> dict[str, Any]:
    """One of the viewer's own; a visitor without an account has none."""
    if viewer.user_id is None:
        return {"key": 0}
    return {"key": save_filter(viewer, _province(viewer), "mau", "ai=mine&han=late").pk}


def _exception(viewer: Viewer) -> dict[str, Any]:
    province = _province(viewer)
    made, _new = SupplementException.objects.get_or_create(
        province=province,
        basis="Quyết định mẫu 01/2026/QĐ-UBND",
        defaults={"valid_from": dt.date(2026, 1, 1)},
    )
    return {"pk": made.pk}


SAMPLES = {
    "dossiers:end-exception": _exception,
    "dossiers:dossier": _dossier,
    "dossiers:act": _work,
    "dossiers:open-person": _dossier,
    "dossiers:attach": _paper,
    "dossiers:paper-file": _paper,
    "dossiers:result-file": _dossier,
    "dossiers:slip": _slip,
    "dossiers:control": _dossier,
    "dossiers:label": _dossier,
    "dossiers:drop-filter": _filter,
    "dossiers:received": _received,
}
