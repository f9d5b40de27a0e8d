"""The registry of rules: what each checks and excludes, said once, beside the function that does it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from motcua.reports.audit import rules
from motcua.reports.audit.findings import Check, Finding, Severity
from motcua.reports.audit.rules.context import AuditContext

RuleFunction = Callable[[AuditContext], Iterable[Finding | Check]]
FAMILIES = ("prose_", "form_", "previous_")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `severity` is the gravest it gives; texts are Vietnamese, for people."""

    code: str
    title: str
    checks: str
    excludes: str
    severity: Severity
    function: RuleFunction
    module: str

    def run(self, context: AuditContext) -> Iterator[Finding | Check]:
        """Findings and checks of this rule over one report."""
        yield from self.function(context)


_RULES: dict[str, Rule] = {}


class RuleError(ValueError):
    """A rule is declared twice, or without the text that says what it does."""

    code = "audit.rule.declaration"


def rule(
    *, code: str, title: str, checks: str, excludes: str, severity: Severity
) -> Callable[[RuleFunction], RuleFunction]:
    """Registers a function as a rule. Codes read `family.name`; cases lie in `tests/cases/<code>.yaml`."""

    def register(function: RuleFunction) -> RuleFunction:
        known = _RULES.get(code)
        if known and known.function.__qualname__ != function.__qualname__:
            raise RuleError(f"Quy tắc “{code}” đã được khai báo trong {known.module}.")
        if not (code and title and checks and excludes):
            raise RuleError(f"Quy tắc “{code}” thiếu phần mô tả.")
        _RULES[code] = Rule(code, title, checks, excludes, severity, function, function.__module__)
        return function

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every rule file of this folder, in the order of their codes."""
    for module in rule_modules():
        importlib.import_module(module)
    return tuple(_RULES[code] for code in sorted(_RULES))


def rule_modules() -> tuple[str, ...]:
    """Full names of the rule files: those whose name begins with a family."""
    names = (info.name for info in pkgutil.iter_modules(rules.__path__))
    return tuple(f"{rules.__name__}.{name}" for name in sorted(names) if name.startswith(FAMILIES))
