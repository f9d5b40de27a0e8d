"""Every read of this room. Lists and lookups go through the viewer's scope filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from motcua.engine.figures.api import State
from motcua.engine.permissions.api import Viewer
from motcua.reports.forms.cells import BLANK, Cell
from motcua.reports.forms.checks import Book, Check, check_all
from motcua.reports.forms.definitions import FormSet, form_set
from motcua.reports.forms.models import FormSheet, FormValue, ImportBatch, Status
from motcua.reports.forms.permissions import IMPORT, VIEW


def sheets(viewer: Viewer) -> QuerySet[FormSheet]:
    """The sets of forms this viewer may see, latest period first, province before its units."""
    return viewer.within(FormSheet.objects.order_by("-period_to", "period_from", "unit_path", "pk"), VIEW)


def sheet(viewer: Viewer, uid: UUID | str) -> FormSheet:
    """One set of forms. Raises FormSheet.DoesNotExist for none, or none that this viewer may see."""
    return sheets(viewer).select_related("province").get(uid=uid)


def import_batch(viewer: Viewer, uid: UUID | str) -> ImportBatch:
    """One uploaded file. Raises ImportBatch.DoesNotExist, as above."""
    batches = ImportBatch.objects.select_related("sheet", "sheet__province", "imported_by")
    return viewer.within(batches, IMPORT).get(uid=uid, kind=ImportBatch.Kind.WORKBOOK)


def current_values(of: FormSheet) -> dict[str, FormValue]:
    """The current revision of every cell that has one, by row key. One statement."""
    return {value.row_key: value for value in latest(of.values)}


def latest(values: QuerySet[FormValue]) -> QuerySet[FormValue]:
    """Of some values, the highest revision of each cell."""
    return values.order_by("sheet_id", "row_key", "-revision").distinct("sheet_id", "row_key")


def history(of: FormSheet, row_key: str) -> QuerySet[FormValue]:
    """Every revision of a cell, the latest first."""
    return (
        of.values.filter(row_key=row_key)
        .select_related("recorded_by", "batch", "evidence")
        .order_by("-revision")
    )


def revisions(of: FormSheet, numbers: Mapping[str, int]) -> dict[str, FormValue]:
    """The named revision of each row, by row key; rows without that revision are left out."""
    wanted = of.values.filter(row_key__in=numbers, revision__in=set(numbers.values()) - {0})
    return {value.row_key: value for value in wanted if numbers[value.row_key] == value.revision}


def cell_of(value: FormValue | None) -> Cell:
    """The content of a stored value; no value at all is blank."""
    if value is None:
        return BLANK
    number = None if value.value is None else round(value.value, value.places)
    return Cell(State(value.status), number, value.raw, value.places, value.note)


def cells_of(values: Mapping[str, FormValue]) -> dict[str, Cell]:
    return {key: cell_of(value) for key, value in values.items()}


def externals_of(of: FormSheet) -> dict[str, Decimal]:
    """Figures from outside the forms, by name."""
    return {name: Decimal(entry["value"]) for name, entry in of.externals.items()}


def unit_title(of: FormSheet) -> str:
    """The unit's name on the last day of the period; the province's own title as of that day."""
    if of.unit_name:
        return of.unit_name
    if of.unit_code == of.province.agency_code:
        return of.province.title(of.period_to)
    return of.unit_code


def forms_of(of: FormSheet) -> FormSet:
    return form_set(of.form_version)


def checks(of: FormSheet, values: Mapping[str, FormValue]) -> tuple[Check, ...]:
    """Every relation judged on the current values."""
    return check_all(Book(forms_of(of), cells_of(values), externals_of(of)))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one form of one set is filled (`filled` counts all that is not blank), and its findings."""

    filled: int
    total: int
    findings: int


def progress(of: Iterable[FormSheet]) -> dict[int, dict[str, Progress]]:
    """By sheet id and form code. One statement for the whole list."""
    listed = list(of)
    stored: dict[int, dict[str, FormValue]] = {each.pk: {} for each in listed}
    for value in latest(FormValue.objects.filter(sheet__in=listed)):
        stored[value.sheet_id][value.row_key] = value
    return {each.pk: _progress(each, stored[each.pk]) for each in listed}


def _progress(of: FormSheet, values: Mapping[str, FormValue]) -> dict[str, Progress]:
    filled = Counter(key[0] for key, value in values.items() if value.status != Status.BLANK)
    found = (
        Counter(check.row.form for check in checks(of, values) if check.is_finding) if values else Counter()
    )
    return {
        form.code: Progress(filled[form.code], sum(not row.is_heading for row in form.rows), found[form.code])
        for form in forms_of(of).forms.values()
    }
