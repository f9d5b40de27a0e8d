"""What stood in a unit's rows in the period before and in the same period last year, through mergers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from motcua.engine.figures.api import rounded
from motcua.kernel.periods import Window
from motcua.reference.organisations.api import codes_under
from motcua.reports.forms.api import (
    PROVINCE,
    Cell,
    FormRow,
    FormSheet,
    cell_of,
    computed_cell,
    count_rows,
    counted_cell,
    externals_of,
    forms_of,
    is_computed,
    regular_period,
    stored_values,
)
from motcua.reports.submissions.judging import rows_of
from motcua.reports.submissions.models import Campaign, Submission

LAST, YEAR = "last", "year"


def windows_of(campaign: Campaign) -> dict[str, Window]:
    """The days of the period before and of the same period last year."""
    window = Window(campaign.period_from, campaign.period_to)
    period = regular_period(campaign.period_kind, window)
    if period is not None:
        return {LAST: period.previous().window(), YEAR: period.same_last_year().window()}
    before = window.first - dt.timedelta(days=1)
    return {
        LAST: Window(before - dt.timedelta(days=window.days - 1), before),
        YEAR: Window(_year_before(window.first), _year_before(window.last)),
    }


def _year_before(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def compare_periods(submission: Submission) -> dict[str, dict[str, Any]]:
    """By row key and "last"/"year": the number then, exact, as text, and how it is known ("forms" or "records").

    Forms of the unit and of those it took over are added up as rows climb; a row nobody reported then is counted from
    the records of those days. Days of which no record is known give nothing.
    """
    rows = rows_of(submission)
    found: dict[str, dict[str, Any]] = {}
    windows = windows_of(submission.campaign)
    known: dict[Window, dict[str, dict[str, Any]]] = {}
    for name, window in windows.items():
        if window not in known:
            known[window] = _values_of(submission, rows, window)
        for key, entry in known[window].items():
            found.setdefault(key, {})[name] = entry
    return found


def _values_of(submission: Submission, rows: Sequence[FormRow], window: Window) -> dict[str, dict[str, Any]]:
    reported = _reported(submission, rows, window)
    counted = _counted(submission, [row for row in rows if row.key not in reported], window)
    return {
        **{key: _entry(cell, "records") for key, cell in counted.items() if cell.value is not None},
        **{key: _entry(cell, "forms") for key, cell in reported.items() if cell.value is not None},
    }


def _entry(cell: Cell, how: str) -> dict[str, Any]:
    return {"value": None if cell.value is None else str(cell.value), "places": cell.places, "how": how}


def _reported(submission: Submission, rows: Sequence[FormRow], window: Window) -> dict[str, Cell]:
    """From the forms of those days, of this unit and of the units whose files it keeps."""
    codes = {submission.unit_code}
    if submission.level != PROVINCE:
        codes |= codes_under(submission.province_id, submission.unit_path)
    sheets = list(
        FormSheet.objects.filter(
            province_id=submission.province_id,
            unit_code__in=codes,
            period_from=window.first,
            period_to=window.last,
        )
    )
    if not sheets:
        return {}
    stored = stored_values(sheets, rows)
    cells: dict[str, Cell] = {}
    for row in rows:
        parts = [cell_of(stored[each.pk][row.key]) for each in sheets if row.key in stored.get(each.pk, {})]
        cell = _together(row, parts)
        if cell is not None:
            cells[row.key] = cell
    forms = forms_of(submission.sheet)
    if len(sheets) > 1:
        for row in rows:
            if row.kind == "percent" and is_computed(forms, row):
                again = computed_cell(forms, row, cells, externals_of(sheets[0]))
                if again is not None:
                    cells[row.key] = again
    return cells


def _together(row: FormRow, parts: Sequence[Cell]) -> Cell | None:
    """One unit's cell as it is; of several, the sum where rows are added up."""
    if len(parts) == 1:
        return parts[0]
    numbers = [each.value for each in parts if each.value is not None]
    if not numbers or row.climb != "sum":
        return None
    return Cell(parts[0].state, sum(numbers, Decimal(0)), "", max(each.places for each in parts))


def _counted(submission: Submission, rows: Sequence[FormRow], window: Window) -> Mapping[str, Cell]:
    """Counted over those days, for what happens in a period; nothing where nothing happened at all."""
    sheet = submission.sheet
    then = FormSheet(
        province_id=sheet.province_id,
        unit_code=sheet.unit_code,
        unit_path=sheet.unit_path,
        form_version=sheet.form_version,
        period_kind=sheet.period_kind,
        period_from=window.first,
        period_to=window.last,
        as_of=window.last,
    )
    forms = forms_of(sheet)
    flows = [row for row in rows if row.period_rule == "flow"]
    found = count_rows(then, flows, defined_on=submission.campaign.period_to)
    happened = any(
        rounded(each.value, each.figure.rounding) for each in found.values() if each.part != "value"
    )
    if not happened:
        return {}
    return {key: counted_cell(forms, forms.row(key), each) for key, each in found.items()}
