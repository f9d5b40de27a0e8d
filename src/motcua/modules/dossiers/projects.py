"""Green lanes: which lane a registered key project gives its dossiers."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from motcua.modules.catalogue.api import key_project
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.units import province_of


def lane_of_project(province_id: int, code: str, day: dt.date) -> str:
    """The lane of a project in force on a day; "" without a project. Raises DossierRefused dossiers.project.unknown."""
    if not code:
        return ""
    project = key_project(province_of(province_id), code, day)
    if project is None:
        raise DossierRefused(
            "project.unknown",
            _("Dự án mã “{code}” không có trong danh sách dự án trọng điểm hưởng luồng xanh hôm nay.").format(
                code=code
            ),
        )
    return str(project.lane)
