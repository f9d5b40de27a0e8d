"""Whether the words of a report have the value that would put a wrong form row right."""

from __future__ import annotations

import re
from decimal import Decimal

from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.audit.binding import BoundRow
from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Finding
from motcua.reports.audit.formcheck.slips import fits, touching_results
from motcua.reports.audit.rules.context import AuditContext

_FIGURE = re.compile(r"\d[\d.]*(?:,\d+)?")


def reconciles(context: AuditContext, finding: Finding) -> bool:
    """Whether the figure a finding prints first fits all relations of each form row the finding shows.

    A finding that shows several rows (a sum of rows against one figure), or no figure, follows from them.
    """
    rows = _rows(context, finding)
    value = _first_figure(finding.printed)
    if len(rows) != 1 or value is None:
        return True
    row = rows[0]
    if row.definition is not None and "%" in row.definition.unit and "%" not in finding.printed:
        return True
    return fits(context, row, value, touching_results(context, row))


def _rows(context: AuditContext, finding: Finding) -> list[BoundRow]:
    spots = {_spot(place) for place in finding.places}
    return [row for row in context.forms.numbers() if _spot(row.place) in spots]


def _spot(place: Place) -> tuple[str, int | None, int | None, int | None, str | None]:
    return place.file, place.line, place.page, place.paragraph, place.cell


def _first_figure(text: str) -> Decimal | None:
    match = _FIGURE.search(text)
    if not match:
        return None
    try:
        return parse_number(match[0].rstrip(".")).value
    except NumberFormatError:
        return None
