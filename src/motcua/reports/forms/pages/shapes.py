"""What the templates of this room are given: rows, cells and their judgements, ready to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from motcua.engine.figures.api import STATE_WORDS, Figure, Rounding, format_number, format_value, rounded
from motcua.engine.permissions.api import Viewer
from motcua.reports.forms import queries
from motcua.reports.forms.cells import Cell, show
from motcua.reports.forms.checks import PERCENT_TARGET, Check, Judgement
from motcua.reports.forms.counting import Counted
from motcua.reports.forms.definitions import FormRow, FormSet
from motcua.reports.forms.figures import ratio_of, row_figure
from motcua.reports.forms.gathering import Gathered
from motcua.reports.forms.models import FormSheet, FormValue
from motcua.reports.forms.periods import period_words
from motcua.reports.forms.permissions import EDIT, IMPORT
from motcua.reports.forms.words import CLIMBS, LEVELS, OWNERS, PERIOD_RULES, TONES


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What every page of one set of forms says of it, and what this viewer may do with it."""

    sheet: FormSheet
    period: str
    unit: str
    may_edit: bool
    may_import: bool


def sheet_head(viewer: Viewer, sheet: FormSheet) -> SheetHead:
    scope: dict[str, Any] = {"province": sheet.province_id, "unit_path": sheet.unit_path}
    return SheetHead(
        sheet,
        period_words(sheet.period_kind, sheet.period_from, sheet.period_to),
        queries.unit_title(sheet),
        viewer.may(EDIT, **scope),
        viewer.may(IMPORT, **scope),
    )


@dataclass(frozen=True, slots=True)
class ShownCheck:
    check: Check
    tone: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of a form. `finding` is the worst judgement of which the row is the target, if it is one."""

    row: FormRow
    cell: Cell
    text: str
    choice: str = ""
    finding: ShownCheck | None = None

    @property
    def indent(self) -> int:
        return min(self.row.depth, 3)

    @property
    def is_absent(self) -> bool:
        return self.cell.value is None


@dataclass(frozen=True, slots=True)
class Desk:
    """One set of forms with its values and judgements: read once, shown by form or by cell."""

    head: SheetHead
    forms: FormSet
    values: Mapping[str, FormValue]
    cells: Mapping[str, Cell]
    checks: tuple[Check, ...]
    finding_counts: Mapping[str, int] = field(default_factory=dict)

    def findings(self, form: str | None = None) -> list[ShownCheck]:
        found = [check for check in self.checks if check.is_finding]
        return [shown(check) for check in found if form is None or check.target.startswith(f"{form}!")]

    def of_row(self, key: str) -> list[ShownCheck]:
        """Judgements the row takes part in: findings first, then those about it, then the rest.

        That a percentage lies between 0 and 100 is said only where it does not.
        """
        bound = [
            check for check in self.checks if check.relation.target == PERCENT_TARGET and not check.is_finding
        ]
        mine = [shown(check, key) for check in self.checks if key in check.rows and check not in bound]
        return sorted(mine, key=lambda each: (not each.check.is_finding, not each.is_target))

    def shown_row(self, row: FormRow) -> ShownRow:
        cell = self.cells.get(row.key, queries.cell_of(None))
        targets = [check for check in self.checks if check.target == row.key and check.is_finding]
        worst = min(targets, key=lambda check: check.judgement is not Judgement.BROKEN, default=None)
        choice = dict(row.choices).get(int(cell.value), "") if row.choices and cell.value is not None else ""
        return ShownRow(row, cell, gettext(show(cell)), choice, shown(worst) if worst else None)

    def rows(self, form: str) -> list[ShownRow]:
        return [self.shown_row(row) for row in self.forms.forms[form].rows]


def shown(check: Check, key: str = "") -> ShownCheck:
    return ShownCheck(check, TONES[check.judgement], check.target == key)


def desk(viewer: Viewer, sheet: FormSheet) -> Desk:
    """The whole set of forms as this viewer works on it. One statement for the values."""
    values = queries.current_values(sheet)
    found = queries.checks(sheet, values)
    counts = Counter(check.target.partition("!")[0] for check in found if check.is_finding)
    forms = queries.forms_of(sheet)
    return Desk(sheet_head(viewer, sheet), forms, values, queries.cells_of(values), found, counts)


def tabs(desk: Desk, current: str) -> list[dict[str, Any]]:
    """The seven forms as a row of links, with how many findings each has."""
    return [
        {
            "code": form.code,
            "title": form.title.partition(". ")[2],
            "current": form.code == current,
            "findings": desk.finding_counts.get(form.code, 0),
        }
        for form in desk.forms.forms.values()
    ]


def definition(forms: FormSet, row: FormRow) -> dict[str, Any]:
    """The row's definition in words, from its figure."""
    figure: Figure = row_figure(forms, row)
    relation = ratio_of(forms, row)
    return {
        "figure": figure,
        "relation": relation,
        "climb": CLIMBS[row.climb],
        "period_rule": PERIOD_RULES[row.period_rule],
        "levels": _joined(LEVELS[level] for level in row.levels),
        "owner": OWNERS[row.owner],
        "places": figure.rounding.places if row.kind == "percent" else None,
    }


def gathered(found: Gathered | None) -> dict[str, Any] | None:
    """What the units below have, in words; nothing where there is nothing to gather."""
    if found is None:
        return None
    return {
        "text": gettext(format_value(found.result.value, found.figure)),
        "units": found.units,
        "complete": found.result.complete,
        "missing": [(each, queries.unit_title(each)) for each in found.missing],
    }


def counted(sheet: FormSheet, found: Counted | None, latest: FormValue | None) -> dict[str, Any] | None:
    """What the records count to beside what stands in the cell; nothing where no record gives the row."""
    if found is None:
        return None
    figure = found.figure
    places, scale = (figure.rounding, figure.scale) if found.part == "value" else (Rounding(), 1)
    number = rounded(found.value, places, scale)
    stands = latest.value if latest is not None else None
    address = {"tu": found.window.first.isoformat(), "den": found.window.last.isoformat()}
    if len(sheet.unit_path.strip("/").split("/")) > 1:
        address |= {"don-vi": sheet.unit_code, "che-do": "now"}
    return {
        "text": gettext(STATE_WORDS[found.value.state])
        if number is None
        else format_number(number, places.trim),
        "same": number is not None and stands is not None and number == stands,
        "difference": None if number is None or stands is None else format_number(stands - number, trim=True),
        "as_of": found.as_of,
        "query": urlencode(address),
        "figure": figure.code,
    }


def _joined(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)
