"""Form rows against figures that only the words of the report give: departments, communes, dossiers received."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.reports.audit.findings import Check, Finding, Severity
from motcua.reports.audit.formcheck.kinds import OUTSIDE, rule_of
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.form_part import too_large
from motcua.reports.audit.rules.registry import rule


@rule(
    code=OUTSIDE,
    title="Dòng biểu so với số nêu ở phần lời",
    checks="Số cơ quan, đơn vị cấp xã, hồ sơ trong biểu không vượt tổng số mà phần lời của báo cáo nêu.",
    excludes="Phần lời không nêu rõ tổng số, hoặc nêu nhiều số khác nhau.",
    severity=Severity.LIKELY,
)
def check_outside(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "le", "eq"):
        if rule_of(result.relation) != OUTSIDE:
            continue
        yield Check(OUTSIDE, result.outcome, result.places, result.reason)
        if result.broken and _above(result):
            yield too_large(context, result)


def _above(result: RelationResult) -> bool:
    """An equation with outside figures is read as an upper bound: not every unit need be approved yet."""
    if result.row is None or result.row.cell.value is None or result.computed is None:
        return False
    return result.row.cell.value > result.computed.high
