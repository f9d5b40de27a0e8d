"""Typing slips: the one printed value whose change by a slip of the hand makes every relation fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from motcua.kernel.numbers import format_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.findings import Outcome
from motcua.reports.audit.formcheck.results import (
    RelationResult,
    judge,
    outside_of,
    relation_results,
    values_of,
)
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.forms.relations import evaluate

_EXACT_KINDS = ("sum", "ratio", "eq")
_TELLING = 100


@dataclass(frozen=True, slots=True)
class Slip:
    """A likely slip: the row, what stands there, what fits everywhere, and what kind of slip it is."""

    row: BoundRow
    value: Decimal
    kind: str

    @property
    def text(self) -> str:
        return format_number(self.value)

    @property
    def code(self) -> str:
        return self.row.definition.code if self.row.definition else self.row.printed.number

    @property
    def words(self) -> str:
        """The slip as a sentence to put after a finding."""
        return (
            f" Nếu dòng {self.code} là {self.text} ({self.kind}; đang in {self.row.cell.text}) "
            "thì mọi quan hệ đều khớp."
        )

    @property
    def suggestion(self) -> str:
        return f"dòng {self.code}: {self.text}"


def variants(value: Decimal) -> Iterator[tuple[Decimal, str]]:
    """What the hand may have meant: neighbours swapped, one other digit, a digit more or less, ten times."""
    sign, digits, power_of_ten = value.as_tuple()
    exponent = int(power_of_ten)
    seen = {value}
    for changed, kind in _changed_digits(digits):
        if len(changed) > 1 and changed[0] == 0:
            continue
        other = Decimal((sign, changed, exponent))
        if other not in seen:
            seen.add(other)
            yield other, kind
    for power in (1, -1, 2, -2, 3, -3):
        other = value.scaleb(power)
        if other not in seen and (exponent != 0 or other == other.to_integral_value()):
            yield other, "lệch một lũy thừa của 10"


def _changed_digits(digits: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], str]]:
    for place in range(len(digits) - 1):
        swapped = (*digits[:place], digits[place + 1], digits[place], *digits[place + 2 :])
        yield swapped, "đảo hai chữ số"
    for place, digit in enumerate(digits):
        for other in range(10):
            if other != digit:
                yield (*digits[:place], other, *digits[place + 1 :]), "sai một chữ số"


def likely_slip(context: AuditContext, broken: Sequence[RelationResult]) -> Slip | None:
    """The only slip that repairs all the broken relations and breaks no other; None without or with several."""
    rows = _common_rows(broken)
    found = [slip for row in rows for slip in _repairs(context, row)]
    if len(found) == 1:
        return found[0]
    told = [slip for slip in found if slip.value in _told(context)]
    if len(told) == 1:
        return replace(told[0], kind=f"{told[0].kind}; phần lời cũng nêu số này")
    swapped = [slip for slip in found if slip.kind == "đảo hai chữ số"]
    return swapped[0] if len(swapped) == 1 and len(found) <= 2 else None


def _told(context: AuditContext) -> set[Decimal]:
    """Counts that the words of the report name; small ones are everywhere and say nothing."""
    figures = context.extraction.figures
    return context.forms.once(
        "told",
        lambda: {f.printed.value for f in figures if not f.planned and f.printed.value >= _TELLING},
    )


def _common_rows(broken: Sequence[RelationResult]) -> list[BoundRow]:
    """Rows that take part in every broken relation."""
    if not any(result.relation.kind in _EXACT_KINDS for result in broken):
        return []
    keys = set(broken[0].keys).intersection(*(result.keys for result in broken[1:]))
    return [row for row in broken[0].rows if row.key in keys]


def _repairs(context: AuditContext, row: BoundRow) -> Iterator[Slip]:
    """Variants of one value with which all relations of its row hold, at least one of them strictly."""
    if row.cell.value is None or row.key is None:
        return
    touching = touching_results(context, row)
    for value, kind in variants(row.cell.value):
        if fits(context, row, value, touching):
            yield Slip(row, value, kind)


def touching_results(context: AuditContext, row: BoundRow) -> list[RelationResult]:
    """The relations a row takes part in, broken ones first: a value that fails does so at once."""
    found = [result for result in relation_results(context) if row.key in result.keys]
    return sorted(found, key=lambda result: not result.broken)


def fits(context: AuditContext, row: BoundRow, value: Decimal, touching: Sequence[RelationResult]) -> bool:
    """Whether every relation of the row holds once `value` stands there."""
    key = row.key or ""
    values = values_of(context.forms, outside_of(context), {key: value})
    for result in touching:
        target = result.row
        if target is None or result.outcome is Outcome.NOT_CHECKABLE:
            continue
        if target.key == key:
            target = replaced(target, value)
        evaluation = evaluate(result.relation.expression, values, result.relation.form)
        if judge(result.relation, target, evaluation)[0] is not Outcome.HOLDS:
            return False
    return True


def replaced(row: BoundRow, value: Decimal) -> BoundRow:
    """The row as if another value were printed, with the decimals of that value."""
    cell = replace(row.cell, value=value, decimals=max(0, -int(value.as_tuple().exponent)))
    return replace(row, printed=replace(row.printed, value=cell))
