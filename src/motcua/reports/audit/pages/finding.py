"""Finding the audit an address names, among those the viewer may see; a stranger gets "not found"."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404

from motcua.engine.permissions.api import ViewedRequest
from motcua.reports.audit.models import ReportAudit
from motcua.reports.audit.operations import visible_audits


def find_audit(request: ViewedRequest, uid: uuid.UUID) -> ReportAudit:
    return get_object_or_404(visible_audits(request.viewer), uid=uid)
