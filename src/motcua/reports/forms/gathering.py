"""A row gathered from the units below: added, or recomputed from added parts, by the rule of its figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from motcua.engine.figures.api import Climb, Climbed, Figure, MeasureKind, State, Value, climb, evaluate
from motcua.engine.permissions.api import Viewer
from motcua.reports.forms import queries
from motcua.reports.forms.definitions import FormRow
from motcua.reports.forms.figures import row_figure
from motcua.reports.forms.models import FormSheet, FormValue


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the units below, of the levels that fill the row, have for it. `missing` lists the sets of forms that have nothing yet."""

    figure: Figure
    result: Climbed
    units: int
    missing: tuple[FormSheet, ...]


def sheets_below(viewer: Viewer, sheet: FormSheet) -> QuerySet[FormSheet]:
    """The same period's forms of the units under this one, as far as the viewer may see."""
    return (
        queries.sheets(viewer)
        .filter(
            province_id=sheet.province_id,
            form_version=sheet.form_version,
            period_from=sheet.period_from,
            period_to=sheet.period_to,
            unit_path__startswith=sheet.unit_path,
        )
        .exclude(pk=sheet.pk)
    )


def gather(viewer: Viewer, sheet: FormSheet, row: FormRow) -> Gathered | None:
    """The row's value from the units below; None where the row does not climb or no unit has opened forms.

    Two statements, however many units there are.
    """
    figure = row_figure(queries.forms_of(sheet), row)
    if figure.climb is Climb.NONE:
        return None
    below = [each for each in sheets_below(viewer, sheet) if not each.level or each.level in row.levels]
    if not below:
        return None
    stored = _stored(below, _keys(figure))
    values = {each.pk: _value(figure, stored[each.pk]) for each in below}
    missing = tuple(each for each in below if values[each.pk].state in {State.BLANK, State.NOT_DUE})
    return Gathered(figure, climb(values.values(), figure.climb), len(below), missing)


def _keys(figure: Figure) -> list[str]:
    """Row keys the figure reads from the values of a unit."""
    chosen = [each for each in figure.selections() if each.measure.kind is MeasureKind.DECLARED]
    return [
        str(condition.operand) for each in chosen for condition in each.filters if condition.column == "row"
    ]


def _stored(below: list[FormSheet], keys: list[str]) -> dict[int, dict[str, FormValue]]:
    found: dict[int, dict[str, FormValue]] = defaultdict(dict)
    for value in queries.latest(FormValue.objects.filter(sheet__in=below, row_key__in=keys)):
        found[value.sheet_id][value.row_key] = value
    return found


def _value(figure: Figure, stored: Mapping[str, FormValue]) -> Value:
    states = {value.status for value in stored.values()}
    if len(states) == 1 and State.KNOWN.value not in states:
        return Value(State(states.pop()))
    facts: dict[str, list[dict[str, str | Decimal]]] = {
        "form_values": [
            {"row": key, "value": value.value} for key, value in stored.items() if value.value is not None
        ],
        "form_externals": [],
    }
    return evaluate(figure, facts.__getitem__)
