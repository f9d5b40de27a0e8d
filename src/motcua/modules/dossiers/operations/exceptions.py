"""Dated exceptions of the province that let a supplement be asked a second time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.modules.catalogue.api import procedure_on
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.events import EXCEPTION_ENDED, EXCEPTION_GIVEN
from motcua.modules.dossiers.models import SupplementException
from motcua.modules.dossiers.operations.filing import required
from motcua.modules.dossiers.permissions import EXCEPTIONS


def give_exception(
    viewer: Viewer,
    province: Province,
    *,
    basis: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    procedure_code: str = "",
) -> SupplementException:
    """Lets a second supplement be asked from a day, for one procedure or ("") for all, by a decision of the province.

    Raises NotPermitted, DossierRefused dossiers.exception.*.
    """
    viewer.require(EXCEPTIONS, province=province, unit_path="/")
    text = required(basis, "exception.basis", _("Hãy ghi số, ngày của quy định cho phép ngoại lệ."), most=300)
    if valid_to is not None and valid_to <= valid_from:
        raise DossierRefused("exception.dates", _("Ngày kết thúc phải sau ngày bắt đầu."))
    if procedure_code and procedure_on(province, procedure_code, today()) is None:
        raise DossierRefused(
            "exception.procedure", _("Không có thủ tục mã {code} đang áp dụng.").format(code=procedure_code)
        )
    with transaction.atomic():
        made = SupplementException.objects.create(
            province=province,
            procedure_code=procedure_code,
            basis=text,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        payload = {"basis": text, "procedure": procedure_code, "valid_from": valid_from, "valid_to": valid_to}
        record(EXCEPTION_GIVEN, province=province, subject=f"exception:{made.pk}", payload=payload)
    return made


def end_exception(viewer: Viewer, exception: SupplementException, day: dt.date) -> None:
    """Ends an exception from a day on; requests already made stay. Raises DossierRefused dossiers.exception.dates."""
    viewer.require(EXCEPTIONS, province=exception.province_id, unit_path="/")
    if day <= exception.valid_from:
        raise DossierRefused("exception.dates", _("Ngày kết thúc phải sau ngày bắt đầu."))
    with transaction.atomic():
        exception.valid_to = day
        exception.save(update_fields=["valid_to"])
        record(
            EXCEPTION_ENDED,
            province=exception.province,
            subject=f"exception:{exception.pk}",
            payload={"basis": exception.basis, "valid_to": day},
        )
