"""Every relation of the form set, evaluated on the printed values of one report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from motcua.kernel.intervals import Agreement, Interval, agreement, rounding_interval
from motcua.reports.audit.binding import BoundForms, BoundRow, FormCell
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Outcome
from motcua.reports.audit.formcheck.outside import OutsideFigure, outside_figures
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.forms.definitions import FormRow, Relation
from motcua.reports.forms.relations import Evaluation, Status, Values, evaluate, operands

_EVERY_ROW = "*"


@dataclass(frozen=True, slots=True)
class RelationResult:
    """How one relation stands in one report. `row` is the target's; `operand_rows` those it is computed from."""

    relation: Relation
    outcome: Outcome
    row: BoundRow | None
    evaluation: Evaluation
    operand_rows: tuple[BoundRow, ...] = ()
    outside: tuple[OutsideFigure, ...] = ()
    reason: str = ""

    @property
    def target(self) -> str:
        return f"{self.relation.form}!{self.relation.target}"

    @property
    def computed(self) -> Interval | None:
        return self.evaluation.interval

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the printed rows it binds together, target first."""
        return tuple(row.key for row in self.rows if row.key)

    @property
    def rows(self) -> tuple[BoundRow, ...]:
        return ((self.row,) if self.row else ()) + self.operand_rows

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(row.place for row in self.rows) + tuple(figure.place for figure in self.outside)

    @property
    def broken(self) -> bool:
        return self.outcome in (Outcome.INCONSISTENT, Outcome.CHANGES_CONCLUSION)


def relation_results(context: AuditContext) -> tuple[RelationResult, ...]:
    """All relations that name a row, evaluated once a report."""
    return context.forms.once("results", lambda: tuple(_all_results(context)))


def results_of(context: AuditContext, *kinds: str) -> Iterator[RelationResult]:
    return (result for result in relation_results(context) if result.relation.kind in kinds)


def outside_of(context: AuditContext) -> dict[str, OutsideFigure]:
    """The outside figures of the report, found once."""
    return context.forms.once("outside", lambda: outside_figures(context.extraction, context.forms))


def cell_interval(cell: FormCell, row: FormRow) -> Interval | None:
    """What a printed cell can stand for: a count is itself, a rate or a sum of money its rounding range."""
    if cell.value is None:
        return None
    if row.kind in ("count", "flag", "choice") and cell.decimals == 0:
        return Interval.point(cell.value)
    return rounding_interval(cell.value, cell.decimals)


def values_of(
    forms: BoundForms, outside: dict[str, OutsideFigure], changed: dict[str, Decimal] | None = None
) -> Values:
    """A look-up of ranges by name. `changed` puts other values in place of printed ones, to try them."""
    return partial(_value, forms, outside, changed or {})


def _value(
    forms: BoundForms, outside: dict[str, OutsideFigure], changed: dict[str, Decimal], name: str
) -> Interval | None:
    if name.startswith("{"):
        figure = outside.get(name)
        return Interval.point(figure.value) if figure else None
    row = forms.row(name)
    if row is None or row.definition is None:
        return None
    if name in changed:
        return Interval.point(changed[name])
    return cell_interval(row.cell, row.definition)


def _all_results(context: AuditContext) -> Iterator[RelationResult]:
    outside = outside_of(context)
    values = values_of(context.forms, outside)
    for relation in context.form_set.relations:
        if relation.form != _EVERY_ROW:
            yield _result(relation, context.forms, outside, values)


def _result(
    relation: Relation, forms: BoundForms, outside: dict[str, OutsideFigure], values: Values
) -> RelationResult:
    row = forms.row(f"{relation.form}!{relation.target}")
    evaluation = evaluate(relation.expression, values, relation.form)
    names = operands(relation.expression, relation.form)
    rows = tuple(found for name in names if (found := forms.row(name)) is not None)
    figures = tuple(outside[name] for name in names if name in outside)
    outcome, reason = judge(relation, row, evaluation)
    return RelationResult(relation, outcome, row, evaluation, rows, figures, reason)


def judge(relation: Relation, row: BoundRow | None, evaluation: Evaluation) -> tuple[Outcome, str]:
    """The outcome of a relation for a printed target and what the expression gives; with the reason."""
    if row is None or row.definition is None:
        return Outcome.NOT_CHECKABLE, "không có dòng cần kiểm tra"
    if row.cell.value is None:
        return Outcome.NOT_CHECKABLE, f"dòng {row.definition.code} không có số"
    if evaluation.status is Status.BLANK:
        return Outcome.NOT_CHECKABLE, "thiếu " + ", ".join(name_of(name) for name in evaluation.blank)
    if evaluation.interval is None:
        return Outcome.NOT_CHECKABLE, "mẫu số bằng 0 nên tỷ lệ không xác định"
    printed = cell_interval(row.cell, row.definition)
    if relation.kind == "le" and printed is not None:
        above = evaluation.interval.lies_below(printed)
        return (Outcome.INCONSISTENT if above else Outcome.HOLDS), ""
    return outcome_of(row.cell, printed, evaluation.interval), ""


def outcome_of(cell: FormCell, printed: Interval | None, computed: Interval) -> Outcome:
    """Holds, rounding only or inconsistent, for a target that must equal what is computed."""
    if printed is not None and printed.is_point and computed.is_point:
        return Outcome.HOLDS if printed == computed else Outcome.INCONSISTENT
    stands = agreement(cell.value or Decimal(0), cell.decimals, computed)
    if stands in (Agreement.EQUAL, Agreement.POSSIBLE):
        return Outcome.HOLDS
    return Outcome.ROUNDING_ONLY if stands is Agreement.TRUNCATED else Outcome.INCONSISTENT


_OUTSIDE_NAMES = {
    "{departments}": "số sở, ngành của tỉnh (phần lời không nêu rõ)",
    "{communes}": "số đơn vị cấp xã (phần lời không nêu rõ)",
    "{received_total}": "tổng số hồ sơ tiếp nhận (phần lời không nêu rõ)",
    "{service_units_2015}": "số đơn vị sự nghiệp năm 2015 (báo cáo không nêu)",
}


def name_of(name: str) -> str:
    """ "3!1.4" -> "biểu 3 dòng 1.4"; an outside figure in words."""
    if name in _OUTSIDE_NAMES:
        return _OUTSIDE_NAMES[name]
    form, _, code = name.partition("!")
    return f"biểu {form} dòng {code}"
