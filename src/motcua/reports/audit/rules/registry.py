"""The rules of the auditor: each registers itself by a decorator, with what it checks and what it leaves out."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motcua.reports.audit.findings import Check, Finding, Severity

if TYPE_CHECKING:
    from motcua.reports.audit.rules.context import AuditContext

RuleFunction = Callable[["AuditContext"], Iterable[Finding | Check]]
FAMILIES = ("form_", "prose_", "previous_")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is the highest it gives; `checks` and `excludes` are Vietnamese, for people."""

    code: str
    title: str
    checks: str
    excludes: str
    severity: Severity
    function: RuleFunction
    module: str


_RULES: dict[str, Rule] = {}


def rule(
    *, code: str, title: str, checks: str, excludes: str, severity: Severity
) -> Callable[[RuleFunction], RuleFunction]:
    """Registers the decorated function. Raises ValueError for a code that is taken."""

    def register(function: RuleFunction) -> RuleFunction:
        taken = _RULES.get(code)
        if taken and taken.module != function.__module__:
            raise ValueError(f"Mã quy tắc “{code}” đã dùng ở {taken.module}.")
        _RULES[code] = Rule(code, title, checks, excludes, severity, function, function.__module__)
        return function

    return register


def rule_modules() -> tuple[str, ...]:
    """Names of the modules of this folder that hold rules."""
    package = importlib.import_module(__package__)
    return tuple(
        f"{__package__}.{module.name}"
        for module in pkgutil.iter_modules(package.__path__)
        if module.name.startswith(FAMILIES)
    )


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    for name in rule_modules():
        importlib.import_module(name)
    return tuple(_RULES[code] for code in sorted(_RULES))


def finding_id(rule_code: str, *parts: object) -> str:
    """A stable id: the same rule, row or quantity and printed values give the same id in the next audit."""
    text = "\x1f".join((rule_code, *(str(part) for part in parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
