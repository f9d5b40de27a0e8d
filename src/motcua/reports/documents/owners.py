"""Which unit answers for a passage: the owners of rows, as the campaign or the units' names say."""

from __future__ import annotations

from motcua.reference.organisations.api import units_on
from motcua.reports.forms.api import FormSheet
from motcua.reports.submissions.api import owners_of_sheet

Owner = tuple[str, str, str]  # code, path, name


def owner_units(sheet: FormSheet) -> dict[str, Owner]:
    """By key ("so-noi-vu", "van-phong"), the unit of the last day of the period."""
    units = {unit.code: unit for unit in units_on(sheet.province, sheet.period_to)}
    return {
        key: (code, units[code].path, units[code].name)
        for key, code in owners_of_sheet(sheet).items()
        if code in units
    }
