"""Values for the addresses of this room, for the route × role test: an audit of the visitor's own."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.audit.models import ReportAudit
from motcua.reports.audit.operations import Submission, run_stored_audit
from motcua.reports.audit.permissions import USE

TEXT = "BÁO CÁO\n\nĐã giải quyết 10 hồ sơ.\n"


def _own_audit(viewer: Viewer) -> dict[str, Any]:
    """An audit of the visitor's own; for who may have none, an address of the same shape."""
    if not viewer.signed_in or not viewer.may(USE):
        return {"uid": "018f0000-0000-7000-8000-000000000000"}
    audit = ReportAudit.objects.filter(owner_id=viewer.user_id).first()
    if audit is None:
        province = Province.objects.order_by("pk")[0]
        audit = run_stored_audit(viewer, province, Submission([("mau.md", TEXT.encode())]))
    return {"uid": audit.uid}


SAMPLES = {
    "audit:example": lambda: {"slug": _first_example()},
    "audit:result": _own_audit,
    "audit:download": lambda viewer: {**_own_audit(viewer), "form": "json"},
    "audit:mark": lambda viewer: {**_own_audit(viewer), "finding": "0"},
    "audit:share": _own_audit,
    "audit:unshare": lambda viewer: {**_own_audit(viewer), "user": 1},
    "audit:delete": _own_audit,
}


def _first_example() -> str:
    from motcua.reports.audit.examples import examples

    return next((example.slug for example in examples()), "khong-co")
