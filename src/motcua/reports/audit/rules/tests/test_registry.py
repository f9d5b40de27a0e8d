"""No rule is forgotten: each rule file registers, and each rule has its text and its own cases."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from motcua.reports.audit.findings import Severity
from motcua.reports.audit.rules.registry import Rule, RuleError, all_rules, rule, rule_modules

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("module", rule_modules())
def test_every_rule_file_registers_a_rule(module: str) -> None:
    importlib.import_module(module)
    assert any(entry.module == module for entry in all_rules())


@pytest.mark.parametrize("entry", all_rules(), ids=lambda entry: entry.code)
def test_every_rule_says_what_it_does_and_has_cases(entry: Rule) -> None:
    assert min(len(entry.title), len(entry.checks), len(entry.excludes)) > 5
    assert isinstance(entry.severity, Severity)
    path = CASES / f"{entry.code}.yaml"
    assert path.is_file(), f"no cases for {entry.code}"
    assert path.read_text(encoding="utf-8").strip()


def test_a_code_is_declared_once() -> None:
    taken = all_rules()[0].code
    with pytest.raises(RuleError, match=taken):

        @rule(code=taken, title="x", checks="x", excludes="x", severity=Severity.LIKELY)
        def again(context: object) -> list[object]:
            return []


def test_a_rule_must_say_what_it_checks() -> None:
    with pytest.raises(RuleError, match="mô tả"):

        @rule(code="prose.silent", title="x", checks="", excludes="x", severity=Severity.LIKELY)
        def silent(context: object) -> list[object]:
            return []
