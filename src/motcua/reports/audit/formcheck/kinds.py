"""Which rule a relation belongs to, and how sure its breach is."""

from __future__ import annotations

import re

from motcua.reports.audit.findings import Severity
from motcua.reports.audit.formcheck.results import RelationResult
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.forms.definitions import Relation

RATIO = "form.ratio"
SUM = "form.sum"
PART = "form.part"
BOUNDS = "form.bounds"
GUARD = "form.guard"
CROSS = "form.cross"
OUTSIDE = "form.outside"
PLAUSIBLE = "form.plausible"

# The catalogue, the quota and the plan may move within the year, so that more than the whole can be true.
_MOVING_WHOLES = {"3!1.1", "4!2.2", "4!3.2", "5!1.3", "6!1.2"}
_NUMBER = re.compile(r"\d+")
_GUARD = re.compile(r"\d+\*\[[\d.]+\]")


def rule_of(relation: Relation) -> str:
    """Code of the rule that speaks of this relation."""
    if relation.kind in ("ratio", "sum"):
        return RATIO if relation.kind == "ratio" else SUM
    if "{" in relation.expression:
        return OUTSIDE
    if relation.kind == "eq":
        return CROSS
    if _NUMBER.fullmatch(relation.expression):
        return BOUNDS
    if _GUARD.fullmatch(relation.expression):
        return GUARD
    if "/" in relation.expression:
        return PLAUSIBLE
    return CROSS if "!" in relation.expression else PART


def severity_of(result: RelationResult) -> Severity:
    """definite where the rows of one group cannot all be right; likely across groups, forms and dates."""
    code = rule_of(result.relation)
    if code in (CROSS, OUTSIDE, PLAUSIBLE):
        return Severity.LIKELY
    if code == PART and (result.target in _MOVING_WHOLES or _crosses_groups(result)):
        return Severity.LIKELY
    return Severity.DEFINITE


def _crosses_groups(result: RelationResult) -> bool:
    groups = {key.partition(".")[0] for key in result.keys}
    return len(groups) > 1


def result_id(result: RelationResult) -> str:
    """Id of the finding a broken relation makes."""
    printed = (row.cell.text for row in result.rows)
    return finding_id(rule_of(result.relation), result.target, result.relation.expression, *printed)
