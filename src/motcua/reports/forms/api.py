"""The door of the forms: definitions, relations, values and the operations on them."""

from __future__ import annotations

from motcua.engine.provinces.api import Province
from motcua.reports.forms.definitions import DEFAULT_VERSION, Form, FormRow, FormSet, Relation, form_set
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.gathering import gather
from motcua.reports.forms.models import FormSheet
from motcua.reports.forms.operations import (
    discard_import,
    gather_value,
    import_workbook,
    load_published_values,
    open_sheet,
    recompute_value,
    record_value,
    resolve_difference,
)
from motcua.reports.forms.periods import period_name, period_words
from motcua.reports.forms.published import published_by
from motcua.reports.forms.queries import cell_of, checks, current_values, history, sheet, sheets


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
    "DEFAULT_VERSION",
    "Form",
    "FormRow",
    "FormSet",
    "FormSheet",
    "FormsError",
    "Relation",
    "cell_of",
    "checks",
    "current_values",
    "discard_import",
    "form_set",
    "gather",
    "gather_value",
    "history",
    "import_workbook",
    "load_published",
    "open_sheet",
    "period_name",
    "period_words",
    "recompute_value",
    "record_value",
    "resolve_difference",
    "sheet",
    "sheets",
]
