"""Door of the auditor: read a report, audit it, show the result, list the rules."""

from __future__ import annotations

from dataclasses import replace

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
    "from_severity",
    "read_report",
    "render",
    "render_refusal",
    "rules",
]


def audit_report(report: Report, *, previous: Report | None = None, rule_set: str = "2025") -> AuditResult:
    """Audit a report that was read; `previous` is the same unit's report of the period before.

    Raises FileNotFoundError for an unknown rule set (a version of the forms).
    """
    return run_audit(report, previous, rule_set)


def from_severity(result: AuditResult, least: Severity) -> AuditResult:
    """The result with only the findings of this severity and above."""
    from motcua.reports.audit.outputs.words import at_least

    return replace(result, findings=at_least(result.findings, least))


def render(report: Report, result: AuditResult, form: str, *, colour: bool = False, width: int = 100) -> str:
    """The result as text: `form` is text, json, csv or html (self-contained, with the report itself)."""
    if form == "json":
        from motcua.reports.audit.outputs.as_json import render_json

        return render_json(result)
    if form == "csv":
        from motcua.reports.audit.outputs.as_csv import render_csv

        return render_csv(result)
    if form == "html":
        from motcua.reports.audit.outputs.html import render_html

        return render_html(report, result)
    from motcua.reports.audit.outputs.terminal import render_terminal

    return render_terminal(result, colour=colour, width=width)


def render_refusal(error: UnreadableReport) -> str:
    """A refused file as JSON."""
    from motcua.reports.audit.outputs.as_json import render_error_json

    return render_error_json(error)


def rules() -> tuple[Rule, ...]:
    """Every rule with its Vietnamese title, what it checks and what it leaves out, by code."""
    return all_rules()
