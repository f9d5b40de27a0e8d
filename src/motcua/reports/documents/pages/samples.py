"""Values for the addresses of this room, for the route × role test."""

from __future__ import annotations

import uuid
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.reports.documents.models import Report
from motcua.reports.documents.permissions import VIEW


def _report(viewer: Viewer) -> dict[str, Any]:
    seen = viewer.within(Report.objects.all(), VIEW).order_by("pk").first()
    found = seen or Report.objects.order_by("pk").first()
    return {"uid": found.uid if found else uuid.UUID(int=0)}


def _passage(viewer: Viewer) -> dict[str, Any]:
    return {**_report(viewer), "key": "proposals.words"}


def _edition(viewer: Viewer) -> dict[str, Any]:
    return {**_report(viewer), "number": 1}


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
