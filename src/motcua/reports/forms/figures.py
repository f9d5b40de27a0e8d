"""Each form row as a figure. A percentage with a ratio relation is its numerator over its denominator; any
other row is the value its unit declares, until the module that owns the records defines it over facts.
"""

from __future__ import annotations

import re
from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    Climb,
    FactShape,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Quantity,
    Registry,
    Rounding,
    Selection,
    Unit,
    declared,
)
from motcua.reports.forms.definitions import DEFAULT_VERSION, FormRow, FormSet, Relation, form_set

FORM_BASIS = "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ"
EFFECTIVE_FROM = {"2025": date(2025, 7, 2)}
PERCENT_PLACES = 2
VALUES = FactShape("form_values", {"row": "text", "value": "decimal"})
EXTERNALS = FactShape("form_externals", {"name": "text", "value": "decimal"})

_RATIO = re.compile(r"^(?P<numerator>.+)/(?P<denominator>[^/]+)\*100$")
_TERM = re.compile(r"(?P<sign>[+-]?)(?:\[(?P<row>[^\]]+)\]|\{(?P<name>\w+)\})")


def row_figure_code(key: str) -> str:
    """The code of the figure of a form row: "form.3!3.1" for key "3!3.1"."""
    return f"form.{key}"


def ratio_of(forms: FormSet, row: FormRow) -> Relation | None:
    """The relation by which a row is a percentage of two others, if it has one."""
    wanted = (row.form, row.code, "ratio")
    return next((each for each in forms.relations if (each.form, each.target, each.kind) == wanted), None)


def row_figure(forms: FormSet, row: FormRow, version: int = 1) -> Figure:
    """The figure of one row that takes a value. Raises FigureError when its definition does not fit."""
    relation = ratio_of(forms, row)
    parts = _ratio_parts(relation) if relation else None
    return Figure(
        code=row_figure_code(row.key),
        version=version,
        effective_from=EFFECTIVE_FROM[forms.version],
        labels={"vi": row.label, "en": row.label_en},
        unit=Unit(row.kind, row.unit),
        legal_basis=tuple(text for text in (FORM_BASIS, row.basis) if text),
        count=None if parts else declared("form_values", "value", Filter("row", Operator.EQUAL, row.key)),
        numerator=parts[0] if parts else None,
        denominator=parts[1] if parts else None,
        scale=100 if parts else 1,
        climb=Climb(row.climb),
        period_rule=PeriodRule(row.period_rule),
        rounding=Rounding(PERCENT_PLACES if row.kind == "percent" else 0),
    )


def _ratio_parts(relation: Relation) -> tuple[Quantity, Quantity]:
    match = _RATIO.match(relation.expression.replace(" ", ""))
    if match is None:
        raise ValueError(f"relation of row {relation.form}!{relation.target} is not a ratio")
    return tuple(_linear(relation.form, match[name]) for name in ("numerator", "denominator"))  # type: ignore[return-value]


def _linear(form: str, text: str) -> Quantity:
    """A sum of rows and outside figures, such as "({service_units_2015}-[1.5])", as a quantity."""
    terms: list[tuple[int, Selection]] = []
    for match in _TERM.finditer(text):
        sign = -1 if match["sign"] == "-" else 1
        terms += [(sign * factor, each) for factor, each in _operand(form, match["row"], match["name"]).terms]
    return Quantity(tuple(terms))


def _operand(form: str, row: str | None, name: str | None) -> Quantity:
    if row is None:
        return declared("form_externals", "value", Filter("name", Operator.EQUAL, name))
    key = row if "!" in row else f"{form}!{row}"
    return declared("form_values", "value", Filter("row", Operator.EQUAL, key))


def define_row_figures(registry: Registry = REGISTRY, version: str = DEFAULT_VERSION) -> None:
    """Declare the facts of the forms and the figure of every row that takes a value."""
    registry.define_fact(VALUES)
    registry.define_fact(EXTERNALS)
    forms = form_set(version)
    for row in forms.rows():
        if not row.is_heading:
            registry.define(row_figure(forms, row))
