"""Who may draft the process of a procedure: for all of them the province's coordinators, for its own a department."""

from __future__ import annotations

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.kernel.clock import today
from motcua.modules.catalogue.models import Procedure
from motcua.modules.catalogue.permissions import PROCESS_EDIT
from motcua.modules.catalogue.processes.performers import named_departments
from motcua.modules.catalogue.queries import procedure_on
from motcua.reference.organisations.api import units_on

WHOLE = "/"


def may_draft(viewer: Viewer, procedure: Procedure) -> bool:
    """Departments draft what they handle (Circular 01/2018/TT-VPCP, Art. 8); nobody drafts for another."""
    province = procedure.province
    if not viewer.may(PROCESS_EDIT, province=province):
        return False
    if viewer.may(PROCESS_EDIT, province=province, unit_path=WHOLE):
        return True
    info = procedure_on(province, procedure.code, today())
    named = named_departments(units_on(province, today(), level="province"), info)
    return any(viewer.may(PROCESS_EDIT, province=province, unit_path=one.path) for one in named)


def require_drafter(viewer: Viewer, procedure: Procedure) -> None:
    """Raises NotPermitted."""
    if not may_draft(viewer, procedure):
        raise NotPermitted(PROCESS_EDIT)
