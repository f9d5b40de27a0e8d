"""How rows and computations are put into Vietnamese words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from motcua.kernel.intervals import Interval
from motcua.kernel.numbers import format_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.formcheck.outside import OutsideFigure
from motcua.reports.audit.formcheck.results import RelationResult
from motcua.reports.forms.definitions import FormRow
from motcua.reports.forms.relations import spelled

_LABEL_LENGTH = 90


def row_words(row: BoundRow) -> str:
    """ "Biểu 3, dòng 3.1 “Tỷ lệ hồ sơ …”"."""
    if row.definition is None:
        return f"Biểu {row.form}, dòng “{_short(row.printed.label)}”"
    return definition_words(row.definition)


def definition_words(row: FormRow) -> str:
    return f"Biểu {row.form}, dòng {row.code} “{_short(row.label)}”"


def _short(label: str) -> str:
    bare = label.partition("(")[0].strip() or label
    return bare if len(bare) <= _LABEL_LENGTH else bare[:_LABEL_LENGTH].rsplit(" ", 1)[0] + "…"


def value_words(row: BoundRow) -> str:
    """The printed value, with its percent sign in a percentage row: "99,61%"."""
    text = row.cell.text
    percent = row.definition is not None and row.definition.kind == "percent"
    return f"{text}%" if percent and row.cell.is_number and "%" not in text else text


def computation(result: RelationResult) -> str:
    """The expression with printed numbers in it: "905 : 940 × 100"."""
    rows = {row.key: row for row in result.operand_rows}
    figures = {figure.name: figure for figure in result.outside}

    def words(name: str) -> str:
        return _operand_words(rows.get(name), figures.get(name))

    return spelled(result.relation.expression, result.relation.form, words)


def _operand_words(row: BoundRow | None, figure: OutsideFigure | None) -> str:
    if figure is not None:
        return format_number(figure.value)
    if row is None or row.cell.value is None:
        return "(trống)"
    return format_number(row.cell.value)


def computed_words(interval: Interval, percent: bool, places: int = 2) -> str:
    """The computed value: exact counts whole, percentages with at least two decimals."""
    text = format_number(interval.middle, places) if percent else _plain(interval.middle)
    return f"{text}%" if percent else text


def _plain(value: Fraction) -> str:
    return format_number(value) if value.denominator == 1 else format_number(value, 2)


def rounded(interval: Interval, places: int, percent: bool) -> str:
    """What ought to be printed with so many decimals."""
    text = format_number(interval.middle, places)
    return f"{text}%" if percent else text


def difference(printed: Decimal, computed: Interval) -> str:
    return _plain(abs(Fraction(printed) - computed.middle))
