"""What the pages of processes look up, or answer "not found"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from django.http import Http404
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest
from motcua.kernel.clock import today
from motcua.modules.catalogue.data import ProcessPlan
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.models import Procedure, ProcessVersion
from motcua.modules.catalogue.pages.finding import procedure_or_404
from motcua.modules.catalogue.processes.drafting import require_drafter
from motcua.reference.organisations.api import units_on

_VARIANT = re.compile(r"[a-z0-9-]{0,40}")


def variant_asked(request: ViewedRequest) -> str:
    """`?luong=green-60`; "" is the ordinary process. A text that is no variant is not found."""
    variant = request.GET.get("luong", "") or request.POST.get("luong", "")
    if not _VARIANT.fullmatch(variant):
        raise Http404
    return variant


def drafter_of(request: ViewedRequest, code: str) -> Procedure:
    """A procedure whose process the viewer may draft; anything else is not found."""
    found = procedure_or_404(request, code)
    require_drafter(request.viewer, found)
    return found


def draft_of(procedure: Procedure, variant: str) -> ProcessVersion | None:
    return (
        ProcessVersion.objects.filter(
            process__procedure=procedure, process__variant=variant, approved_at__isnull=True
        )
        .select_related("process__procedure__province")
        .first()
    )


def versions_of(procedure: Procedure, variant: str) -> list[ProcessVersion]:
    """Approved versions, the newest first."""
    rows = ProcessVersion.objects.filter(
        process__procedure=procedure, process__variant=variant, approved_at__isnull=False
    )
    return list(rows.select_related("process__procedure__province").order_by("-valid_from", "-number"))


def in_force(versions: Iterable[ProcessVersion], day: dt.date | None = None) -> ProcessVersion | None:
    on = day or today()
    return next(
        (one for one in versions if one.valid_from <= on and (one.valid_to is None or one.valid_to > on)),
        None,
    )


def unit_names(procedure: Procedure, plan: ProcessPlan) -> Mapping[str, str]:
    """Names of the units that steps name."""
    codes = {step.unit_code for step in plan.steps} - {""}
    if not codes:
        return {}
    return {one.code: one.name for one in units_on(procedure.province, today()) if one.code in codes}


def day_of(text: str, what: str) -> dt.date:
    """A day out of a form. Raises CatalogueError catalogue.form.day."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise CatalogueError("form.day", _("Hãy chọn {what}.").format(what=what)) from error
