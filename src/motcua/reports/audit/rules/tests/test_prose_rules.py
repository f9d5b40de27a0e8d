"""Every prose rule against its own cases: sentences of made-up reports, with what must and must not be found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from casebook import cases_of, context_of, findings_of, rule_named

from motcua.reports.audit.findings import Check
from motcua.reports.audit.rules.registry import all_rules

PROSE = [rule.code for rule in all_rules() if rule.code.startswith("prose.")]
ALL = [(code, case) for code in PROSE for case in cases_of(code)]


@pytest.mark.parametrize(("code", "case"), ALL, ids=[f"{code}: {case['name']}" for code, case in ALL])
def test_case(code: str, case: dict[str, Any]) -> None:
    findings = findings_of(code, case)
    expected = case.get("expect", [])
    assert [finding.severity.value for finding in findings] == [item["severity"] for item in expected], (
        findings
    )
    for finding, item in zip(findings, expected, strict=True):
        for name in ("printed", "computed", "suggested"):
            if name in item:
                assert getattr(finding, name) == str(item[name])
        if "outcome" in item:
            assert finding.outcome.value == item["outcome"]
        for words in item.get("says", []):
            assert words in finding.message
        if "lines" in item:
            assert [place.line for place in finding.places] == item["lines"]


@pytest.mark.parametrize(
    ("code", "case"), [pair for pair in ALL if "checks" in pair[1]], ids=lambda value: str(value)[:40]
)
def test_what_was_looked_at_is_told(code: str, case: dict[str, Any]) -> None:
    made = [item for item in rule_named(code).run(context_of(case)) if isinstance(item, Check)]
    assert [check.outcome.value for check in made] == case["checks"]


@pytest.mark.parametrize("code", PROSE)
def test_ids_are_stable_and_places_quote_the_text(code: str) -> None:
    for case in cases_of(code):
        first, second = findings_of(code, case), findings_of(code, case)
        assert [finding.id for finding in first] == [finding.id for finding in second]
        assert all(place.quote and place.line for finding in first for place in finding.places)
