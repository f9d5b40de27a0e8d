"""Who takes part in a campaign, who owns which row, and with what each set of forms is derived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from motcua.engine.provinces.api import Province
from motcua.kernel.text import search_key
from motcua.reference.organisations.api import UnitInfo, units_on
from motcua.reports.forms.api import (
    COMMUNE,
    DEPARTMENT,
    PROVINCE,
    Below,
    FormSheet,
    Plan,
    form_set,
    level_of,
)
from motcua.reports.submissions.models import Campaign, Submission
from motcua.reports.submissions.states import HANDED_OVER

SERVICE_UNITS = "service_units_2015"


def units_of(province: Province, day: dt.date) -> list[tuple[UnitInfo, str]]:
    """The units that fill forms, with their level: departments, then communes, by path."""
    listed = [(unit, level_of(unit.kind)) for unit in units_on(province, day)]
    return [each for wanted in (DEPARTMENT, COMMUNE) for each in listed if each[1] == wanted]


def proposed_owners(version: str, units: Iterable[UnitInfo]) -> dict[str, str]:
    """Owner key to the code of the unit whose name begins so: "so-noi-vu" to that of “Sở Nội vụ”; keys leave out “và”."""
    keys = {row.owner for row in form_set(version).rows() if row.owner}
    names = [
        (search_key(unit.name).replace(" va ", " "), unit.code)
        for unit in units
        if level_of(unit.kind) == DEPARTMENT
    ]
    found = {}
    for key in sorted(keys):
        wanted = key.replace("-", " ")
        code = next((code for name, code in names if name.startswith(wanted)), None)
        if code:
            found[key] = code
    return found


def proposed_externals(province: Province, day: dt.date) -> dict[str, Any]:
    """How many departments and communes there are, and the number of service units in 2015 as last known."""
    counted = [level for _unit, level in units_of(province, day)]
    found: dict[str, Any] = {
        "departments": {"value": str(counted.count(DEPARTMENT)), "note": f"{day:%d/%m/%Y}"},
        "communes": {"value": str(counted.count(COMMUNE)), "note": f"{day:%d/%m/%Y}"},
    }
    earlier = (
        FormSheet.objects.filter(province=province, externals__has_key=SERVICE_UNITS)
        .order_by("-period_to")
        .first()
    )
    if earlier is not None:
        found[SERVICE_UNITS] = dict(earlier.externals[SERVICE_UNITS])
    return found


def plan_of(submission: Submission, campaign: Campaign | None = None) -> Plan:
    """What a submission's forms are derived with. One statement for the province, none for a unit."""
    campaign = campaign or submission.campaign
    if submission.level != PROVINCE:
        return Plan(submission.level, frozenset(submission.owned), externals=campaign.externals)
    units = unit_submissions(campaign)
    owners = {key: unit.sheet for unit in units if unit.state in HANDED_OVER for key in unit.owned}
    return Plan(
        PROVINCE,
        below=below_of(units),
        owners=owners,
        owner_codes=campaign.owners,
        externals=campaign.externals,
    )


def unit_submissions(campaign: Campaign) -> list[Submission]:
    """Every submission but the province's own, with its forms. One statement."""
    rows = campaign.submissions.exclude(level=PROVINCE).select_related("sheet").order_by("level", "unit_path")
    return sorted(rows, key=lambda one: (one.level != DEPARTMENT, one.unit_path))


def below_of(units: Iterable[Submission]) -> tuple[Below, ...]:
    """Units as what climbs: their forms only once handed over."""
    return tuple(
        Below(
            unit.unit_code,
            unit.sheet.unit_name or unit.unit_code,
            unit.level,
            unit.sheet if unit.state in HANDED_OVER else None,
        )
        for unit in units
    )


def external_values(externals: Mapping[str, Mapping[str, Any]]) -> dict[str, Decimal]:
    """Figures from outside the forms as numbers."""
    return {name: Decimal(str(entry["value"])) for name, entry in externals.items()}
