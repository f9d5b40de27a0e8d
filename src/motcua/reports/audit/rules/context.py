"""What a rule sees: the report, its figures, its form rows, and the same of the previous report."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.reports.audit.binding import BoundForms
from motcua.reports.audit.document import Report
from motcua.reports.audit.extraction.figures import Extraction
from motcua.reports.forms.definitions import FormSet


@dataclass(frozen=True)
class AuditContext:
    """One audit. `previous` is the context of the same unit's report of the period before, when given."""

    report: Report
    extraction: Extraction
    forms: BoundForms
    form_set: FormSet
    previous: AuditContext | None = None
