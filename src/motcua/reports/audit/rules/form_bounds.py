"""Values outside what a row can hold at all: percentages, yes-or-no rows, enumerations, counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.kinds import BOUNDS, result_id
from motcua.reports.audit.formcheck.results import relation_results
from motcua.reports.audit.formcheck.wording import row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id
from motcua.reports.audit.rules.registry import rule
from motcua.reports.forms.definitions import FormRow


@rule(
    code=BOUNDS,
    title="Giá trị ngoài miền cho phép",
    checks="Tỷ lệ từ 0 đến 100%; dòng Có/Không và dòng chọn chỉ nhận mã đã định; số đếm nguyên và không âm.",
    excludes="Ô trống, gạch ngang hoặc chữ.",
    severity=Severity.DEFINITE,
)
def check_bounds(context: AuditContext) -> Iterable[Finding | Check]:
    for row in context.forms.numbers():
        if row.definition is None or row.definition.is_heading:
            continue
        allowed = _breach(row, row.definition)
        if allowed or row.definition.kind not in ("count", "money"):
            yield Check(BOUNDS, Outcome.INCONSISTENT if allowed else Outcome.HOLDS, (row.place,))
        if allowed:
            yield _outside(context, row, allowed)


def _breach(row: BoundRow, definition: FormRow) -> str:
    """What the row allows, when its value is not that; else empty."""
    value = row.cell.value
    if value is None:
        return ""
    if definition.kind == "percent":
        return "" if 0 <= value <= 100 else "từ 0 đến 100%"
    if definition.kind in ("flag", "choice"):
        codes = {number for number, _ in definition.choices}
        words = ", ".join(f"{number} ({label})" for number, label in definition.choices)
        return "" if value in codes else words
    whole = definition.kind == "money" or value == value.to_integral_value()
    return "" if value >= 0 and whole else "số nguyên không âm"


def _outside(context: AuditContext, row: BoundRow, allowed: str) -> Finding:
    cause = next(_causes(context, row), None)
    return Finding(
        finding_id(BOUNDS, row.key, row.cell.text),
        BOUNDS,
        Severity.DEFINITE,
        Outcome.INCONSISTENT,
        (row.place,),
        f"{row_words(row)}: in {value_words(row)}, trong khi dòng này chỉ nhận {allowed}.",
        value_words(row),
        allowed,
        "",
        cause,
    )


def _causes(context: AuditContext, row: BoundRow) -> Iterator[str]:
    """A percentage above 100 follows from what is wrong with the counts it is computed from."""
    for result in relation_results(context):
        if not result.broken or row.key not in result.keys:
            continue
        if result.relation.kind == "ratio" and result.target == row.key:
            yield result_id(result)
    parts = _operands_of(context, row)
    for result in relation_results(context):
        if result.broken and result.relation.kind == "le" and parts and set(result.keys) <= parts:
            yield result_id(result)


def _operands_of(context: AuditContext, row: BoundRow) -> set[str]:
    return {
        key
        for result in relation_results(context)
        if result.relation.kind == "ratio" and result.target == row.key
        for key in result.keys
        if key != row.key
    }
