"""Form rows as prose rules see them: the value of a row or of a sum of rows, on the scale of a prose figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.kernel.intervals import Interval, rounding_interval, total
from motcua.kernel.units import Dimension, Unit, unit_named
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import ProseFigure
from motcua.reports.audit.rules.context import AuditContext

_RATIO = re.compile(r"\[([\d.]+)\]/\[([\d.]+)\]\*100")


@dataclass(frozen=True, slots=True)
class RowValue:
    """The value of rows of the forms. `label` names them, `printed` is what they print (rows joined by +)."""

    key: str
    value: Interval
    printed: str
    label: str
    places: tuple[Place, ...]


def row_value(context: AuditContext, key: str) -> RowValue | None:
    """The value of a row "3!1.4" or of a sum "3!3.1.1+3!3.3.1"; None when a row or its number is missing."""
    rows = [context.forms.row(part) for part in key.split("+")]
    present = [row for row in rows if row is not None and row.cell.value is not None]
    if len(present) < len(rows) or not present:
        return None
    return RowValue(
        key,
        total(_in_base(row) for row in present),
        " + ".join(row.cell.text for row in present),
        " và ".join(named(row) for row in present),
        tuple(row.place for row in present),
    )


def prose_value(figure: ProseFigure) -> Interval:
    """The range of a prose figure in the base unit, so that tỷ đồng and triệu đồng can be compared."""
    return figure.value * _factor(figure.unit)


def named(row: BoundRow) -> str:
    """`biểu 3, dòng 1.4 (Tổng số TTHC …)`."""
    code = row.definition.code if row.definition else row.printed.number
    label = row.definition.label if row.definition else row.printed.label
    short = label if len(label) <= 70 else f"{label[:67].rstrip()}…"
    return f"biểu {row.form}, dòng {code} ({short})"


def rate_of_parts(context: AuditContext, key: str) -> Interval | None:
    """What the parts of a percentage row give, by the ratio relation of the forms; None without one."""
    form, _, code = key.partition("!")
    for relation in context.form_set.relations:
        if relation.form != form or relation.target != code or relation.kind != "ratio":
            continue
        match = _RATIO.fullmatch(relation.expression.replace(" ", ""))
        values = [context.forms.value(f"{form}!{part}") for part in match.groups()] if match else []
        if len(values) == 2 and values[0] is not None and values[1]:
            return Interval.point(values[0]) / values[1] * 100
    return None


def _in_base(row: BoundRow) -> Interval:
    value = row.cell.value
    if value is None:
        raise ValueError(row.printed.label)
    decimals = row.cell.decimals
    money = bool(row.definition and row.definition.kind == "money")
    interval = rounding_interval(value, decimals) if decimals or money else Interval.point(value)
    return interval * _factor(unit_named(row.definition.unit) if money and row.definition else None)


def _factor(unit: Unit | None) -> int:
    if unit is None or unit.dimension is Dimension.SHARE:
        return 1
    return int(unit.factor) if unit.factor >= 1 else 1
