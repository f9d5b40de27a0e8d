"""Sample values of this room's routes: an applicant of the viewer's province, entered when there is none yet."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reference.applicants.demo import load_demo_applicants
from motcua.reference.applicants.models import Applicant


def _applicant(viewer: Viewer) -> dict[str, Any]:
    province = viewer.provinces().order_by("pk").first() or Province.objects.order_by("pk").first()
    rows = Applicant.objects.filter(province=province, merged_into__isnull=True).order_by("pk")
    return {"uid": (rows.first() or load_demo_applicants(province, 1)[0]).uid}


SAMPLES = {f"applicants:{name}": _applicant for name in ("applicant", "open", "edit", "merge", "unmerge")}
