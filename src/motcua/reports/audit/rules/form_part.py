"""Parts that are larger than their whole, inside one form."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.causes import causes, repair_of
from motcua.reports.audit.formcheck.kinds import PART, result_id, rule_of, severity_of
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.formcheck.wording import computation, computed_words, row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import unique_places
from motcua.reports.audit.rules.registry import rule


@rule(
    code=PART,
    title="Bộ phận lớn hơn toàn thể trong biểu",
    checks="Số đã xử lý, đúng hạn, có mặt… không vượt số tổng tương ứng của cùng biểu.",
    excludes="Dòng để trống; tổng có thể thay đổi trong kỳ (danh mục, biên chế, kế hoạch vốn) chỉ ở mức có khả năng.",
    severity=Severity.DEFINITE,
)
def check_parts(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "le"):
        if rule_of(result.relation) == PART:
            yield Check(PART, result.outcome, result.places, result.reason)
            if result.broken:
                yield too_large(context, result)


def too_large(context: AuditContext, result: RelationResult) -> Finding:
    """The finding of a value above the bound another row sets."""
    row, computed = result.row, result.computed
    if row is None or computed is None:
        raise ValueError(result.target)
    percent = row.definition is not None and row.definition.kind == "percent"
    bound = computed_words(computed, percent)
    steps = computation(result)
    shown = bound if steps.replace(".", "").isdigit() else f"{steps} = {bound}"
    message = f"{row_words(row)}: in {value_words(row)}, lớn hơn mức tối đa {shown}. {result.relation.note}."
    slip = repair_of(context, result)
    message += slip.words if slip else ""
    return Finding(
        result_id(result),
        rule_of(result.relation),
        severity_of(result),
        Outcome.INCONSISTENT,
        unique_places(result.places),
        message,
        value_words(row),
        f"không quá {bound}",
        slip.suggestion if slip else "",
        causes(context).get(result_id(result)),
    )
