"""Reports written by hand, each in a voice of its own, with a list of their errors: what of them is found.

Beside each report stands `NAME.yaml`: `errors` (lines from–to, severity, what is wrong), `right` (passages that look
wrong and are not), `accepted` (oddities of the printed form itself, neither asked for nor held against a finding).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.findings import Finding, Severity

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "handwritten"
_GRAVE = (Severity.DEFINITE, Severity.LIKELY)


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of one report. `missed` and `false` tell which, for a reader."""

    name: str
    group: str
    found: dict[str, int]
    planted: dict[str, int]
    false: dict[str, int]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    seen: int
    checked: int
    rows: int


def scores(folder: Path = FOLDER) -> list[Score]:
    """One score a report, by name. An error is found where a definite or likely finding stands on its lines."""
    return [_score(path) for path in sorted(folder.glob("*.yaml"))]


def _score(path: Path) -> Score:
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    result = audit_report(read_report([path.parent / truth["file"]]))
    grave = [finding for finding in result.findings if finding.severity in _GRAVE]
    hit = [error for error in truth["errors"] if any(_stands_on(finding, error) for finding in grave)]
    known = [*truth["errors"], *truth.get("accepted", [])]
    wrong = [f for f in grave if f.caused_by is None and not any(_stands_on(f, spot) for spot in known)]
    return Score(
        path.stem,
        truth["group"],
        _by_severity(error["severity"] for error in hit),
        _by_severity(error["severity"] for error in truth["errors"]),
        _by_severity(finding.severity.value for finding in wrong),
        tuple(error["what"] for error in truth["errors"] if error not in hit),
        tuple(f"{finding.rule}: {finding.message}" for finding in wrong),
        result.coverage.seen,
        result.coverage.checked,
        result.coverage.rows_found,
    )


def _by_severity(names: Iterator[str]) -> dict[str, int]:
    listed = list(names)
    return {level.value: listed.count(level.value) for level in _GRAVE}


def _stands_on(finding: Finding, spot: dict[str, Any]) -> bool:
    first, last = spot["lines"]
    return any(place.line is not None and first <= place.line <= last for place in finding.places)
