"""A named quantity of the prose against the row of the forms that says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from motcua.kernel.intervals import agreement, total
from motcua.kernel.numbers import format_number
from motcua.reports.audit.extraction.figures import ProseFigure
from motcua.reports.audit.extraction.quantities import Quantity
from motcua.reports.audit.findings import Check, Finding, Outcome, Severity
from motcua.reports.audit.rules import reading
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.prose_claims import full_claims_refuted
from motcua.reports.audit.rules.registry import rule
from motcua.reports.audit.rules.rows import RowValue, prose_value, rate_of_parts, row_value

_CODE = "prose.form_value"
_TELLING = 10


@dataclass(frozen=True, slots=True)
class _Conflict:
    figure: ProseFigure
    row: RowValue


@rule(
    code=_CODE,
    title="Lời văn và biểu mẫu nói hai số",
    checks="Một đại lượng có tên trong lời văn phải bằng dòng tương ứng của biểu mẫu (cùng phạm vi, cùng kỳ).",
    excludes="Số ước lượng, số mục tiêu, số của một đơn vị riêng, số tăng giảm; dòng biểu để trống; "
    "tỷ lệ mà chính các dòng thành phần của biểu cho ra.",
    severity=Severity.LIKELY,
)
def form_value(context: AuditContext) -> Iterable[Finding | Check]:
    """Prose figures bound to form rows; conflicts of one sentence are one finding and what follows from it."""
    explained = {figure.number for figure in full_claims_refuted(context)}
    conflicts: dict[int, list[_Conflict]] = {}
    for figure in context.extraction.figures:
        quantity = context.extraction.quantities.get(figure.number)
        if (
            quantity is None
            or quantity.key.startswith("p.")
            or not figure.exact
            or figure.number in explained
        ):
            continue
        row = row_value(context, quantity.key)
        if row is None:
            reason = "Biểu mẫu không có số ở dòng tương ứng."
            yield reading.check(_CODE, Outcome.NOT_CHECKABLE, [figure], reason)
        elif _agrees(context, figure, quantity, row) or _said_beside(context, figure, quantity, row):
            yield reading.check(_CODE, Outcome.HOLDS, [figure])
        else:
            conflicts.setdefault(figure.sentence.number, []).append(_Conflict(figure, row))
    yield from _findings(conflicts.values())


def _agrees(context: AuditContext, figure: ProseFigure, quantity: Quantity, row: RowValue) -> bool:
    value = prose_value(figure)
    others = [other.value for key in quantity.also if (other := row_value(context, key))]
    if any(value.meets(candidate) for candidate in (row.value, *others)):
        return True
    if not figure.is_percent:
        return False
    rate = rate_of_parts(context, quantity.key)
    printed = figure.printed
    return rate is not None and agreement(printed.value, printed.places, rate).value != "different"


def _said_beside(context: AuditContext, figure: ProseFigure, quantity: Quantity, row: RowValue) -> bool:
    """The sentence tells several figures of the kind and the row is one of them, or what they add up to;
    or the figure is a neighbouring row: then the words name that one."""
    neighbours = [f for f in context.extraction.of(figure.sentence) if reading.same_unit(f, figure)]
    if any(prose_value(other).meets(row.value) for other in neighbours if other is not figure):
        return True
    bound = [f for f in neighbours if _quantity_key(context, f) == quantity.key]
    if len(bound) > 1 and total(prose_value(f) for f in bound).meets(row.value):
        return True
    return _is_neighbouring_row(context, figure, row)


def _quantity_key(context: AuditContext, figure: ProseFigure) -> str:
    quantity = context.extraction.quantities.get(figure.number)
    return quantity.key if quantity else ""


def _is_neighbouring_row(context: AuditContext, figure: ProseFigure, row: RowValue) -> bool:
    """A figure that stands in another row counting the same thing: of the same group, or anywhere for a/b."""
    if figure.is_percent or "+" in row.key or figure.printed.value < _TELLING:
        return False
    form, _, code = row.key.partition("!")
    group = f"{form}!{code.split('.')[0]}"
    return any(
        other.key != row.key
        and other.cell.value == figure.printed.value
        and (figure.role or (other.key or "").partition(".")[0] == group)
        for other in context.forms.numbers()
    )


def _findings(groups: Iterable[list[_Conflict]]) -> Iterator[Finding]:
    told: dict[tuple[str, Fraction], str] = {}
    for group in groups:
        main: str | None = None
        for conflict in group:
            identity = (conflict.row.key, Fraction(conflict.figure.printed.value))
            cause = told.get(identity, main)
            made = replace(_finding(conflict), caused_by=cause)
            if cause == made.id:
                continue
            told.setdefault(identity, made.id)
            main = main or made.id
            yield made


def _finding(conflict: _Conflict) -> Finding:
    figure, row = conflict.figure, conflict.row
    scale = (
        prose_value(figure).middle / Fraction(figure.printed.value) if figure.printed.value else Fraction(1)
    )
    expected = row.value.middle / scale
    gap = abs(expected - Fraction(figure.printed.value))
    slip = typing_slip(figure.printed.value, expected) if expected > 0 else ""
    shown = f"{figure.printed.text}{'%' if figure.is_percent else ''}"
    dated = figure.timing.as_of
    note = (
        f" Lời văn tính đến {dated.day}/{dated.month}/{dated.year}; biểu không ghi ngày chốt."
        if dated
        else ""
    )
    return reading.finding(
        _CODE,
        Severity.LIKELY,
        Outcome.INCONSISTENT,
        [figure],
        f"Lời văn viết {reading.shown(figure)}, còn {row.label} in {row.printed} "
        f"(chênh {format_number(gap)})." + (f" Có thể gõ nhầm ({slip})." if slip else "") + note,
        printed=shown,
        computed=row.printed,
        suggested=format_number(expected) if slip else "",
        places=row.places,
        quantity=row.key,
    )
