"""Door of the auditor: read a report, audit it, list the rules."""

from __future__ import annotations

from motcua.reports.audit.audit import run_audit
from motcua.reports.audit.document import Report, UnreadableReport
from motcua.reports.audit.findings import AuditResult, Coverage, Finding, Outcome, Severity
from motcua.reports.audit.readers import read_report
from motcua.reports.audit.rules.registry import Rule, all_rules

__all__ = [
    "AuditResult",
    "Coverage",
    "Finding",
    "Outcome",
    "Report",
    "Rule",
    "Severity",
    "UnreadableReport",
    "audit_report",
    "read_report",
    "rules",
]


def audit_report(report: Report, *, previous: Report | None = None, rule_set: str = "2025") -> AuditResult:
    """Audit a report that was read; `previous` is the same unit's report of the period before.

    Raises FileNotFoundError for an unknown rule set (a version of the forms).
    """
    return run_audit(report, previous, rule_set)


def rules() -> tuple[Rule, ...]:
    """Every rule with its Vietnamese title, what it checks and what it leaves out, by code."""
    return all_rules()
