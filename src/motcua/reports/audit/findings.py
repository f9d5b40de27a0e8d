"""What an audit says: findings and coverage, in the shape that every output prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from motcua.reports.audit.document import Place


class Severity(StrEnum):
    """How sure the finding is. definite: the printed figures or words cannot all be right."""

    DEFINITE = "definite"
    LIKELY = "likely"
    ARGUABLE = "arguable"


class Outcome(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    ROUNDING_ONLY = "rounding only"
    INCONSISTENT = "inconsistent"
    CHANGES_CONCLUSION = "changes the conclusion"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect, or one near miss, with everything a reader needs to judge it.

    `id` is stable for the same defect of the same report content (rule + the printed values + row or
    quantity), so that a mark "explained" survives the next audit. `printed`, `computed` and `suggested`
    are Vietnamese-formatted figures or words. `caused_by` is the id of the finding it follows from.
    """

    id: str
    rule: str
    severity: Severity
    outcome: Outcome
    places: tuple[Place, ...]
    message: str
    printed: str = ""
    computed: str = ""
    suggested: str = ""
    caused_by: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity.value,
            "outcome": self.outcome.value,
            "places": [place.as_json() for place in self.places],
            "printed": self.printed,
            "computed": self.computed,
            "suggested": self.suggested,
            "message": self.message,
            "caused_by": self.caused_by,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the report was looked at. Each count is of printed figures.

    seen >= bound >= checkable >= checked. `unread` names parts that could not be read.
    """

    seen: int = 0
    bound: int = 0
    checkable: int = 0
    checked: int = 0
    rows_expected: int = 0
    rows_found: int = 0
    unread: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "figures_seen": self.seen,
            "figures_bound": self.bound,
            "figures_checkable": self.checkable,
            "figures_checked": self.checked,
            "form_rows_expected": self.rows_expected,
            "form_rows_found": self.rows_found,
            "unread": list(self.unread),
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One check that was made, whatever its end: what coverage and the marked-up report are built from."""

    rule: str
    outcome: Outcome
    places: tuple[Place, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Findings sorted by severity then place; `checks` also holds what was found to hold."""

    files: tuple[str, ...]
    coverage: Coverage
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...] = field(default_factory=tuple)
    rule_set: str = ""

    def exit_code(self) -> int:
        """0 nothing above arguable, 1 likely, 2 definite (3, unreadable, never reaches a result)."""
        severities = {finding.severity for finding in self.findings}
        if Severity.DEFINITE in severities:
            return 2
        return 1 if Severity.LIKELY in severities else 0

    def as_json(self) -> dict[str, object]:
        return {
            "files": list(self.files),
            "rule_set": self.rule_set,
            "coverage": self.coverage.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
        }
