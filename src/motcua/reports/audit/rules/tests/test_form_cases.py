"""Each form rule and each rule against the previous report, on the cases written beside it."""

from pathlib import Path

import pytest
import yaml

from motcua.reports.audit.findings import Finding
from motcua.reports.audit.rules.registry import all_rules

FOLDER = Path(__file__).parent / "cases"


def _module(name):
    import importlib.util
    import sys

    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


context_of = _module("form_case").context_of


def cases():
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name.startswith(("form.", "previous.")):
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
            for case in content["cases"]:
                yield pytest.param(content["rule"], case, id=f"{content['rule']}: {case['name']}")


@pytest.mark.parametrize(("code", "case"), list(cases()))
def test_case(code, case):
    rule = next(rule for rule in all_rules() if rule.code == code)
    context = context_of(case)
    found = [finding for finding in rule.run(context) if isinstance(finding, Finding)]
    shown = [(f.severity.value, f.outcome.value, f.message) for f in found]
    assert len(found) == len(case["expect"]), shown
    for wanted in case["expect"]:
        assert any(_is(finding, wanted, context) for finding in found), (wanted, shown)


def _is(finding, wanted, context):
    fits = finding.severity.value == wanted["severity"] and finding.outcome.value == wanted["outcome"]
    for name in ("computed", "suggested"):
        fits = fits and wanted.get(name, getattr(finding, name)) == getattr(finding, name)
    lines = {place.line for place in finding.places if place.file == "bao-cao.md"}
    keys = {context.forms.row(key).place.line for key in wanted.get("keys", ())}
    return fits and wanted.get("says", "") in finding.message and keys <= lines


def test_every_form_rule_has_cases_that_find_and_cases_that_do_not():
    for rule in all_rules():
        if rule.code.startswith(("form.", "previous.")):
            content = yaml.safe_load((FOLDER / f"{rule.code}.yaml").read_text(encoding="utf-8"))
            assert any(case["expect"] for case in content["cases"]), rule.code
            assert any(not case["expect"] for case in content["cases"]), rule.code
