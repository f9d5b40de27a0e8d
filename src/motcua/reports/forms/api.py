"""The door of the forms: definitions, relations, values and the operations on them."""

from __future__ import annotations

from motcua.engine.provinces.api import Province
from motcua.reports.forms.cells import BLANK, Cell, read_cell, show
from motcua.reports.forms.checks import Book, Check, Judgement, check_all
from motcua.reports.forms.counting import codes_of, count_rows, counted_rows, figure_on, measure_for
from motcua.reports.forms.definitions import DEFAULT_VERSION, Form, FormRow, FormSet, Relation, form_set
from motcua.reports.forms.deriving import (
    Below,
    Contribution,
    Derivation,
    Given,
    Plan,
    added,
    computed_cell,
    contributions,
    counted_cell,
    derive,
    is_computed,
    is_own_word,
    own_rows,
    parts_of,
    stored_values,
)
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.gathering import gather
from motcua.reports.forms.levels import COMMUNE, DEPARTMENT, PROVINCE, level_of
from motcua.reports.forms.locks import lock_of, register_lock, register_written
from motcua.reports.forms.models import GIVEN, FormSheet, FormValue, ImportBatch, PeriodKind, Source
from motcua.reports.forms.operations import (
    declare_blank,
    derive_sheet,
    discard_import,
    gather_value,
    import_workbook,
    load_published_values,
    lock_sheet,
    open_sheet,
    recompute_value,
    record_note,
    record_value,
    resolve_difference,
)
from motcua.reports.forms.periods import period_name, period_words, regular_period
from motcua.reports.forms.permissions import EDIT, IMPORT, VIEW
from motcua.reports.forms.published import published_by
from motcua.reports.forms.queries import (
    cell_of,
    cells_of,
    checks,
    current_values,
    externals_of,
    forms_of,
    history,
    latest,
    sheet,
    sheets,
    unit_title,
)
from motcua.reports.forms.words import LEVELS, OWNERS, SOURCES


def load_published(province: Province) -> list[FormSheet]:
    """Keep the forms this province has published, errors included, as imported values.

    Returns the sets of forms; loading again changes nothing. A province without packaged forms gives [].
    """
    return [
        load_published_values(
            province,
            {
                "unit_code": province.agency_code,
                "form_version": each.about["form_version"],
                "period_from": each.about["period_from"],
                "period_to": each.about["period_to"],
                "defaults": {
                    "unit_path": f"/{province.agency_code}/",
                    "level": PROVINCE,
                    "period_kind": each.about["period_kind"],
                    "as_of": each.about["as_of"],
                    "externals": {
                        name: {**entry, "value": str(entry["value"])}
                        for name, entry in each.about["externals"].items()
                    },
                },
            },
            file_name=each.name,
            title=each.about["source"],
            content=each.content,
            cells=each.cells,
            lines=each.lines,
        )
        for each in published_by(province.key)
    ]


__all__ = [
    "BLANK",
    "COMMUNE",
    "DEFAULT_VERSION",
    "DEPARTMENT",
    "EDIT",
    "GIVEN",
    "IMPORT",
    "LEVELS",
    "OWNERS",
    "PROVINCE",
    "SOURCES",
    "VIEW",
    "Below",
    "Book",
    "Cell",
    "Check",
    "Contribution",
    "Derivation",
    "Form",
    "FormRow",
    "FormSet",
    "FormSheet",
    "FormValue",
    "FormsError",
    "Given",
    "ImportBatch",
    "Judgement",
    "PeriodKind",
    "Plan",
    "Relation",
    "Source",
    "added",
    "cell_of",
    "cells_of",
    "check_all",
    "checks",
    "codes_of",
    "computed_cell",
    "contributions",
    "count_rows",
    "counted_cell",
    "counted_rows",
    "current_values",
    "declare_blank",
    "derive",
    "derive_sheet",
    "discard_import",
    "externals_of",
    "figure_on",
    "form_set",
    "forms_of",
    "gather",
    "gather_value",
    "history",
    "import_workbook",
    "is_computed",
    "is_own_word",
    "latest",
    "level_of",
    "load_published",
    "lock_of",
    "lock_sheet",
    "measure_for",
    "open_sheet",
    "own_rows",
    "parts_of",
    "period_name",
    "period_words",
    "read_cell",
    "recompute_value",
    "record_note",
    "record_value",
    "register_lock",
    "register_written",
    "regular_period",
    "resolve_difference",
    "sheet",
    "sheets",
    "show",
    "stored_values",
    "unit_title",
]
