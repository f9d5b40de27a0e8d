"""The audit as JSON: `coverage` and `findings`, as the issue of the format promises."""

from __future__ import annotations

import json

from motcua.reports.audit.document import UnreadableReport
from motcua.reports.audit.findings import AuditResult


def render_json(result: AuditResult) -> str:
    """One JSON object, Vietnamese unescaped, with a line end."""
    return json.dumps(result.as_json(), ensure_ascii=False, indent=2) + "\n"


def render_error_json(error: UnreadableReport) -> str:
    """The same stream when nothing could be audited: an object with `error` only."""
    facts = {"code": error.code, "message": error.message, "file": error.file}
    return json.dumps({"error": facts}, ensure_ascii=False, indent=2) + "\n"
