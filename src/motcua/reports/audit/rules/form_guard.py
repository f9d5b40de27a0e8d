"""Rates over an empty base, and answers that contradict a yes-or-no row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.kinds import GUARD, rule_of
from motcua.reports.audit.formcheck.results import relation_results
from motcua.reports.audit.formcheck.wording import row_words, value_words
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import finding_id, unique_places
from motcua.reports.audit.rules.registry import rule
from motcua.reports.forms.relations import Status, operands

EMPTY_BASE = "form.empty_base"


@dataclass(frozen=True, slots=True)
class EmptyRate:
    """A printed rate whose base is zero."""

    row: BoundRow
    base: BoundRow

    @property
    def value(self) -> Decimal:
        return self.row.cell.value or Decimal(0)


@rule(
    code=EMPTY_BASE,
    title="Tỷ lệ trên cơ sở bằng 0",
    checks="Không in tỷ lệ khi mẫu số bằng 0; một báo cáo không dùng lẫn 0% và 100% cho trường hợp này.",
    excludes="Ô tỷ lệ để trống hoặc gạch ngang; chỉ in 0% một cách thống nhất thì chỉ nêu để biết.",
    severity=Severity.DEFINITE,
)
def check_empty_bases(context: AuditContext) -> Iterable[Finding | Check]:
    rates = list(_empty_rates(context))
    for rate in rates:
        yield Check(EMPTY_BASE, Outcome.INCONSISTENT, (rate.row.place, rate.base.place))
    full = [rate for rate in rates if rate.value != 0]
    if full:
        yield _finding(rates, Severity.DEFINITE)
    elif rates:
        yield _finding(rates, Severity.ARGUABLE)


def _empty_rates(context: AuditContext) -> Iterator[EmptyRate]:
    """Ratios with a zero denominator, and rates that a guard ties to a zero count."""
    for result in relation_results(context):
        row = result.row
        if row is None or row.definition is None or row.cell.value is None:
            continue
        if result.relation.kind == "ratio" and result.evaluation.status is Status.UNDEFINED:
            base = context.forms.row(operands(result.relation.expression, result.relation.form)[-1])
        elif rule_of(result.relation) == GUARD and row.definition.kind == "percent":
            base = result.operand_rows[0] if result.operand_rows else None
        else:
            continue
        if base is not None and base.cell.value == 0:
            yield EmptyRate(row, base)


def _finding(rates: list[EmptyRate], severity: Severity) -> Finding:
    parts = [
        f"{row_words(rate.row)} in {value_words(rate.row)} khi dòng {_code(rate.base)} bằng 0"
        for rate in rates
    ]
    message = "; ".join(parts) + ". Tỷ lệ trên cơ sở bằng 0 không xác định: nên để trống và ghi chú."
    if len({rate.value for rate in rates}) > 1:
        message += " Hai cách ghi trái nhau (0% và 100%) cùng có trong một báo cáo."
    places: list[Place] = [place for rate in rates for place in (rate.row.place, rate.base.place)]
    return Finding(
        finding_id(EMPTY_BASE, *(part for rate in rates for part in (rate.row.key, rate.row.cell.text))),
        EMPTY_BASE,
        severity,
        Outcome.INCONSISTENT,
        unique_places(places),
        message,
        ", ".join(value_words(rate.row) for rate in rates),
        "không xác định",
        "để trống",
    )


def _code(row: BoundRow) -> str:
    return row.definition.code if row.definition else row.printed.number


@rule(
    code=GUARD,
    title="Trả lời trái với dòng Có/Không",
    checks="Dòng Có/Không ghi Không (0) thì các dòng chi tiết phải bằng 0 hoặc để trống.",
    excludes="Dòng chi tiết để trống; tỷ lệ trên cơ sở bằng 0 (quy tắc khác).",
    severity=Severity.DEFINITE,
)
def check_flags(context: AuditContext) -> Iterable[Finding | Check]:
    for result in relation_results(context):
        row = result.row
        if rule_of(result.relation) != GUARD or row is None or row.definition is None:
            continue
        if row.definition.kind == "percent":
            continue
        yield Check(GUARD, result.outcome, result.places, result.reason)
        if result.broken:
            yield _contradicted(row, result.operand_rows[0], result.places)


def _contradicted(row: BoundRow, flag: BoundRow, places: tuple[Place, ...]) -> Finding:
    message = f"{row_words(flag)} ghi {value_words(flag)} (Không), nhưng {row_words(row)} lại in {value_words(row)}."
    return Finding(
        finding_id(GUARD, row.key, row.cell.text, flag.cell.text),
        GUARD,
        Severity.DEFINITE,
        Outcome.INCONSISTENT,
        unique_places(places),
        message,
        value_words(row),
        "0 hoặc để trống",
        "",
    )
