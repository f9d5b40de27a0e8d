"""Rows of different forms that speak of the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.causes import causes
from motcua.reports.audit.formcheck.kinds import CROSS, result_id, rule_of
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.formcheck.wording import difference, row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.form_part import too_large
from motcua.reports.audit.rules.making import unique_places
from motcua.reports.audit.rules.registry import rule


@rule(
    code=CROSS,
    title="Một đại lượng ở hai biểu",
    checks="Cùng một đại lượng ở hai biểu có cùng giá trị; số thuộc một phần không vượt tổng ở biểu khác.",
    excludes="Dòng để trống; chênh lệch đã được ghi chú lý do thì chỉ nêu để biết.",
    severity=Severity.LIKELY,
)
def check_across(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "eq", "le"):
        if rule_of(result.relation) != CROSS:
            continue
        yield Check(CROSS, result.outcome, result.places, result.reason)
        if result.broken:
            finding = (
                _two_values(context, result) if result.relation.kind == "eq" else too_large(context, result)
            )
            noted = any(row.printed.note for row in result.rows)
            yield replace(finding, severity=Severity.ARGUABLE) if noted else finding


def _two_values(context: AuditContext, result: RelationResult) -> Finding:
    row, twin = result.row, result.operand_rows[0]
    if row is None or result.computed is None or row.cell.value is None:
        raise ValueError(result.target)
    gap = difference(row.cell.value, result.computed)
    message = (
        f"{row_words(row)} in {value_words(row)}, còn {row_words(twin)} in {value_words(twin)} (chênh {gap}). "
        f"{result.relation.note}."
    )
    return Finding(
        result_id(result),
        CROSS,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        unique_places(result.places),
        message,
        value_words(row),
        value_words(twin),
        "",
        causes(context).get(result_id(result)),
    )
