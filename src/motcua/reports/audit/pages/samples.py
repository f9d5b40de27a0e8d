"""Values for the addresses of this room, for the route × role test: an audit of the visitor's own."""

from __future__ import annotations

from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.reports.audit.findings import AuditResult, Coverage
from motcua.reports.audit.models import AuditedFile, ReportAudit
from motcua.reports.audit.stored import result_json

TEXT = "BÁO CÁO\n\nĐã giải quyết 10 hồ sơ.\n"


def _own_audit(viewer: Viewer) -> dict[str, Any]:
    """An audit of the visitor's own; for who may have none, an address of the same shape."""
    audit = ReportAudit.objects.filter(owner_id=viewer.user_id).first() if viewer.user_id else None
    if audit is None and viewer.user_id and viewer.may("audit.reports.use"):
        audit = _make(viewer)
    if audit is None:
        return {"uid": "018f0000-0000-7000-8000-000000000000"}
    return {"uid": audit.uid}


def _make(viewer: Viewer) -> ReportAudit:
    empty = AuditResult(files=("mau.md",), coverage=Coverage(), findings=(), rule_set="2025")
    audit = ReportAudit.objects.create(
        province=Province.objects.order_by("pk")[0],
        owner_id=viewer.user_id,
        title="mau.md",
        created_at=now(),
        seconds=0,
        definite=0,
        likely=0,
        arguable=0,
        result=result_json(empty),
        blocks=[],
    )
    content = TEXT.encode()
    AuditedFile.objects.create(
        audit=audit, name="mau.md", sha256="0" * 64, size=len(content), content=content
    )
    return audit


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
