"""Values for the addresses of this room, for the route × role test: something the visitor may see, made if need be."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.forms.definitions import DEFAULT_VERSION
from motcua.reports.forms.models import FormSheet, ImportBatch
from motcua.reports.forms.permissions import EDIT, IMPORT, VIEW

NOBODY = UUID(int=0)


def _own_sheet(viewer: Viewer) -> FormSheet | None:
    permission = EDIT if viewer.may(EDIT) else VIEW
    found = viewer.within(FormSheet.objects.order_by("pk"), permission).first()
    held = [grant for grant in viewer.grants if permission in grant.permissions]
    if found is not None or not held:
        return found
    province = Province.objects.filter(pk=held[0].province_id or 0).first() or Province.objects.earliest("pk")
    whole = held[0].unit_path == "/"
    return FormSheet.objects.create(
        province=province,
        unit_code=province.agency_code if whole else held[0].unit_code,
        unit_path=f"/{province.agency_code}/" if whole else held[0].unit_path,
        form_version=DEFAULT_VERSION,
        period_kind="year",
        period_from=dt.date(2029, 12, 15),
        period_to=dt.date(2030, 12, 14),
        as_of=dt.date(2030, 12, 14),
    )


def _sheet(viewer: Viewer) -> dict[str, Any]:
    sheet = _own_sheet(viewer)
    return {"uid": sheet.uid if sheet else NOBODY}


def _form(viewer: Viewer) -> dict[str, Any]:
    return {**_sheet(viewer), "form": "3"}


def _row(viewer: Viewer) -> dict[str, Any]:
    return {**_form(viewer), "code": "3.1"}


def _batch(viewer: Viewer) -> dict[str, Any]:
    sheet = _own_sheet(viewer)
    if sheet is None or not viewer.may(IMPORT):
        return {"uid": NOBODY}
    batch = ImportBatch.objects.create(
        province_id=sheet.province_id,
        unit_code=sheet.unit_code,
        unit_path=sheet.unit_path,
        sheet=sheet,
        kind=ImportBatch.Kind.WORKBOOK,
        file_name="bieu.xlsx",
        sha256="0" * 64,
        imported_by_id=viewer.user_id,
    )
    return {"uid": batch.uid}


SAMPLES = {
    "forms:form": _form,
    "forms:export": _sheet,
    "forms:import": _sheet,
    "forms:decide": _batch,
    "forms:discard": _batch,
    "forms:cell": _row,
    "forms:collect": _row,
    "forms:count": _row,
    "forms:edit": _row,
    "forms:recompute": _row,
}
