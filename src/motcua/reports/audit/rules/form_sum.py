"""Totals of the forms against their parts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.causes import causes, repair_of
from motcua.reports.audit.formcheck.kinds import SUM, result_id
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.formcheck.wording import (
    computation,
    computed_words,
    difference,
    row_words,
    value_words,
)
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import unique_places
from motcua.reports.audit.rules.registry import rule


@rule(
    code=SUM,
    title="Tổng trong biểu mẫu",
    checks="Dòng tổng bằng cộng các dòng thành phần.",
    excludes="Tổng hoặc thành phần để trống; phần chênh đúng bằng một dòng anh em nằm ngoài tổng (chỉ nêu để biết); "
    "tổng đúng khi cộng thêm dòng ngoài mẫu in giữa các thành phần (ví dụ cấp huyện).",
    severity=Severity.DEFINITE,
)
def check_sums(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "sum"):
        extra = _with_extra_rows(context, result) if result.broken else ()
        if extra:
            places = (*result.places, *(row.place for row in extra))
            yield Check(SUM, Outcome.HOLDS, places, "Tổng gồm cả dòng ngoài mẫu đứng cạnh các thành phần.")
            continue
        yield Check(SUM, result.outcome, result.places, result.reason)
        if result.broken and result.row is not None and result.computed is not None:
            yield _wrong(context, result, result.row)


def _wrong(context: AuditContext, result: RelationResult, row: BoundRow) -> Finding:
    computed = computed_words(result.computed, False)
    outsider = _outsider(context, result)
    slip = repair_of(context, result)
    gap = difference(row.cell.value, result.computed)
    message = (
        f"{row_words(row)}: in {value_words(row)}, nhưng {computation(result)} = {computed} (chênh {gap})."
    )
    if outsider:
        message += f" Phần chênh đúng bằng {row_words(outsider)}, vốn không nằm trong tổng."
    elif slip:
        message += slip.words
    if _may_overlap(result):
        message += " Chỉ có thể đúng nếu các thành phần có phần trùng nhau; khi đó cần ghi chú."
    return Finding(
        result_id(result),
        SUM,
        _severity(result, outsider),
        Outcome.INCONSISTENT,
        unique_places(result.places),
        message,
        value_words(row),
        computed,
        slip.suggestion if slip else computed,
        causes(context).get(result_id(result)),
    )


def _with_extra_rows(context: AuditContext, result: RelationResult) -> tuple[BoundRow, ...]:
    """Rows beyond the form, printed from the total to just after its last part, that make the total right."""
    row, parts = result.row, result.operand_rows
    if row is None or not parts or result.computed is None or row.cell.value is None:
        return ()
    printed = [other for other in context.forms.rows if other.form == row.form]
    places = [printed.index(part) for part in (row, *parts) if part in printed]
    near = printed[min(places) : max(places) + 2] if places else []
    extra = tuple(other for other in near if other.definition is None and other.cell.value)
    added = sum((Fraction(other.cell.value or 0) for other in extra), result.computed.middle)
    return extra if extra and added == Fraction(row.cell.value) else ()


def _severity(result: RelationResult, outsider: BoundRow | None) -> Severity:
    if outsider:
        return Severity.ARGUABLE
    return Severity.LIKELY if _may_overlap(result) else Severity.DEFINITE


def _may_overlap(result: RelationResult) -> bool:
    """Procedures may be resolved at both levels, so that the total is smaller than the parts together."""
    row = result.row
    if row is None or row.definition is None or result.computed is None or row.cell.value is None:
        return False
    parts = [part.cell.value or 0 for part in result.operand_rows]
    overlapping = row.definition.unit == "Thủ tục"
    return overlapping and max(parts) <= row.cell.value < result.computed.low


def _outsider(context: AuditContext, result: RelationResult) -> BoundRow | None:
    """A row beside the parts, outside the sum, whose value is just the difference."""
    row = result.row
    if row is None or row.definition is None or result.computed is None or not row.cell.value:
        return None
    gap = abs(Fraction(row.cell.value) - result.computed.middle)
    parents = {part.definition.parent_code for part in result.operand_rows if part.definition}
    for other in context.forms.numbers():
        definition = other.definition
        if definition is None or other.key in result.keys or not other.cell.value:
            continue
        beside = definition.form == row.form and definition.parent_code in parents
        if beside and definition.unit == row.definition.unit and Fraction(other.cell.value) == gap:
            return other
    return None
