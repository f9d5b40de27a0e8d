"""The current values of one set of forms as a workbook."""

from __future__ import annotations

from motcua.kernel.clock import now
from motcua.reports.forms import queries
from motcua.reports.forms.models import FormSheet
from motcua.reports.forms.periods import period_name
from motcua.reports.forms.workbook import Fingerprint, Header, write_workbook


def export_workbook(sheet: FormSheet, unit_title: str = "") -> bytes:
    """An .xlsx of the seven forms with the fingerprint of what stood in each cell."""
    forms = queries.forms_of(sheet)
    values = queries.current_values(sheet)
    fingerprint = Fingerprint(
        sheet=str(sheet.uid),
        province=sheet.province.key,
        unit=sheet.unit_code,
        version=sheet.form_version,
        period_from=sheet.period_from,
        period_to=sheet.period_to,
        revisions={
            row.key: values[row.key].revision if row.key in values else 0
            for row in forms.rows()
            if not row.is_heading
        },
    )
    title = sheet.province.title(sheet.period_to)
    header = Header(
        province_title=title,
        unit_title=unit_title or title,
        period=period_name(sheet.period_kind, sheet.period_from, sheet.period_to),
        as_of=f"Số liệu tính đến {sheet.as_of:%d/%m/%Y}",
        exported=f"Xuất lúc {now():%H:%M ngày %d/%m/%Y}",
    )
    return write_workbook(forms, queries.cells_of(values), fingerprint, header)
