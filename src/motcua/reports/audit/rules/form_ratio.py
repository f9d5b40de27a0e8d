"""Percentages of the forms against the two counts they are computed from."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from motcua.kernel.intervals import Interval
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.causes import causes, repair_of
from motcua.reports.audit.formcheck.elsewhere import copied_from, targets
from motcua.reports.audit.formcheck.kinds import RATIO, result_id
from motcua.reports.audit.formcheck.results import RelationResult, results_of
from motcua.reports.audit.formcheck.wording import (
    computation,
    computed_words,
    rounded,
    row_words,
    value_words,
)
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import unique_places
from motcua.reports.audit.rules.registry import rule

_FULL = Decimal(100)


@rule(
    code=RATIO,
    title="Tỷ lệ trong biểu mẫu",
    checks="Dòng tỷ lệ bằng tử số chia mẫu số của chính nó, theo độ chính xác đã in.",
    excludes="Tỷ lệ có mẫu số bằng 0 hoặc để trống (quy tắc khác); sai khác do làm tròn nửa lên.",
    severity=Severity.DEFINITE,
)
def check_ratios(context: AuditContext) -> Iterable[Finding | Check]:
    for result in results_of(context, "ratio"):
        yield Check(RATIO, result.outcome, result.places, result.reason)
        if result.broken:
            yield _wrong(context, result)
        elif result.outcome is Outcome.ROUNDING_ONLY or _rounded_to_full(result):
            yield _rounding(result)


def _rounded_to_full(result: RelationResult) -> bool:
    """100% printed although the parts are a little less."""
    if result.outcome is not Outcome.HOLDS or result.row is None or result.computed is None:
        return False
    return result.row.cell.value == _FULL and result.computed.high < 100


def _wrong(context: AuditContext, result: RelationResult) -> Finding:
    row, computed = _both(result)
    slip = repair_of(context, result)
    copy = copied_from(context, row)
    possible = computed.high <= _FULL
    right = rounded(computed, row.cell.decimals or 2, True) if possible else ""
    wanted = slip.suggestion if slip and slip.row.key != row.key else right
    outcome = _conclusion(context, row, computed)
    message = f"{row_words(row)}: in {value_words(row)}, nhưng {computation(result)} = {computed_words(computed, True)}."
    places: tuple[Place, ...] = result.places
    if copy:
        message += (
            f" Giá trị {value_words(row)} đúng ở chỗ khác: {copy[0]}; có thể đã chép nhầm sang dòng này."
        )
        places = (*places, copy[1])
    message += (slip.words if slip else "") + _conclusion_words(outcome)
    return Finding(
        result_id(result),
        RATIO,
        Severity.DEFINITE,
        outcome,
        unique_places(places),
        message,
        value_words(row),
        computed_words(computed, True),
        wanted,
        causes(context).get(result_id(result)),
    )


def _both(result: RelationResult) -> tuple[BoundRow, Interval]:
    if result.row is None or result.computed is None:
        raise ValueError(result.target)
    return result.row, result.computed


def _conclusion(context: AuditContext, row: BoundRow, computed: Interval) -> Outcome:
    """Whether the right value falls short of 100% or of a stated target that the printed one reaches."""
    printed = row.cell.value or Decimal(0)
    if computed.high > _FULL:
        return Outcome.INCONSISTENT
    for target in (_FULL, *targets(context, row)):
        if printed >= target > computed.high or (printed < target and computed.low >= target):
            return Outcome.CHANGES_CONCLUSION
    return Outcome.INCONSISTENT


def _conclusion_words(outcome: Outcome) -> str:
    if outcome is not Outcome.CHANGES_CONCLUSION:
        return ""
    return " Giá trị tính lại làm thay đổi kết luận về mức hoàn thành."


def _rounding(result: RelationResult) -> Finding:
    row, computed = _both(result)
    full = _rounded_to_full(result)
    right = computed_words(computed, True) if full else rounded(computed, row.cell.decimals, True)
    how = "làm tròn thành 100% dù chưa đủ" if full else "bị cắt bớt thay vì làm tròn"
    message = f"{row_words(row)}: {computation(result)} = {computed_words(computed, True, 4)}; {value_words(row)} {how}."
    return Finding(
        result_id(result),
        RATIO,
        Severity.ARGUABLE,
        Outcome.ROUNDING_ONLY,
        unique_places(result.places),
        message,
        value_words(row),
        computed_words(computed, True, 4),
        right,
    )
