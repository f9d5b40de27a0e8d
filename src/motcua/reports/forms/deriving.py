"""What a set of forms can be given before anybody is asked: counted, adopted, gathered, computed. Reads only.

Order: rows counted from records; rows the owning department has answered in its own forms, adopted by the province;
rows that climb, added up from the forms of the units of the levels that fill them; percentages and totals last, from
their parts. A person's own value is a part like any other and is never replaced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from motcua.engine.figures.api import (
    STATE_WORDS,
    Climb,
    Climbed,
    Figure,
    State,
    Value,
    climb,
    evaluate,
    format_number,
    rounded,
)
from motcua.kernel.clock import local
from motcua.reports.forms import queries
from motcua.reports.forms.cells import BLANK, Cell, read_cell, show
from motcua.reports.forms.counting import Counted, count_rows, counted_rows
from motcua.reports.forms.definitions import FormRow, FormSet, form_set
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.figures import ratio_of, row_figure
from motcua.reports.forms.levels import PROVINCE
from motcua.reports.forms.models import GIVEN, FormSheet, FormValue, Source, Status
from motcua.reports.forms.relations import operands


@dataclass(frozen=True, slots=True)
class Below:
    """A unit whose forms climb into others: `sheet` once it has handed them over, None before."""

    code: str
    name: str
    level: str
    sheet: FormSheet | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a set of forms is derived with: its level, the owner keys it answers for, the units below, the forms of
    departments by the owner key they answer for (once handed over), the codes of all who own rows, figures from outside."""

    level: str
    owned: frozenset[str] = frozenset()
    below: tuple[Below, ...] = ()
    owners: Mapping[str, FormSheet] = field(default_factory=dict)
    owner_codes: Mapping[str, str] = field(default_factory=dict)
    externals: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """What the system gives a row, and where from. `missing`: codes of units whose value is still to come."""

    cell: Cell | None
    source: str = ""
    reason: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """`given` by row key, for the rows of the level; `cells` as they would then stand, people's own included; `counted`
    what the records count, also where the units' sum stands instead."""

    given: Mapping[str, Given]
    cells: Mapping[str, Cell]
    counted: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit's cell gives a row of the province."""

    unit: Below
    value: FormValue | None
    cell: Cell


def own_rows(forms: FormSet, level: str, owned: frozenset[str] = frozenset()) -> tuple[FormRow, ...]:
    """The rows a unit of a level fills, with the province's rows it owns; all rows for the province."""
    rows = (row for row in forms.rows() if not row.is_heading)
    if level == PROVINCE:
        return tuple(rows)
    return tuple(
        row
        for row in rows
        if level in row.levels
        or (row.levels == ("province",) and row.owner in owned and _is_asked(forms, row))
    )


def is_computed(forms: FormSet, row: FormRow) -> bool:
    """Whether the row is a percentage or a total of other rows."""
    return parts_of(forms.version, row.key) is not None and row.key not in _counted_totals(forms.version)


def _is_asked(forms: FormSet, row: FormRow) -> bool:
    """A province's row is asked of its owner unless records give it; a computed one only with all its parts."""
    if row.key in counted_rows(forms.version):
        return False
    parts = parts_of(forms.version, row.key)
    return parts is None or all(
        "!" in name and forms.row(name).levels == ("province",) and forms.row(name).owner == row.owner
        for name in parts
    )


@lru_cache(maxsize=2048)
def parts_of(version: str, key: str) -> tuple[str, ...] | None:
    """The rows and outside figures a percentage or total is made of; None for a row that is neither."""
    forms = form_set(version)
    row = forms.row(key)
    relation = ratio_of(forms, row) or next(
        (each for each in forms.relations if f"{each.form}!{each.target}" == key and each.kind == "sum"), None
    )
    return operands(relation.expression, row.form) if relation else None


@lru_cache(maxsize=8)
def _counted_totals(version: str) -> frozenset[str]:
    """Totals that records count by themselves: a thing may stand on both sides, so that the parts do not add up."""
    forms = form_set(version)
    return frozenset(key for key in counted_rows(version) if ratio_of(forms, forms.row(key)) is None)


def derive(
    sheet: FormSheet,
    values: Mapping[str, FormValue],
    plan: Plan,
    counts: Mapping[str, Given] | None = None,
) -> Derivation:
    """What the forms can be given now. Statements: those of counting, and one for the units' values.

    `counts`: what records were counted to before, taken as it is; None counts anew.
    """
    forms = queries.forms_of(sheet)
    rows = own_rows(forms, plan.level, plan.owned)
    given = _counted(sheet, forms, rows) if counts is None else dict(counts)
    counted = {key: each.cell for key, each in given.items() if each.cell is not None}
    if plan.level == PROVINCE:
        stored = stored_values(
            [each.sheet for each in plan.below if each.sheet] + list(plan.owners.values()), rows
        )
        given |= _adopted(forms, rows, plan, stored, given)
        given |= _gathered(forms, rows, plan, stored, given)
    held = {key: queries.cell_of(value) for key, value in values.items() if is_own_word(value)}
    cells = {key: each.cell for key, each in given.items() if each.cell is not None} | held
    externals = queries.externals_of(sheet) | {
        name: Decimal(str(entry["value"])) for name, entry in plan.externals.items()
    }
    _compute(forms, rows, given, cells, held, externals)
    return Derivation(given, cells, counted)


def is_own_word(value: FormValue) -> bool:
    """Whether a person said it: never replaced by what the system gives. An emptied cell is given back."""
    return value.source not in GIVEN and value.status != Status.BLANK


def stored_values(sheets: Sequence[FormSheet], rows: Iterable[FormRow]) -> dict[int, dict[str, FormValue]]:
    """Current values by sheet and row key. One statement."""
    found: dict[int, dict[str, FormValue]] = defaultdict(dict)
    chosen = FormValue.objects.filter(sheet__in=sheets, row_key__in=[row.key for row in rows])
    for value in queries.latest(chosen):
        found[value.sheet_id][value.row_key] = value
    return found


def contributions(
    forms: FormSet, row: FormRow, below: Sequence[Below], stored: Mapping[int, Mapping[str, FormValue]]
) -> list[Contribution]:
    """The cell of each unit of the levels that fill a row, in the order given."""
    found = []
    for unit in below:
        if unit.level in row.levels:
            value = stored.get(unit.sheet.pk, {}).get(row.key) if unit.sheet else None
            found.append(Contribution(unit, value, queries.cell_of(value)))
    return found


def added(row: FormRow, parts: Sequence[Contribution]) -> Climbed:
    """The units' cells added up: zero counts, not applicable adds nothing, blank and not due are waited for."""
    return climb([_as_value(each.cell) for each in parts], Climb(row.climb))


def cell_of_result(row: FormRow, figure: Figure, result: Value) -> Cell:
    """A computed value as a cell, rounded once; any absence by its word."""
    number = rounded(result, figure.rounding, figure.scale)
    text = STATE_WORDS[result.state] if number is None else format_number(number, figure.rounding.trim)
    return read_cell(row, text)


def counted_cell(forms: FormSet, row: FormRow, found: Counted) -> Cell:
    """What the records count to, as a cell."""
    return cell_of_result(row, found.figure if found.part == "value" else row_figure(forms, row), found.value)


def counted_reason(found: Counted) -> str:
    """By which figure, and up to which moment."""
    moment = f" đến {local(found.as_of):%H:%M %d/%m/%Y}" if found.as_of else ""
    return f"{found.figure.code}: đếm từ hồ sơ{moment}"


def _counted(sheet: FormSheet, forms: FormSet, rows: Iterable[FormRow]) -> dict[str, Given]:
    known = counted_rows(forms.version)
    asked = [row for row in rows if row.key in known]
    return {
        key: Given(counted_cell(forms, forms.row(key), found), Source.COUNTED, counted_reason(found))
        for key, found in count_rows(sheet, asked).items()
    }


def _adopted(
    forms: FormSet,
    rows: Iterable[FormRow],
    plan: Plan,
    stored: Mapping[int, Mapping[str, FormValue]],
    given: Mapping[str, Given],
) -> dict[str, Given]:
    """Rows of the province that the department owning them has answered, once, in its own forms."""
    found = {}
    for row in rows:
        if row.levels != ("province",) or row.key in given or not _is_asked(forms, row):
            continue
        owner = plan.owners.get(row.owner)
        if owner is None:
            if row.owner in plan.owner_codes and not is_computed(forms, row):
                found[row.key] = Given(None, missing=(plan.owner_codes[row.owner],))
            continue
        value = stored.get(owner.pk, {}).get(row.key)
        if value is not None and value.status != Status.BLANK:
            reason = f"Lấy từ {owner.unit_name or owner.unit_code}, bản {value.revision}"
            found[row.key] = Given(queries.cell_of(value), Source.ADOPTED, reason)
    return found


def _gathered(
    forms: FormSet,
    rows: Iterable[FormRow],
    plan: Plan,
    stored: Mapping[int, Mapping[str, FormValue]],
    given: Mapping[str, Given],
) -> dict[str, Given]:
    """Rows that are added up, whole or not at all; until then what the records count stands, if they count it."""
    found = {}
    for row in rows:
        if row.climb != Climb.SUM.value:
            continue
        parts = contributions(forms, row, plan.below, stored)
        if not parts:
            continue
        total = added(row, parts)
        missing = tuple(each.unit.code for each in parts if each.cell.state in {State.BLANK, State.NOT_DUE})
        if total.complete or (missing and all(each.cell.state is State.NOT_DUE for each in parts)):
            cell = cell_of_result(row, row_figure(forms, row), total.value)
            cell = cell if row.kind != "money" else _money(row, parts, cell)
            reason = f"Tổng hợp từ {len(parts)} đơn vị"
            found[row.key] = Given(cell, Source.COMPUTED, reason)
        elif row.key in given:
            found[row.key] = replace(given[row.key], missing=missing)
        else:
            found[row.key] = Given(None, missing=missing)
    return found


def _money(row: FormRow, parts: Sequence[Contribution], cell: Cell) -> Cell:
    """Money is added with the decimals it was declared with."""
    numbers = [each.cell.value for each in parts if each.cell.value is not None]
    if not numbers:
        return cell
    places = max(each.cell.places for each in parts)
    total = sum(numbers, Decimal(0))
    text = show(Cell(State.KNOWN, total, "", places))
    return Cell(State.KNOWN, total, text, places)


def _compute(
    forms: FormSet,
    rows: Sequence[FormRow],
    given: dict[str, Given],
    cells: dict[str, Cell],
    held: Mapping[str, Cell],
    externals: Mapping[str, Decimal],
) -> None:
    """Percentages and totals whose parts are all there; totals of totals take another round."""
    waiting = [row for row in rows if is_computed(forms, row)]
    before = -1
    while waiting and len(waiting) != before:
        before = len(waiting)
        for row in tuple(waiting):
            cell = computed_cell(forms, row, cells, externals)
            if cell is not None:
                waiting.remove(row)
                given[row.key] = Given(cell, Source.COMPUTED, "Tính từ các dòng thành phần")
                if row.key not in held:
                    cells[row.key] = cell


def computed_cell(
    forms: FormSet, row: FormRow, cells: Mapping[str, Cell], externals: Mapping[str, Decimal]
) -> Cell | None:
    """A percentage or total from its parts; None while a part is blank, or where they give what the row cannot hold."""
    parts = parts_of(forms.version, row.key) or ()
    inside = [cells.get(name, BLANK) for name in parts if "!" in name]
    if any(each.state is State.BLANK for each in inside):
        return None
    if any("!" not in name and name[1:-1] not in externals for name in parts):
        return None
    absent = [each.state for each in inside if each.value is None]
    if State.NOT_DUE in absent:
        return read_cell(row, STATE_WORDS[State.NOT_DUE])
    if ratio_of(forms, row) is None:
        if len(absent) == len(inside):
            return read_cell(row, STATE_WORDS[State.NOT_APPLICABLE])
        return _money_or_count(row, [each for each in inside if each.value is not None])
    if absent:
        return read_cell(row, STATE_WORDS[State.NOT_APPLICABLE])
    figure = row_figure(forms, row)
    facts: dict[str, list[dict[str, str | Decimal]]] = {
        "form_values": [
            {"row": name, "value": cells[name].value or Decimal(0)} for name in parts if "!" in name
        ],
        "form_externals": [{"name": name, "value": number} for name, number in externals.items()],
    }
    result = evaluate(figure, facts.__getitem__)
    if result.state is State.BLANK:
        return None
    try:
        return cell_of_result(row, figure, result)
    except FormsError:
        return None  # over 100%: the relation between its parts says what is wrong


def _money_or_count(row: FormRow, parts: Sequence[Cell]) -> Cell:
    places = max(each.places for each in parts)
    total = sum((each.value for each in parts if each.value is not None), Decimal(0))
    return Cell(State.KNOWN, total, show(Cell(State.KNOWN, total, "", places)), places)


def _as_value(cell: Cell) -> Value:
    return Value.of(cell.value) if cell.value is not None else Value(cell.state)
