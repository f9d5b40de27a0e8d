"""Values for the addresses of this room, for the route × role test: a report the visitor may see, made if need be."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from motcua.engine.files.api import store
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.reports.documents.content import to_data
from motcua.reports.documents.models import Edition, Report
from motcua.reports.documents.permissions import VIEW
from motcua.reports.documents.queries import desk
from motcua.reports.documents.template import VERSION
from motcua.reports.forms.api import DEFAULT_VERSION, FormSheet

DAYS = {"period_from": dt.date(2031, 12, 15), "period_to": dt.date(2032, 12, 14)}


def _report(viewer: Viewer) -> dict[str, Any]:
    found = viewer.within(Report.objects.order_by("pk"), VIEW).first() or _made(viewer)
    return {"uid": found.uid if found else uuid.UUID(int=0)}


def _made(viewer: Viewer) -> Report | None:
    held = next((grant for grant in viewer.grants if VIEW in grant.permissions), None)
    if held is None:
        return None
    province = Province.objects.filter(pk=held.province_id or 0).first() or Province.objects.earliest("pk")
    whole = held.unit_path == "/"
    place = {
        "province": province,
        "unit_code": province.agency_code if whole else held.unit_code,
        "unit_path": f"/{province.agency_code}/" if whole else held.unit_path,
    }
    days = {**DAYS, "as_of": DAYS["period_to"], "period_kind": "year"}
    sheet = FormSheet.objects.create(**place, **days, form_version=DEFAULT_VERSION, unit_name="Đơn vị mẫu")
    return Report.objects.create(**place, sheet=sheet, template="periodic", template_version=VERSION)


def _edition(viewer: Viewer) -> dict[str, Any]:
    named = _report(viewer)
    report = Report.objects.filter(uid=named["uid"]).first()
    if report is not None and not report.editions.exists():
        content = desk(report).content
        Edition.objects.create(
            province_id=report.province_id,
            unit_code=report.unit_code,
            unit_path=report.unit_path,
            report=report,
            number=1,
            content=to_data(content),
            digest=content.digest,
            moment=now(),
            pdf=store(b"%PDF-1.7\n%%EOF\n", name="mau.pdf", province=report.province, viewer=None),
        )
    return {**named, "number": 1}


def _passage(viewer: Viewer) -> dict[str, Any]:
    return {**_report(viewer), "key": "proposals.words"}


def _file(viewer: Viewer) -> dict[str, Any]:
    return {**_edition(viewer), "form": "json"}


SAMPLES = {
    "narrative:report": _report,
    "narrative:head": _report,
    "narrative:editions": _report,
    "narrative:compare": _report,
    "narrative:passage": _passage,
    "narrative:edition": _edition,
    "narrative:download": _file,
}
