"""Values that are possible each, but hardly together: the year's cut of posts against the cut since 2015."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.kernel.numbers import format_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.causes import causes
from motcua.reports.audit.formcheck.kinds import PLAUSIBLE, result_id, rule_of
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.formcheck.wording import row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import unique_places
from motcua.reports.audit.rules.registry import rule


@rule(
    code=PLAUSIBLE,
    title="Số tinh giản trong kỳ và tỷ lệ từ năm 2015",
    checks="Số tinh giản trong kỳ không vượt số tinh giản từ năm 2015 suy ra từ tỷ lệ đã in.",
    excludes="Dòng để trống; tỷ lệ bằng 100%.",
    severity=Severity.LIKELY,
)
def check_plausibility(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "le"):
        if rule_of(result.relation) != PLAUSIBLE:
            continue
        yield Check(PLAUSIBLE, result.outcome, result.places, result.reason)
        if result.broken and result.row is not None:
            yield _implausible(context, result, result.row)


def _implausible(context: AuditContext, result: RelationResult, row: BoundRow) -> Finding:
    most = format_number(result.computed.high, 0)
    stock, rate = result.operand_rows[0], result.operand_rows[1]
    message = (
        f"{row_words(row)}: in {value_words(row)}, nhưng nếu {value_words(stock)} hiện nay là phần còn lại sau khi "
        f"giảm {value_words(rate)} so với năm 2015 thì tổng số đã giảm từ 2015 nhiều nhất khoảng {most}."
    )
    return Finding(
        result_id(result),
        PLAUSIBLE,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        unique_places(result.places),
        message,
        value_words(row),
        f"không quá khoảng {most}",
        "",
        causes(context).get(result_id(result)),
    )
