"""The province's list of papers that must be digitised, by decisions with a day of effect."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.text import squeeze
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.events import CODES
from motcua.modules.records.models import Requirement
from motcua.modules.records.permissions import LISTS
from motcua.modules.records.work import required


def require_digitisation(
    viewer: Viewer,
    province: Province,
    *,
    basis: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    procedure_code: str = "",
    paper_code: str = "",
) -> Requirement:
    """Adds a line to the list: a kind of paper, the papers of a procedure, or both. The same line twice is kept once.

    Raises NotPermitted, RecordsRefused records.list.*.
    """
    viewer.require(LISTS, province=province, unit_path="/")
    text = required(basis, "list.basis", _("Hãy ghi số, ngày của quyết định ban hành danh mục."), most=300)
    procedure, paper = squeeze(procedure_code)[:20], squeeze(paper_code)[:60]
    if not procedure and not paper:
        raise RecordsRefused("list.what", _("Hãy ghi mã thủ tục, mã giấy tờ, hoặc cả hai."))
    if valid_to is not None and valid_to <= valid_from:
        raise RecordsRefused("list.dates", _("Ngày kết thúc phải sau ngày bắt đầu."))
    with transaction.atomic():
        Province.objects.select_for_update().get(pk=province.pk)
        line, is_new = Requirement.objects.get_or_create(
            province=province,
            procedure_code=procedure,
            paper_code=paper,
            valid_from=valid_from,
            valid_to=valid_to,
            defaults={"basis": text},
        )
        if is_new:
            payload = {
                "basis": text,
                "procedure": procedure,
                "paper": paper,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
            record(
                CODES["list:extended"], province=province, subject=f"requirement:{line.pk}", payload=payload
            )
    return line


def end_requirement(viewer: Viewer, line: Requirement, day: dt.date) -> None:
    """Ends a line from a day on; what was decided of dossiers before stays. Raises RecordsRefused records.list.dates."""
    viewer.require(LISTS, province=line.province_id, unit_path="/")
    if day <= line.valid_from:
        raise RecordsRefused("list.dates", _("Ngày kết thúc phải sau ngày bắt đầu."))
    with transaction.atomic():
        held = Requirement.objects.select_for_update().get(pk=line.pk)
        if held.valid_to is not None and held.valid_to <= day:
            return
        held.valid_to = day
        held.save(update_fields=["valid_to"])
        record(
            CODES["list:ended"],
            province=held.province,
            subject=f"requirement:{held.pk}",
            payload={"basis": held.basis, "valid_to": day},
        )
