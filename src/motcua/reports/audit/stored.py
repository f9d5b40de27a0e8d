"""An audit's result as JSON for the database, whole: read back, it is equal to what was written."""

from __future__ import annotations

from typing import Any

from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import AuditResult, Check, Coverage, Finding, Outcome, Severity

Json = dict[str, Any]


def result_json(result: AuditResult) -> Json:
    """Findings, coverage and every check that was made."""
    coverage = result.coverage
    counts = {name: getattr(coverage, name) for name in Coverage.__slots__ if name != "unread"}
    checks = [
        {
            "rule": check.rule,
            "outcome": check.outcome.value,
            "places": [place.as_json() for place in check.places],
            "reason": check.reason,
        }
        for check in result.checks
    ]
    return {
        "files": list(result.files),
        "rule_set": result.rule_set,
        "coverage": {**counts, "unread": list(coverage.unread)},
        "findings": [finding.as_json() for finding in result.findings],
        "checks": checks,
    }


def result_from(data: Json) -> AuditResult:
    coverage = dict(data["coverage"])
    return AuditResult(
        files=tuple(data["files"]),
        coverage=Coverage(**{**coverage, "unread": tuple(coverage["unread"])}),
        findings=tuple(_finding(item) for item in data["findings"]),
        checks=tuple(
            Check(item["rule"], Outcome(item["outcome"]), _places(item["places"]), item["reason"])
            for item in data["checks"]
        ),
        rule_set=data["rule_set"],
    )


def _finding(item: Json) -> Finding:
    fields = {
        **item,
        "severity": Severity(item["severity"]),
        "outcome": Outcome(item["outcome"]),
        "places": _places(item["places"]),
    }
    return Finding(**fields)


def _places(items: list[Json]) -> tuple[Place, ...]:
    return tuple(Place(**item) for item in items)
